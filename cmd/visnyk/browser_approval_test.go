package main

import (
	"fmt"
	"slices"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/storage"
)

// changeIsDecided is what becomes of the change that the tab p has submitted: who approves
// is called in their messenger, rehearses it, returns it with a note at a field, and it is
// mended, which their list of what waits shows by itself; approved, revised by a letter and
// so approved no more; approved again and announced. Then it is known: see changeIsKnown.
func changeIsDecided(s *world, b *chromium, p *tab, base, sheet string, l bot.Language) {
	t, say := s.t, func(key string) string { return s.words(l, "changes."+key) }
	title := map[bot.Language]string{bot.Ukrainian: "Тариф «Домашній» з 1 лютого", bot.Russian: "Тариф «Домашний» с 1 февраля"}[l]
	sale := s.mailed()
	boss := s.onTelegram(771, "Ірина", l)
	boss.write("/start")
	boss.hears("@welcome.about")
	q := b.guest(t, view{width: 390, height: 900, lang: string(l)}).blank()
	t.Cleanup(q.finish)
	s.signsIn(q, "iryna", bot.Approver, l)
	if err := s.service.store.Load().InTx(t.Context(), func(tx *storage.Tx) error {
		return tx.LinkStaff(t.Context(), "iryna", bot.Address{Bot: "telegram", Chat: "771"})
	}); err != nil {
		t.Fatal(err)
	}
	boss.hears("/console/changes/e-contract/approval") // the sample's, which has waited longer
	boss.hears(title, sheet+"/approval")
	boss.hears("Знижки", sale)
	done := func(on *tab, deed string) {
		t.Helper()
		on.awaits(deed, fmt.Sprintf(`document.querySelector('.notice.done')?.innerText === %q && document.readyState === 'complete'`, say("done."+deed)))
	}
	press := func(on *tab, do string) {
		t.Helper()
		value[int](on, fmt.Sprintf(`(document.querySelector('.decision [value=%s]').click(), 0)`, do))
	}
	everyCheck(t, q, base+"/console/approvals", l, func() {
		q.awaits("what waits", fmt.Sprintf(`[...document.querySelectorAll('.rows a')].some((a) => a.innerText === %q) && document.readyState === 'complete'`, title))
	}, 390)
	everyCheck(t, q, base+sheet+"/approval", l, func() {
		q.awaits("the decision", `!!document.querySelector('.decision [value=approve]') && document.readyState === 'complete'`)
	}, 390)
	everyCheck(t, q, base+sale, l, func() {
		q.awaits("the broadcast's decision", `!!document.querySelector('.decision [value=approve]') && document.readyState === 'complete'`)
	}, 390)
	q.to(base + sheet + "/approval")
	q.awaits("the decision", `!!document.querySelector('.decision [value=approve]') && document.readyState === 'complete'`)
	value[int](q, fmt.Sprintf(`(document.querySelector('.rehearse [value=%s]').click(), 0)`, l))
	done(q, "rehearsed")
	boss.hears("@rehearsal.head")
	boss.hears(title)
	boss.taps("@change.why")
	if n := len(boss.shown()); n < 5 {
		t.Errorf("the rehearsal has %d messages", n)
	}
	value[int](q, `((f) => { f.closest('details').parentElement.closest('details').open = true; f.closest('details').open = true; f.value = '300?'; return 0; })(document.querySelector('#at-benefit textarea'))`)
	press(q, "return")
	done(q, "returned")
	p.to(base + sheet)
	p.awaits("the note at its field", `document.querySelector('#at-benefit .note-at')?.innerText.includes('300?') && document.readyState === 'complete' && document.documentElement.classList.contains('lively')`)
	puts := func(name, text string) {
		t.Helper()
		value[int](p, fmt.Sprintf(`((f) => { f.value = %q; f.dispatchEvent(new Event('input', { bubbles: true })); return 0; })(document.querySelector('[name=%s]'))`, text, name))
	}
	submits := func() {
		t.Helper()
		p.awaits("kept", fmt.Sprintf(`document.getElementById('kept')?.innerText === %q && !document.querySelector('#bar button.main').disabled`, s.words(l, "console.draft.kept")))
		value[int](p, `(document.querySelector('#bar button.main').click(), 0)`)
		done(p, "submitted")
	}
	puts("benefit_uk", "Швидкість зросте втричі, до 300 Мбіт/с.")
	puts("benefit_ru", "Скорость вырастет втрое, до 300 Мбит/с.")
	p.awaits("the note is mended", `document.querySelector('#at-benefit .note-at.mended')`)
	q.to(base + "/console/approvals")
	listed := func(is bool) {
		t.Helper()
		q.awaits("what waits by now", fmt.Sprintf(`[...document.querySelectorAll('#waiting a')].some((a) => a.innerText === %q) === %t && document.readyState === 'complete'`, title, is))
	}
	listed(false)
	value[int](q, `(window.same = true, 0)`)
	submits()
	listed(true)
	if !value[bool](q, `window.same === true`) {
		t.Error("the list was loaded anew")
	}
	approves := func() {
		t.Helper()
		q.to(base + sheet + "/approval")
		q.awaits("what is different comes first", `document.querySelector('ins') && document.readyState === 'complete'`)
		value[int](q, `(document.querySelectorAll('[name=read]').forEach((tick) => { tick.checked = true; }), 0)`)
		press(q, "approve")
		done(q, "approved")
		q.awaits("a way back", `!!document.querySelector('.undo button')`)
	}
	approves()
	p.to(base + sheet + "/approval")
	press(p, "revise")
	done(p, "revised")
	p.to(base + sheet)
	p.awaits("the sheet", `!!document.getElementById('sheet') && document.readyState === 'complete' && document.documentElement.classList.contains('lively')`)
	puts("benefit_uk", "Швидкість зросте втричі: до 300 Мбіт/с.")
	submits()
	approves()
	p.to(base + sheet + "/approval")
	press(p, "announce")
	done(p, "announced")
	s.await("the flows to know it", func() bool {
		return slices.ContainsFunc(s.service.parts.library.Now().Changes, func(c bot.Change) bool { return c.Title.In(l) == title })
	})
	changeIsKnown(s, b, sheet, title, l, func() {
		p.to(base + sheet)
		p.awaits("a way to correct it", `!!document.querySelector('form[action$="/correct"]') && document.readyState === 'complete'`)
		value[int](p, `(document.querySelector('form[action$="/correct"] button').click(), 0)`)
		p.awaits("the correction", `!!document.querySelector('[name=wrong_uk]') && document.readyState === 'complete' && document.documentElement.classList.contains('lively')`)
		puts("from", "2037-02-15T00:00")
		puts("wrong_uk", "Ми назвали не той день.")
		puts("wrong_ru", "Мы назвали не тот день.")
		submits()
		approves()
		p.to(base + sheet + "/approval")
		press(p, "announce")
		done(p, "announced")
	})
	if n := boss.times(title, map[bot.Language]string{bot.Ukrainian: "не той день", bot.Russian: "не тот день"}[l]); n > 0 { // a rehearsal tells nobody
		t.Errorf("who was told nothing hears %d corrections", n)
	}
	s.idle()
}

// mailed submits a broadcast, and says where it is decided about.
func (s *world) mailed() string {
	s.t.Helper()
	by, all := bot.Actor{User: "olha", Role: bot.Marketer}, s.service.parts.api.Broadcasts
	m, err := all.Create(s.t.Context(), by, bot.Broadcast{
		ID: "sale", Title: "Знижки", Topic: "news", Digest: bot.Bilingual{UK: "Знижки до неділі", RU: "Скидки до воскресенья"},
		Text:    bot.Bilingual{UK: "{{name|Вітаємо}}, до неділі підключення *безкоштовне*.", RU: "{{name|Здравствуйте}}, до воскресенья подключение *бесплатное*."},
		Buttons: []bot.BroadcastButton{{Label: bot.Bilingual{UK: "Докладніше", RU: "Подробнее"}, URL: "https://example.com/sale"}},
	})
	if err == nil {
		_, err = all.Move(s.t.Context(), by, m.ID, bot.BroadcastSubmit, m.Version, broadcast.Moved{})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return "/console/approvals/broadcasts/sale"
}
