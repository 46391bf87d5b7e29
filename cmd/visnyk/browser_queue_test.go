package main

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// queueKeepsItsPlaces: the last row that was asked for is taken, and comes back to its
// old place: those who look on see it there, though there are more rows than they have
// asked for. Beside a talk the list is the same, and the keyboard walks along it.
func queueKeepsItsPlaces(t *testing.T, b *chromium) {
	url := storagetest.SQLiteURL(t)
	s := newWorld(t, url, sandboxOptions{})
	const password = "довгий пароль для всіх"
	if err := s.service.staff().AddUser(t.Context(), bot.Actor{Login: "admin", Role: bot.Admin}, "olena", bot.Operator, password); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", strings.Replace(url, "sqlite:", "file:", 1)+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
		INSERT INTO tickets (bot, id, chat, contact, state, reason, opened_at, turn, turn_at, changed_at)
		SELECT 'telegram', 't-' || i, 'c-' || i, '', 'waiting', 'asked', 1000000 * i, 'ours', 1000000 * i, 1000000 * i FROM n`); err != nil {
		t.Fatal(err)
	}
	p := b.guest(t, view{width: 1440, height: 900, lang: "uk"}).open("http://" + s.address + "/console/login?next=%2Fconsole%2Fdesk")
	p.fill("textbox", s.words(bot.Ukrainian, "console.login.login"), "olena")
	p.fill("textbox", s.words(bot.Ukrainian, "console.login.password"), password)
	p.press('\r')
	order := func(ids string) string {
		return fmt.Sprintf(`[...document.querySelectorAll('.queue-row')].slice(-2).map((row) => row.dataset.ticket).join() === %q`, ids)
	}
	p.awaits("the first rows", order("t-49,t-50"))
	ivan := bot.Actor{User: "ivan", Login: "ivan", Role: bot.Operator}
	for _, step := range []struct {
		move bot.TicketMove
		ids  string
	}{{bot.TicketTake, "t-48,t-49"}, {bot.TicketRelease, "t-49,t-50"}} {
		if _, err := s.service.parts.api.Desk.Move(t.Context(), "t-50", step.move, ivan); err != nil {
			t.Fatal(err)
		}
		p.awaits("the rows after "+string(step.move), order(step.ids))
	}

	// Beside a talk the keyboard walks along the list, also past a ticket that has left it.
	open := func(ticket string) {
		t.Helper()
		p.awaits(ticket, fmt.Sprintf(`document.readyState === 'complete' && document.getElementById('ticket')?.dataset.ticket === %q && document.querySelectorAll('.queue-row').length === 50`, ticket))
	}
	p.to("http://" + s.address + "/console/desk/t-2?tab=waiting")
	open("t-2")
	p.letter("KeyJ", "о")
	open("t-3")
	p.letter("KeyK", "л")
	open("t-2")
	if _, err := s.service.parts.api.Desk.Move(t.Context(), "t-2", bot.TicketTake, ivan); err != nil {
		t.Fatal(err)
	}
	p.awaits("it to leave the list", `!document.getElementById('ticket-t-2')`)
	p.letter("KeyJ", "о")
	open("t-3")
}
