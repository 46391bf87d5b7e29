package main

import (
	"fmt"
	"testing"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// articlesBegin is a company without a word of its own: it begins with the base of its
// trade, fills in what only it knows, submits that and has it approved by somebody else,
// and a customer asks and hears it. In each language.
func articlesBegin(t *testing.T, b *chromium) {
	for turn, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{bare: true})
			width := []int64{1440, 390}[turn%2]
			p := b.guest(t, view{width: width, height: 900, lang: string(l)}).blank()
			t.Cleanup(p.finish)
			s.signsIn(p, "olha", bot.Marketer, l)
			w := &worker{tab: p, s: s, lang: l, width: width, base: "http://" + s.address}
			say := func(key string) string { return w.says("articles." + key) }
			w.is("/console/articles", say("title"))
			w.click("link", say("starter.go"))
			w.arrives(say("starter.title"))
			w.is("/console/starter?base=gym", say("starter.title"))
			w.hits("#base-gym form button")
			w.awaits("drafts with blanks", `location.search.includes('lack=filled') && document.querySelectorAll('.articles > li').length > 20 && !!document.querySelector('.notice.done')`)

			at := "/console/articles/single-visit"
			w.to(w.base + at)
			w.awaits("the article", `document.querySelector('#bar button.main')?.disabled && document.querySelectorAll('.missing li').length > 3 && document.documentElement.classList.contains('lively')`)
			puts := func(name, text string) {
				value[int](w.tab, fmt.Sprintf(`((f) => { f.value = %q; f.dispatchEvent(new Event('input', { bubbles: true })); return 0; })(document.querySelector('[name=%s]'))`, text, name))
			}
			answer := bot.Bilingual{UK: "Разовий вхід у зал коштує 150 грн, у басейн — 200 грн.", RU: "Разовый вход в зал стоит 150 грн, в бассейн — 200 грн."}
			puts("answer_uk", answer.UK)
			w.awaits("the blanks of one language", `document.querySelectorAll('.missing li').length > 1 && document.querySelector('#bar button.main').disabled`)
			puts("answer_ru", answer.RU)
			w.awaits("nothing is left to fill", `!document.querySelector('#bar button.main').disabled && !document.querySelector('.missing li')`)
			w.holds(at, func() {
				w.awaits("the article as it was left", fmt.Sprintf(`document.querySelector('[name=answer_uk]')?.value === %q && document.readyState === 'complete'`, answer.UK))
			})
			w.hits("#bar button.main")
			w.did("articles.done.submitted")

			other := b.guest(t, view{width: 500, height: 900, lang: string(l)}).blank()
			t.Cleanup(other.finish)
			s.signsIn(other, "ivan", bot.Approver, l)
			decides := &worker{tab: other, s: s, lang: l, width: 500, base: w.base}
			decides.to(w.base + at)
			decides.hits("button[value=approve]")
			decides.did("articles.done.approved")
			decides.holds(at+"/view", func() {
				decides.awaits("a phone", `!!document.querySelector('.phone') && document.readyState === 'complete'`)
			})

			s.refreshed()
			asks := s.onTelegram(739184027556, map[bot.Language]string{bot.Ukrainian: "Олена", bot.Russian: "Игорь"}[l], l)
			asks.begins()
			asks.write(map[bot.Language]string{bot.Ukrainian: "Разове відвідування без абонемента", bot.Russian: "Разовое посещение без абонемента"}[l])
			asks.hears(answer.In(l))
		})
	}
}
