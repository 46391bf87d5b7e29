package main

import (
	"fmt"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// changesAreRolledOut is the owner of an announced change who reads how far its roll-out
// has come, writes the next news and passes it on, and somebody from the street who reads
// its public page. Each page holds in each light on a phone or a screen, in each language.
func changesAreRolledOut(t *testing.T, b *chromium) {
	for turn, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{more: []botConfig{{Name: "webchat", Channel: "webchat"}}, chat: unhurried()})
			width := []int64{390, 1440}[turn%2]
			r := s.rollsOut(t)
			r.next(func(c *bot.Change) {
				c.Wrong, c.From = said("Ми назвали не той день.", "Мы назвали не тот день."), c.From.AddDate(0, 0, 14)
				c.Stages = []bot.Stage{{At: time.Now().Add(-time.Hour), Text: said("Перші сто будинків уже платять щотижня.", "Первые сто домов уже платят еженедельно.")}}
				c.NextNews = time.Now().AddDate(0, 0, 7)
				c.Sums = []bot.Sum{{What: said("Плата за тиждень", "Плата за неделю"), Amount: "65.00", Currency: "UAH"}}
				c.Links = []bot.NamedLink{{What: said("Умови", "Условия"), URL: "https://odud.example/pay"}}
				c.Questions = said("Телефонуйте 0 800 300 300.", "Звоните 0 800 300 300.")
			})
			p := b.guest(t, view{width: width, height: 900, lang: string(l)}).blank()
			t.Cleanup(p.finish)
			base := "http://" + s.address
			arrives := func() {
				t.Helper()
				p.awaits("the page", fmt.Sprintf(`document.querySelector('h1')?.innerText === %q && document.readyState === 'complete'`, r.Title.In(l)))
			}
			everyCheck(t, p, base+bot.FollowPath+r.ID, l, arrives, []int64{390, 1100}[turn%2])
			if got := value[int](p, `document.querySelectorAll('.follow li').length`); got != 3 {
				t.Errorf("%d ways to follow", got)
			}
			value[int](p, `(document.querySelector('header a').click(), 0)`)
			other := map[bot.Language]bot.Language{bot.Ukrainian: bot.Russian, bot.Russian: bot.Ukrainian}[l]
			p.awaits("the other language", fmt.Sprintf(`document.querySelector('h1')?.innerText === %q && document.querySelectorAll('ol li').length === 1`, r.Title.In(other)))
			s.signsIn(p, "olha", bot.Marketer, l)
			everyCheck(t, p, base+"/console/changes/"+r.ID+"/news", l, arrives, width)
			value[int](p, `((f) => { f.text_uk.value = 'Друга сотня.'; f.text_ru.value = 'Вторая сотня.'; f.requestSubmit(); return 0; })(document.querySelector('.roll-out form'))`)
			p.awaits("it waits for somebody else", fmt.Sprintf(`document.querySelector('.notice.waiting')?.innerText.includes(%q)`, s.words(l, "changes.news.waits")))
			q := b.guest(t, view{width: 390, height: 900, lang: string(l)}).blank()
			t.Cleanup(q.finish)
			s.signsIn(q, "iryna", bot.Approver, l)
			sheet := base + "/console/changes/" + r.ID
			decides := func(on *tab, do, done string) {
				t.Helper()
				on.to(sheet + "/approval")
				on.awaits("what is to decide", fmt.Sprintf(`!!document.querySelector('.decision [value=%s]') && document.readyState === 'complete'`, do))
				value[int](on, fmt.Sprintf(`(document.querySelectorAll('[name=read]').forEach((tick) => { tick.checked = true; }), document.querySelector('.decision [value=%s]').click(), 0)`, do))
				on.awaits(done, fmt.Sprintf(`document.querySelector('.notice.done')?.innerText === %q && document.readyState === 'complete'`, s.words(l, "changes.done."+done)))
			}
			decides(q, "approve", "approved")
			decides(p, "announce", "announced")
			p.to(sheet)
			p.awaits("a way to correct it", `!!document.querySelector('form[action$="/correct"]') && document.readyState === 'complete'`)
			value[int](p, `(document.querySelector('form[action$="/correct"] button').click(), 0)`)
			p.awaits("what was wrong is asked", `!!document.querySelector('[name=wrong_uk]') && !!document.getElementById('drop') && document.readyState === 'complete'`)
		})
	}
}
