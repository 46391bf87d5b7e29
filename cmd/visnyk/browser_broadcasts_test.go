package main

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// broadcastsAreComposed is a marketer who writes to many from an empty page: the message
// is kept as they write and shown as its longest reader gets it, the forecast stands
// beside the button, somebody else approves, and it is scheduled. In each language.
func broadcastsAreComposed(t *testing.T, b *chromium) {
	for turn, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{})
			width := []int64{390, 1440}[turn%2]
			phone := s.onTelegram(881, "Олександра Заболотна", l)
			phone.write("/start")
			phone.hears("@welcome.about")
			s.onTelegram(882, "Ян", l).write("/start")
			s.idle()
			p := b.guest(t, view{width: width, height: 900, lang: string(l)}).blank()
			t.Cleanup(p.finish)
			s.signsIn(p, "olha", bot.Marketer, l)
			base, say := "http://"+s.address+"/console", func(key string) string { return s.words(l, "broadcasts."+key) }
			arrives := func(title string) {
				t.Helper()
				p.awaits(title, fmt.Sprintf(`document.querySelector('h1')?.innerText === %q && document.readyState === 'complete'`, title))
			}
			everyCheck(t, p, base+"/broadcasts", l, func() { arrives(say("title")) }, width)
			everyCheck(t, p, base+"/broadcasts/new", l, func() { arrives(say("create")) }, width)
			value[int](p, `(document.querySelector('[value=empty]').click(), 0)`)
			lively := `document.getElementById('sheet') && document.readyState === 'complete' && document.documentElement.classList.contains('lively')`
			p.awaits("an empty page", lively)
			at := value[string](p, `location.pathname`)
			puts := func(name, text string) {
				t.Helper()
				value[int](p, fmt.Sprintf(`((f) => { f.value = %q; f.dispatchEvent(new Event('input', { bubbles: true })); return 0; })(document.querySelector('[name=%s]'))`, text, name))
			}
			start := time.Now().AddDate(0, 0, 3).Format("2006-01-02") + "T12:00"
			for name, text := range map[string]string{
				"title": "Нові тарифи", "topic": "tariff", "text_uk": "{{name|Вітаємо}}, з 1 лютого «Домашній» коштує 260 грн.", "text_ru": ", с 1 февраля «Домашний» стоит 260 грн.", "start": start,
			} {
				puts(name, text)
			}
			value[int](p, `((f) => { f.focus(); f.setSelectionRange(0, 0); return 0; })(document.querySelector('[name=text_ru]'))`)
			value[int](p, `(document.querySelector('[data-insert=name]').click(), 0)`)
			if got := value[string](p, `document.querySelector('[name=text_ru]').value`); !strings.HasPrefix(got, "{{name|…}}, с 1 февраля") {
				t.Errorf("a variable makes %q", got)
			}
			puts("text_ru", "{{name|Здравствуйте}}, с 1 февраля «Домашний» стоит 260 грн.")
			p.awaits("as its longest reader gets it", `document.getElementById('preview').innerText.includes('Олександра Заболотна, с 1 февраля')`)
			value[int](p, `(document.querySelector('[value="add buttons"]').click(), 0)`)
			p.awaits("a button", `!!document.querySelector('[name=button_uk]')`)
			puts("button_uk", "Зрозуміло")
			puts("button_ru", "Понятно")
			p.awaits("the button under the message", `[...document.querySelectorAll('#preview li')].some((li) => li.innerText === 'Понятно')`)
			p.attaches("page.txt", []byte("це не зображення"))
			p.awaits("what is wrong with a file", `!!document.querySelector('#file-note.fault') && document.querySelector('[name=button_ru]').value === 'Понятно'`)
			value[int](p, fmt.Sprintf(`(() => {
				const copied = new DataTransfer();
				copied.items.add(new File([Uint8Array.from(atob(%q), (sign) => sign.charCodeAt(0))], 'знижки.png', { type: 'image/png' }));
				document.querySelector('[name=text_uk]').dispatchEvent(new ClipboardEvent('paste', { clipboardData: copied, bubbles: true, cancelable: true }));
				return 0;
			})()`, base64.StdEncoding.EncodeToString(drawing(t))))
			p.awaits("the picture to be kept", `document.querySelector('.picture-part img')?.naturalWidth === 96 && !document.querySelector('#file-note.fault')`)
			p.awaits("the picture as messengers show it", `document.querySelector('#preview img')?.naturalWidth === 96`)
			p.awaits("how many people", fmt.Sprintf(`document.querySelector('#bar button.main').innerText.startsWith(%q)`, say("next")+": 2 "))
			everyCheck(t, p, "http://"+s.address+at, l, func() {
				p.awaits("the message as it was left", `document.querySelector('[name=title]')?.value === 'Нові тарифи' && `+lively)
			}, width)
			if err := s.service.store.Load().InTx(t.Context(), func(tx *storage.Tx) error {
				return tx.LinkStaff(t.Context(), "olha", bot.Address{Bot: "telegram", Chat: "881"})
			}); err != nil {
				t.Fatal(err)
			}
			value[int](p, fmt.Sprintf(`(document.querySelector('[value="try %s"]').click(), 0)`, l))
			p.awaits("tried", fmt.Sprintf(`document.querySelector('.notice.done')?.innerText === %q && `, say("done.tried"))+lively)
			phone.hears("Олександра Заболотна, ")
			value[int](p, `(document.querySelector('#bar button.main').click(), 0)`)
			counted := func() {
				t.Helper()
				p.awaits("the forecast", `document.querySelector('.told-number .number')?.innerText === '2' && document.querySelectorAll('#numbers tbody tr').length === 1 && document.readyState === 'complete'`)
			}
			everyCheck(t, p, "http://"+s.address+at+"/forecast", l, counted, width)
			counted()
			done := func(deed string) {
				t.Helper()
				p.awaits(deed, fmt.Sprintf(`document.querySelector('.notice.done')?.innerText === %q && document.readyState === 'complete'`, say("done."+deed)))
			}
			presses := func(on *tab, do string) {
				t.Helper()
				value[int](on, fmt.Sprintf(`(document.querySelector('[name=do][value=%s]').click(), 0)`, do))
			}
			presses(p, "submit")
			done("submitted")
			q := b.guest(t, view{width: 500, height: 900, lang: string(l)}).blank()
			t.Cleanup(q.finish)
			s.signsIn(q, "iryna", bot.Approver, l)
			q.to("http://" + s.address + at + "/forecast")
			q.awaits("the way to the decision", `!!document.querySelector('.notice.waiting a')`)
			value[int](q, `(document.querySelector('.notice.waiting a').click(), 0)`)
			q.awaits("the picture that is approved", `document.querySelector('.shown-bubble img')?.naturalWidth === 96`)
			q.awaits("the decision", `!!document.querySelector('.decision [value=approve]') && document.readyState === 'complete'`)
			value[int](q, `(document.querySelectorAll('[name=read]').forEach((tick) => { tick.checked = true; }), 0)`)
			presses(q, "approve")
			q.awaits("approved", fmt.Sprintf(`document.querySelector('.notice.done')?.innerText === %q`, s.words(l, "approvals.done.approved")))
			p.to("http://" + s.address + at + "/forecast")
			p.awaits("approved", `!!document.querySelector('[name=do][value=schedule]') && document.readyState === 'complete'`)
			presses(p, "schedule")
			done("scheduled")
			if got := value[string](p, `document.querySelector('header .tag').innerText`); got != say("state.scheduled") {
				t.Errorf("it is %q", got)
			}
			s.idle()
		})
	}
}
