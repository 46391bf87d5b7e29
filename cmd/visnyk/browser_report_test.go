package main

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/viber/vibertest"
	"visnyk/storage/storagetest"
)

// The people of the story, by messenger; the visitors are told when they come, and none
// comes.
const (
	onTelegrams, onVibers, visitors = 130, 130, 24
	refusals                        = 5 // of Viber, which takes the same message the second time
)

// crowd makes people on three messengers, who sleep at no hour.
func (s *world) crowd() {
	s.t.Helper()
	var contacts, chats []string
	add := func(bot, chat, language string) {
		id := fmt.Sprintf("crowd%d", len(contacts))
		contacts = append(contacts, fmt.Sprintf(`('%s', 'Олена %d', '%s', 'never', 1)`, id, len(contacts), language))
		chats = append(chats, fmt.Sprintf(`('%s', '%s', '%s', 1, 1)`, bot, chat, id))
	}
	for i := range onTelegrams {
		id := int64(7_000_000 + i)
		s.box.telegram.Person(id, "Олена", "uk").Join()
		add("telegram", fmt.Sprint(id), "uk")
	}
	for i := range onVibers {
		id := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "crowd of vibers%d", 100+i))
		s.box.viber.Person(id, "Ольга", "ru").Join()
		if i < refusals {
			s.box.viber.NextSend(id, vibertest.Refuse(3), vibertest.Refuse(3)) // as it is written, and in its plain form
		}
		add("viber", id, "ru")
	}
	for i := range visitors {
		add("webchat", fmt.Sprint("visitor", i), "uk")
	}
	s.sql(`INSERT INTO contacts (id, name, language, quiet, created_at) VALUES ` + strings.Join(contacts, ", "))
	s.sql(`INSERT INTO conversations (bot, chat, contact, version, joined_at) VALUES ` + strings.Join(chats, ", "))
}

// broadcastIsWatched is a marketer and an approver who watch a broadcast go to some hundred
// people on three messengers: the bar moves by itself on both pages, one stops everything,
// the other goes on and pauses; somebody writes «стоп» meanwhile; those whom a messenger
// refused are told again, and nobody else. At the end the numbers of the page add up, and
// are those of a recount.
func broadcastIsWatched(t *testing.T, b *chromium) {
	s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{rate: 10, more: []botConfig{{Name: "webchat", Channel: "webchat"}}, chat: unhurried()})
	leaver := s.onTelegram(7_900_001, "Олег", bot.Ukrainian)
	leaver.begins()
	s.idle()
	s.crowd()
	s.sql(`UPDATE contacts SET quiet = 'never'`)
	// Who writes «стоп» comes last, so that they wait when they do.
	s.sql(`UPDATE contacts SET name = 'Яна' WHERE id NOT LIKE 'crowd%'`)
	mails(t, s.service.parts.api.Broadcasts, bot.Broadcast{
		ID: "sale", Title: "Знижки", Topic: "tariff", Fallback: 0, Text: bot.Bilingual{UK: "{{name|Вітаємо}}, нові тарифи.", RU: "{{name|Здравствуйте}}, новые тарифы."},
	}, bot.BroadcastStart)
	path := "http://" + s.address + "/console/broadcasts/sale/report"
	opens := func(login string, role bot.Role, l bot.Language, width int64) *tab {
		p := b.guest(t, view{width: width, height: 900, lang: string(l)}).blank()
		t.Cleanup(p.finish)
		s.signsIn(p, login, role, l)
		p.to(path)
		p.awaits("the report", `document.readyState === 'complete' && document.querySelector('#report-moving .knows')`)
		value[int](p, `(window.same = true, 0)`)
		return p
	}
	writer, approver := opens("olha", bot.Marketer, bot.Ukrainian, 1440), opens("petro", bot.Approver, bot.Russian, 390)
	uk := func(key string) string { return s.words(bot.Ukrainian, key) }
	ru := func(key string) string { return s.words(bot.Russian, key) }
	over := func(p *tab) int {
		return value[int](p, `Number((document.querySelector('#report-moving .knows strong')?.innerText ?? '0').replace(/\D/g, ''))`)
	}
	moves := func(p *tab, since int) {
		t.Helper()
		p.await(fmt.Sprint("more than ", since), func() bool { return over(p) > since })
		if !value[bool](p, `window.same === true`) {
			t.Error("the page was loaded anew")
		}
	}
	stands := func(p *tab, words string) {
		t.Helper()
		p.awaits(words, fmt.Sprintf(`document.querySelector('#report-moving .tag')?.innerText === %q`, words))
	}
	moves(writer, 0)
	moves(approver, over(approver))
	approver.click("button", ru("report.stop_all"))
	stands(approver, ru("broadcasts.state.paused"))
	stands(writer, uk("broadcasts.state.paused")) // by itself
	s.idle()
	held := s.service.counts(t)
	leaver.write("стоп")
	leaver.hears()
	s.idle()
	writer.awaits("who stopped", fmt.Sprintf(`[...document.querySelectorAll('#report-numbers .reasons li')].some((li) => li.innerText.includes(%q))`, uk("report.why.stopped")))
	if now := s.service.counts(t); now.Sent != held.Sent || now.Skipped[bot.ReasonStopped] != 1 {
		t.Errorf("paused at %+v, and now %+v", held, now)
	}
	writer.click("button", uk("report.move.resume"))
	stands(writer, uk("broadcasts.state.sending"))
	stands(approver, ru("broadcasts.state.sending"))
	value[int](writer, `(window.same = true, 0)`)
	moves(writer, over(writer))
	writer.click("button", uk("report.move.pause"))
	stands(writer, uk("broadcasts.state.paused"))
	stands(approver, ru("broadcasts.state.paused"))
	writer.click("button", uk("report.move.resume"))
	s.await("only visitors to wait", func() bool { return s.service.counts(t).Pending == visitors })
	retry := uk("report.retry_do")
	retry = strings.Replace(retry, "{{.N}}", fmt.Sprint(refusals), 1) + ": " + uk("report.why.malformed")
	writer.click("button", retry)
	s.await("nobody to be refused", func() bool { r := s.service.counts(t); return len(r.Failed) == 0 && r.Pending == visitors })
	for i := range refusals {
		id := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "crowd of vibers%d", 100+i))
		if n := len(s.box.viber.Person(id, "Ольга", "ru").Thread()); n != 1 {
			t.Errorf("%d messages to who was refused", n)
		}
	}
	everyCheck(t, writer, path+"?of=pending", bot.Ukrainian, func() {
		writer.awaits("the visitors", fmt.Sprintf(`document.querySelectorAll('#people .rows li').length === %d && document.readyState === 'complete'`, visitors))
	}, 1440, 390)
	value[int](writer, `(document.querySelector('.moves details').open = true, 0)`)
	writer.click("button", uk("report.move.cancel"))
	stands(writer, uk("broadcasts.state.cancelled"))
	writer.awaits("nobody to wait", fmt.Sprintf(`[...document.querySelectorAll('#report-numbers .reasons li')].some((li) => li.innerText.includes(%q) && li.innerText.includes('%d'))`, uk("report.why.cancelled"), visitors))
	const people = onTelegrams + onVibers + visitors + 1
	shown := value[[]int](writer, `[...document.querySelectorAll('#report-numbers dl')[0].querySelectorAll('dd.number')].map((n) => Number(n.innerText.replace(/\D/g, '')))`)
	if want := []int{people, onTelegrams + onVibers, 0, 0, visitors + 1, 0}; fmt.Sprint(shown) != fmt.Sprint(want) {
		t.Errorf("the page says %v, want %v", shown, want)
	}
	if rows := s.strings(`SELECT outcome || ' ' || reason || ' ' || CAST(count(*) AS TEXT) FROM recipients WHERE broadcast = 'sale' GROUP BY outcome, reason ORDER BY 1`); fmt.Sprint(rows) !=
		fmt.Sprintf("[sent  %d skipped cancelled %d skipped stopped 1]", onTelegrams+onVibers, visitors) {
		t.Errorf("a recount: %q", rows)
	}
	everyCheck(t, approver, path, bot.Russian, func() {
		approver.awaits("the report", `document.readyState === 'complete' && document.querySelector('#report-moving .knows')`)
	}, 390, 1440)
}

// counts is what became of the broadcast of the story so far.
func (s *service) counts(t *testing.T) bot.Report {
	t.Helper()
	r, err := s.store.Load().Report(t.Context(), "sale")
	if err != nil {
		t.Fatal(err)
	}
	if r.Planned != r.Sum() {
		t.Errorf("%+v does not add up", r)
	}
	return r
}
