package main

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// wordsOutliveTheSession: a session ends while somebody writes. What they wrote stays
// before them, and is in the field again once they have signed in by the bar's link.
func wordsOutliveTheSession(t *testing.T, b *chromium) {
	url := storagetest.SQLiteURL(t)
	s := newWorld(t, url, sandboxOptions{})
	const password, words = "довгий пароль для всіх", "Дивлюся Ваш рахунок"
	if err := s.service.staff().AddUser(t.Context(), bot.Actor{Login: "admin", Role: bot.Admin}, "olena", bot.Operator, password); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", strings.Replace(url, "sqlite:", "file:", 1)+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	run := func(query string) {
		t.Helper()
		if _, err := db.Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	run(`INSERT INTO tickets (bot, id, chat, contact, state, reason, opened_at, turn, turn_at, changed_at)
		VALUES ('telegram', 't-1', 'c-1', '', 'waiting', 'asked', 1000000, 'ours', 1000000, 1000000)`)
	say := func(key string) string { return s.words(bot.Russian, key) }
	p := b.guest(t, view{width: 1440, height: 900, lang: "ru"}).open("http://" + s.address + "/console/login?next=%2Fconsole%2Fdesk%2Ft-1")
	signIn := func() {
		p.fill("textbox", say("console.login.login"), "olena")
		p.fill("textbox", say("console.login.password"), password)
		p.press('\r')
	}
	signIn()
	p.awaits("the ticket", `document.getElementById('take') && document.readyState === 'complete'`)
	p.click("button", say("ticket.take"))
	p.awaits("the field", `document.getElementById('text')`)
	run(`DELETE FROM sessions`)
	p.fill("textbox", say("ticket.reply"), words)
	p.click("button", say("ticket.send"))
	p.awaits("what happened, and the words in sight", fmt.Sprintf(
		`!document.getElementById('live').hidden && document.getElementById('live').innerText.includes(%q) && document.getElementById('text').value === %q`,
		say("console.live.login"), words))
	p.click("link", say("console.live.login"))
	p.awaits("the door", `document.querySelector('.door') && document.readyState === 'complete'`)
	signIn()
	p.awaits("the words", fmt.Sprintf(`document.getElementById('text')?.value === %q`, words))
}
