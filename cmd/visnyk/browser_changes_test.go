package main

import (
	"fmt"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// changesAreWritten is a marketer who begins a change from a template, is refused while a
// benefit is missing, mends it and submits it; what the check finds follows what they
// write, a colleague sees that they are there, and leaving keeps a version. Then it is
// decided about: see changeIsDecided. In each language.
func changesAreWritten(t *testing.T, b *chromium) {
	for turn, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{})
			width := []int64{390, 1440}[turn%2]
			p := b.guest(t, view{width: width, height: 900, lang: string(l)}).blank()
			t.Cleanup(p.finish)
			s.signsIn(p, "olha", bot.Marketer, l)
			base, say := "http://"+s.address, func(key string) string { return s.words(l, "changes."+key) }
			arrives := func(title string) {
				t.Helper()
				p.awaits(title, fmt.Sprintf(`document.querySelector('h1')?.innerText === %q && document.readyState === 'complete'`, title))
			}
			p.to(base + "/console/changes")
			arrives(say("title"))
			everyCheck(t, p, base+"/console/changes/new", l, func() { arrives(say("create")) }, width)
			value[int](p, `(document.querySelector('.kinds button').click(), 0)`)
			p.awaits("the sheet", `!!document.getElementById('sheet') && document.readyState === 'complete' && document.documentElement.classList.contains('lively')`)
			sheet := value[string](p, `location.pathname`)
			puts := func(words map[string]string) {
				t.Helper()
				for name, text := range words {
					value[int](p, fmt.Sprintf(`((f) => { f.value = %q; f.dispatchEvent(new Event('input', { bubbles: true })); return 0; })(document.querySelector('[name=%s]'))`, text, name))
				}
			}
			kept := func() {
				t.Helper()
				p.awaits("kept", fmt.Sprintf(`document.getElementById('kept')?.innerText === %q`, s.words(l, "console.draft.kept")))
			}
			puts(map[string]string{
				"title_uk": "Тариф «Домашній» з 1 лютого", "title_ru": "Тариф «Домашний» с 1 февраля", "from": "2037-02-01T00:00",
				"summary_uk": "Можливо, з 1 лютого «Домашній» коштуватиме 260 грн.", "summary_ru": "С 1 февраля «Домашний» будет стоить 260 грн.",
				"reason_uk": "Електроенергія подорожчала на 38 %.", "reason_ru": "Электроэнергия подорожала на 38 %.",
				"consequence_uk": "Перший платіж буде на 40 грн більший.", "consequence_ru": "Первый платёж будет на 40 грн больше.",
				"benefit_uk": "Швидкість зросте втричі.", "benefit_ru": "", "to_do_uk": "Нічого робити не треба.", "to_do_ru": "Ничего делать не нужно.",
			})
			if !value[bool](p, `((bar) => getComputedStyle(bar).position !== 'sticky' || bar.offsetHeight * 4 <= innerHeight)(document.getElementById('bar'))`) {
				t.Error("the bar that stays takes more than a quarter of the window")
			}
			p.awaits("refused for the benefit", `document.querySelectorAll('.missing a').length === 1 && document.querySelector('.missing a').hash === '#at-benefit' && document.querySelector('#bar button.main').disabled`)
			p.awaits("the hedge", fmt.Sprintf(`document.getElementById('found-at-summary-uk').innerText.includes(%q)`, say("mend.hedge")))
			value[int](p, `(document.querySelector('#found-at-summary-uk .show').click(), 0)`)
			if got := value[string](p, `getSelection().toString() || ((f) => f.value.slice(f.selectionStart, f.selectionEnd))(document.activeElement)`); got != "Можливо" {
				t.Errorf("it shows %q", got)
			}
			everyCheck(t, p, base+sheet, l, func() {
				p.awaits("the sheet as it was left", `document.querySelector('[name=title_uk]')?.value === 'Тариф «Домашній» з 1 лютого' && document.readyState === 'complete'`)
			}, width)
			versions := func() int { return value[int](p, `document.querySelectorAll('.compare tbody tr').length`) }
			p.to(base + sheet + "/versions")
			p.await("a version of who left", func() bool {
				if versions() == 2 {
					return true
				}
				p.reload()
				return false
			})
			if got := value[string](p, `[...document.querySelectorAll('.difference')].map((d) => d.innerText).join(' ')`); !strings.Contains(got, "Можливо") {
				t.Errorf("the difference: %q", got)
			}
			p.to(base + sheet)
			p.awaits("the sheet", `document.querySelector('[name=benefit_ru]')?.value === '' && document.readyState === 'complete'`)
			puts(map[string]string{"benefit_ru": "Скорость вырастет втрое.", "summary_uk": "З 1 лютого «Домашній» коштуватиме 260 грн."})
			kept()
			p.awaits("nothing is missing", `!document.querySelector('#bar button.main').disabled && !document.querySelector('.found li')`)
			p.awaits("how many people", fmt.Sprintf(`document.querySelector('#bar button.main').innerText.startsWith(%q)`, say("submit")+": 0 "))
			if turn == 0 { // a colleague opens it
				other := b.guest(t, view{width: 500, height: 900, lang: string(l)}).blank()
				t.Cleanup(other.finish)
				s.signsIn(other, "petro", bot.Marketer, l)
				other.to(base + sheet)
				p.awaits("who else is there", fmt.Sprintf(`document.getElementById('here').checkVisibility() && document.getElementById('here').innerText.startsWith(%q) && document.getElementById('here').innerText.length > %d`, s.words(l, "console.draft.here"), len([]rune(s.words(l, "console.draft.here")))+1))
				other.to(base + "/console/changes")
			}
			value[int](p, `(document.querySelector('#bar button.main').click(), 0)`)
			p.awaits("submitted", fmt.Sprintf(`document.querySelector('.notice.done')?.innerText === %q && !document.getElementById('sheet')`, say("done.submitted")))
			if got := value[string](p, `document.querySelector('header .tag').innerText`); got != say("state.in_review") {
				t.Errorf("it is %q", got)
			}
			p.to(base + sheet + "/view")
			p.awaits("the buttons that customers press", fmt.Sprintf(`[...document.querySelectorAll('.shown-bubble li')].some((li) => li.innerText === %q)`, s.words(l, "change.why")))
			if got := value[string](p, `document.querySelector('.shown').innerText`); strings.Contains(got, "{{") {
				t.Errorf("places are open: %s", got)
			}
			changeIsDecided(s, b, p, base, sheet, l)
		})
	}
}
