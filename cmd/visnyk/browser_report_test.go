package main

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/viber/vibertest"
	"visnyk/storage/storagetest"
	"visnyk/storage/upkeep"
)

// The people of the story, by messenger; the visitors are told when they come, and none
// comes.
const (
	onTelegrams, onVibers, visitors = 480, 480, 37
	more                            = 3 // who writes «стоп», who sleeps, whom an operator has
	refusals                        = 5 // of Viber, which takes the same message the second time
)

// crowd makes people on three messengers, who sleep at no hour.
func (s *world) crowd() {
	s.t.Helper()
	var contacts, chats []string
	add := func(bot, chat, language string) {
		id := fmt.Sprintf("00crowd%d", len(contacts)) // people are told by their ids: who came before them is told last
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

// midnight is a zone where the day has just ended, and whoever lives there sleeps.
func midnight(now time.Time) string {
	for east := -12; east <= 14; east++ { // such names have the other sign
		if zone := fmt.Sprintf("Etc/GMT%+d", -east); now.In(bot.ZoneOf(zone, nil)).Hour() == 0 {
			return zone
		}
	}
	panic("it is midnight nowhere")
}

// broadcastIsWatched is a marketer and an approver, each in their language, and a thousand
// people on three messengers: it begins with the sheet of a change, is foreseen, approved and
// begun; the bar moves by itself on both pages, one stops everything, the other goes on and
// pauses; somebody writes «стоп» meanwhile, somebody sleeps, and somebody is with an
// operator; those whom a messenger refused are told again, and nobody else. At the end the
// numbers of the page add up, and are those of a recount; the second wave is for those who
// do not know. And an answer that was wanted comes back to who asked: see askersHear.
func broadcastIsWatched(t *testing.T, b *chromium) {
	s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{rate: 20, more: []botConfig{{Name: "webchat", Channel: "webchat"}}, chat: unhurried()})
	leaver := s.onTelegram(7_900_001, "Олег", bot.Ukrainian)
	sleeper := s.onTelegram(7_900_002, "Ян", bot.Ukrainian)
	talker := s.onTelegram(7_900_003, "Інна", bot.Ukrainian)
	for _, a := range []*actor{leaver, sleeper, talker} {
		a.begins()
	}
	talker.write("покличте людину")
	talker.hears("@handoff.called")
	s.desk(talker.ticket("7900003"), bot.TicketTake)
	talker.hears("Марина")
	s.idle()
	s.crowd()
	s.sql(`UPDATE contacts SET quiet = 'never' WHERE name <> 'Ян'`)
	s.sql(`UPDATE contacts SET zone = $1 WHERE name = 'Ян'`, midnight(time.Now()))
	signs := func(login string, role bot.Role, l bot.Language, width int64) *tab {
		p := b.guest(t, view{width: width, height: 900, lang: string(l)}).blank()
		t.Cleanup(p.finish)
		s.signsIn(p, login, role, l)
		return p
	}
	writer, approver := signs("olha", bot.Marketer, bot.Ukrainian, 1440), signs("petro", bot.Approver, bot.Russian, 390)
	uk := func(key string) string { return s.words(bot.Ukrainian, key) }
	ru := func(key string) string { return s.words(bot.Russian, key) }
	presses := func(p *tab, what string) {
		t.Helper()
		p.awaits(what, fmt.Sprintf(`document.readyState === 'complete' && !!document.querySelector(%q)`, what))
		value[int](p, fmt.Sprintf(`(document.querySelector(%q).click(), 0)`, what))
	}
	const people = onTelegrams + onVibers + visitors + more
	writer.to("http://" + s.address + "/console/broadcasts/new?change=due-date")
	writer.awaits("the changes", `!!document.querySelector('#change')`)
	value[int](writer, `(document.querySelector('#change').value = 'due-date', 0)`)
	presses(writer, `[name=do][value=change]`)
	writer.awaits("the message by the sheet", `document.readyState === 'complete' && !!document.querySelector('#preview .shown-bubble')`)
	at := value[string](writer, `location.pathname`)
	id, path := at[strings.LastIndex(at, "/")+1:], "http://"+s.address+at+"/report"
	presses(writer, `#bar button.main`)
	writer.awaits("the forecast", fmt.Sprintf(`document.querySelector('.told-number .number')?.innerText.replace(/\D/g, '') === '%d' && document.querySelectorAll('#numbers tbody tr').length === 3`, people))
	presses(writer, `[name=do][value=submit]`)
	writer.awaits("to be approved", fmt.Sprintf(`document.querySelector('.notice.done')?.innerText === %q`, uk("broadcasts.done.submitted")))
	approver.to("http://" + s.address + "/console/approvals/broadcasts/" + id)
	approver.awaits("the decision", `document.readyState === 'complete' && !!document.querySelector('.decision [value=approve]')`)
	value[int](approver, `(document.querySelectorAll('[name=read]').forEach((tick) => { tick.checked = true; }), 0)`)
	presses(approver, `.decision [value=approve]`)
	approver.awaits("approved", fmt.Sprintf(`document.querySelector('.notice.done')?.innerText === %q`, ru("approvals.done.approved")))
	writer.to("http://" + s.address + at + "/forecast")
	presses(writer, `[name=do][value=start]`)
	approver.to(path)
	for _, p := range []*tab{writer, approver} {
		p.awaits("the report", `document.readyState === 'complete' && document.querySelector('#report-moving .knows')`)
		value[int](p, `(window.same = true, 0)`)
	}
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
	held := s.service.counts(t, id)
	leaver.write("стоп")
	leaver.hears()
	s.idle()
	writer.awaits("who stopped", fmt.Sprintf(`[...document.querySelectorAll('#report-numbers .reasons li')].some((li) => li.innerText.includes(%q))`, uk("report.why.stopped")))
	if now := s.service.counts(t, id); now.Sent != held.Sent || now.Skipped[bot.ReasonStopped] != 1 {
		t.Errorf("paused at %+v, and now %+v", held, now)
	}
	writer.click("button", uk("report.move.resume"))
	stands(writer, uk("broadcasts.state.sending"))
	stands(approver, ru("broadcasts.state.sending"))
	value[int](writer, `(window.same = true, 0)`)
	moves(writer, over(writer))
	writer.keeps("broadcast-report")
	writer.click("button", uk("report.move.pause"))
	stands(writer, uk("broadcasts.state.paused"))
	stands(approver, ru("broadcasts.state.paused"))
	writer.click("button", uk("report.move.resume"))
	s.await("only visitors to wait", func() bool { return s.service.counts(t, id).Pending == visitors+more-1 })
	writer.click("button", fmt.Sprintf("Повторити %d: %s", refusals, uk("report.why.malformed")))
	s.await("nobody to be refused", func() bool { r := s.service.counts(t, id); return len(r.Failed) == 0 && r.Pending == visitors+more-1 })
	for i := range refusals {
		id := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "crowd of vibers%d", 100+i))
		if n := len(vibertest.Read(s.box.viber.Person(id, "Ольга", "ru").Messages())); n != 1 {
			t.Errorf("%d messages to who was refused", n)
		}
	}
	for _, why := range []string{"quiet", "held", "visit"} {
		writer.awaits("why they wait", fmt.Sprintf(`[...document.querySelectorAll('#report-moving .waits li')].some((li) => li.innerText.includes(%q))`, uk("report.why."+why)))
	}
	everyCheck(t, writer, path+"?of=pending", bot.Ukrainian, func() {
		writer.awaits("who waits", fmt.Sprintf(`document.querySelectorAll('#people .rows li').length === %d && document.readyState === 'complete' && document.querySelector('#report-moving .knows strong').innerText === '%d' && !document.querySelector('#report-moving .is-failed') && document.querySelector('#report-moving[data-live]')`, visitors+more-1, people-visitors-more+1))
	}, 1440, 390)
	value[int](writer, `(document.querySelector('.moves details').open = true, 0)`)
	writer.click("button", uk("report.move.cancel"))
	stands(writer, uk("broadcasts.state.cancelled"))
	writer.awaits("nobody to wait", fmt.Sprintf(`[...document.querySelectorAll('#report-numbers .reasons li')].some((li) => li.innerText.includes(%q) && li.innerText.includes('%d'))`, uk("report.why.cancelled"), visitors+more-1))
	want := fmt.Sprint([]int{people, onTelegrams + onVibers, 0, 0, visitors + more, 0})
	writer.await("the numbers to be "+want, func() bool { // the page is told within a second
		shown := value[[]int](writer, `[...document.querySelectorAll('#report-numbers dl')[0].querySelectorAll('dd.number')].map((n) => Number(n.innerText.replace(/\D/g, '')))`)
		return fmt.Sprint(shown) == want
	})
	if rows := s.strings(`SELECT outcome || ' ' || reason || ' ' || CAST(count(*) AS TEXT) FROM recipients WHERE broadcast = '` + id + `' GROUP BY outcome, reason ORDER BY 1`); fmt.Sprint(rows) !=
		fmt.Sprintf("[sent  %d skipped cancelled %d skipped stopped 1]", onTelegrams+onVibers, visitors+more-1) {
		t.Errorf("a recount: %q", rows)
	}
	if wrong, err := upkeep.Verify(t.Context(), s.service.store.Load()); err != nil || len(wrong) > 0 {
		t.Errorf("verified: %q, %v", wrong, err)
	}
	approver.to(path)
	stands(approver, ru("broadcasts.state.cancelled"))
	writer.to(path)
	presses(writer, `.second button`)
	writer.awaits("who still does not know", fmt.Sprintf(`document.querySelector('#bar button.main')?.innerText.match(/\d+/)?.[0] === '%d'`, visitors+more))
	askersHear(s, writer, approver)
}

// counts is what became of the broadcast of the story so far.
func (s *service) counts(t *testing.T, id string) bot.Report {
	t.Helper()
	r, err := s.store.Load().Report(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if r.Planned != r.Sum() {
		t.Errorf("%+v does not add up", r)
	}
	return r
}
