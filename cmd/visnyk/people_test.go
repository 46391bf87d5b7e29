package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/contact"
	"visnyk/storage"
)

var (
	writer   = bot.Actor{User: "writer", Role: bot.Marketer}
	approver = bot.Actor{User: "approver", Role: bot.Approver}
	admin    = bot.Actor{User: "admin", Role: bot.Admin}
)

// customers are one person on each messenger, in each language.
func customers(s *world) map[string]*actor {
	return map[string]*actor{
		"739184027556":             s.onTelegram(739184027556, "Олена", bot.Ukrainian),
		"QzXyWvUt890A+/b5CdEfGg==": s.onViber("QzXyWvUt890A+/b5CdEfGg==", "Елена", bot.Russian),
	}
}

// begins opens the chat and comes to the menu.
func (a *actor) begins() {
	a.s.t.Helper()
	a.write("/start")
	if _, viber := a.phone.(*viberPhone); viber {
		a.hears()
		a.taps("@greeting.language")
		a.hears("@menu.choose")
		return
	}
	a.hears("@welcome.about")
}

// refreshed waits until the service has the newest content.
func (s *world) refreshed() {
	s.t.Helper()
	if err := s.service.parts.library.Refresh(context.Background()); err != nil {
		s.t.Fatal(err)
	}
}

// withdrawAll takes the sample's changes away, so that a story has its own.
func (s *world) withdrawAll() {
	s.t.Helper()
	store := s.service.store.Load()
	all, err := store.Changes(context.Background())
	if err != nil {
		s.t.Fatal(err)
	}
	for i := range all {
		all[i].State = bot.ChangeWithdrawn
	}
	if err := store.PutChanges(context.Background(), all); err != nil {
		s.t.Fatal(err)
	}
	s.refreshed()
}

func question(l bot.Language) string {
	return map[bot.Language]string{bot.Ukrainian: "Коли працює офіс?", bot.Russian: "Когда работает офис?"}[l]
}

// TestChangeFromDraftToWithdrawal: before its approval a change is silent
// everywhere, after it is told once in passing, and withdrawn it is gone.
func TestChangeFromDraftToWithdrawal(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *world) {
		ctx := context.Background()
		changes := s.service.parts.api.Changes
		s.withdrawAll()
		both := func(text string) bot.Bilingual { return bot.Bilingual{UK: text + " укр", RU: text + " рус"} }
		secret := bot.Change{
			ID: "secret", Kind: bot.Tariff, Title: both("Тайний заголовок"), Summary: both("Тайна"), Reason: both("Тайна"),
			Consequence: both("Тайна"), Benefit: both("Тайна"), ToDo: both("Тайна"), From: time.Now().Add(240 * time.Hour),
			Audience: bot.In("kind", "client"),
		}
		if _, err := changes.Create(ctx, writer, secret); err != nil {
			t.Fatal(err)
		}
		article := bot.Article{ID: "secret-faq", Question: both("Дзвенить карамелька"), Answer: both("Тайна"), Change: "secret"}
		if _, err := s.service.parts.api.Articles.Create(ctx, writer, article); err != nil {
			t.Fatal(err)
		}
		if _, err := s.service.parts.api.Articles.Move(ctx, approver, "secret-faq", bot.ArticleApprove, 1); err != nil {
			t.Fatal(err)
		}
		s.refreshed()
		people := customers(s)
		quiet := func(a *actor) {
			t.Helper()
			for _, m := range a.shown() {
				if strings.Contains(m.text, "Тай") {
					t.Fatalf("%s hears of a change before its approval: %q", a.name(), m.text)
				}
			}
		}
		nothing := func() {
			t.Helper()
			for _, a := range people {
				a.write(question(a.lang))
				a.hears("@faq.helped")
				a.write("Дзвенить карамелька")
				a.hears()
				a.write(map[bot.Language]string{bot.Ukrainian: "меню", bot.Russian: "меню"}[a.lang])
				a.hears("@menu.choose")
				a.taps("@menu.changes")
				a.hears("@change.none")
				if tg, ok := a.phone.(*telegramPhone); ok {
					tg.person.Start("change-secret")
					a.hears("@menu.choose")
				}
				a.write("меню")
				a.hears("@menu.choose")
				quiet(a)
			}
		}
		for _, a := range people {
			a.begins()
		}
		nothing()
		if _, err := changes.Move(ctx, writer, "secret", bot.ChangeSubmit, 1, ""); err != nil {
			t.Fatal(err)
		}
		s.refreshed()
		nothing()
		if _, err := changes.Move(ctx, approver, "secret", bot.ChangeApprove, 1, ""); err != nil {
			t.Fatal(err)
		}
		s.refreshed()
		nothing()
		if _, err := changes.Move(ctx, writer, "secret", bot.ChangeAnnounce, 1, ""); err != nil {
			t.Fatal(err)
		}
		s.refreshed()
		for chat, a := range people {
			a.write(question(a.lang))
			told := a.hears("@faq.helped", secret.Title.In(a.lang))
			if !slices.Contains(told.labels, a.say("@change.open")) {
				t.Errorf("%s is told without a button: %v", a.name(), told.labels)
			}
			a.write(question(a.lang))
			if again := a.hears("@faq.helped"); strings.Contains(again.text, "Тай") {
				t.Errorf("%s is told twice: %q", a.name(), again.text)
			}
			a.write("меню")
			a.hears("@menu.choose")
			a.taps("@menu.changes")
			a.hears("@change.list")
			a.taps(secret.Title.In(a.lang))
			a.hears(secret.Summary.In(a.lang))
			a.taps("@change.follow")
			a.hears("@change.followed")
			a.taps("@change.understood")
			a.hears("@change.thanks")
			at := bot.Address{Bot: a.channel(), Chat: chat}
			loaded, err := s.service.store.Load().LoadTurns(ctx, []bot.Address{at})
			if err != nil {
				t.Fatal(err)
			}
			want := storage.Known{Change: "secret", Mentioned: true, Told: true, Acknowledged: true, Followed: true}
			if !slices.ContainsFunc(loaded[at].Known, func(k storage.Known) bool {
				k.MentionedAt = time.Time{}
				return k == want
			}) {
				t.Errorf("the ledger of %s knows %+v", a.name(), loaded[at].Known)
			}
		}
		if _, err := changes.Move(ctx, writer, "secret", bot.ChangeWithdraw, 1, "помилка"); err != nil {
			t.Fatal(err)
		}
		s.refreshed()
		for _, a := range people {
			a.write("меню")
			a.hears("@menu.choose")
			a.taps("@menu.changes")
			a.hears("@change.none")
		}
	})
}

func (a *actor) channel() string {
	if _, viber := a.phone.(*viberPhone); viber {
		return "viber"
	}
	return "telegram"
}

// TestErasedFromTheWholeLine (S76): a person with a canary in everything they
// say goes through the whole line, and is erased, by themselves on one
// messenger and by the company on the other. Nothing of them is left in any
// table or file.
func TestErasedFromTheWholeLine(t *testing.T) {
	t.Parallel()
	const canary = "QxCanary7781"
	onEach(t, func(t *testing.T, s *world) {
		ctx := context.Background()
		people := customers(s)
		contacts := s.service.parts.api.Contacts
		var words []string
		ids := map[string]string{}
		for chat, a := range people {
			words = append(words, chat)
			a.begins()
			a.write("покличте людину " + canary)
			a.hears("@handoff.called")
			ticket := a.ticket(chat)
			s.desk(ticket, bot.TicketTake)
			a.hears("Марина")
			a.write("ще ось що, подивіться, будь ласка: " + canary)
			s.idle()
			s.reply(ticket, "бачу "+canary)
			a.hears(canary)
			s.desk(ticket, bot.TicketClose)
			a.hears("@handoff.over", "@handoff.rate")
			a.taps("5")
			a.hears("@handoff.rated")
			at := bot.Address{Bot: a.channel(), Chat: chat}
			loaded, err := s.service.store.Load().LoadTurns(ctx, []bot.Address{at})
			if err != nil {
				t.Fatal(err)
			}
			ids[chat] = loaded[at].Contact.ID
		}
		words = append(words, canary, "Олена", "Елена", "ext-canary")
		outcomes, err := contacts.Upsert(ctx, admin, []contact.Record{{ExternalID: "ext-canary", Name: canary}})
		if err != nil {
			t.Fatal(err)
		}
		imported := outcomes[0]
		s.idle()
		if found := s.grep(words...); len(found) == 0 {
			t.Fatal("nothing is found before the erasure either: the search is blind")
		}

		for chat, a := range people {
			if a.channel() == "viber" {
				if err := contacts.Erase(ctx, admin, ids[chat]); err != nil {
					t.Fatal(err)
				}
				continue
			}
			a.taps("@menu.settings")
			a.hears()
			a.taps("@settings.data")
			a.hears("@settings.about_data")
			a.taps("@settings.erase")
			a.hears("@settings.ask_erase")
			a.taps("@settings.erase_yes")
			a.hears("@settings.erased")
		}
		if err := contacts.Erase(ctx, admin, imported.ID); err != nil {
			t.Fatal(err)
		}
		s.idle()
		if err := s.service.scrubber.Scrub(ctx); err != nil {
			t.Fatal(err)
		}
		for _, f := range s.grep(words...) {
			t.Errorf("still there: %s", f)
		}
		for _, word := range []string{canary, "Олена", "Елена"} {
			if strings.Contains(s.logs.String(), word) {
				t.Errorf("the log says %q", word)
			}
		}

		// Who writes again is a stranger; an import is refused.
		for _, a := range people {
			a.write("меню")
			a.hears("@menu.choose")
		}
		outcomes, err = contacts.Upsert(ctx, admin, []contact.Record{{ExternalID: "ext-canary"}})
		if err != nil || outcomes[0].Result != contact.Refused {
			t.Errorf("%+v, %v", outcomes, err)
		}
	})
}

// grep names every table, and on SQLite every file beside the database, that
// holds one of the words.
func (s *world) grep(words ...string) (found []string) {
	s.t.Helper()
	driver, dsn := "postgres", s.cfg.DatabaseURL
	tables := `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`
	path, lite := strings.CutPrefix(dsn, "sqlite:")
	if lite {
		driver, dsn, tables = "sqlite", "file:"+path, `SELECT name FROM sqlite_master WHERE type = 'table'`
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	look := func(where string, data []byte) {
		for _, w := range words {
			if bytes.Contains(data, []byte(w)) {
				found = append(found, where+": "+w)
			}
		}
	}
	for _, name := range s.column(db, tables) {
		look(name, []byte(strings.Join(s.column(db, "SELECT * FROM "+name), "\n")))
	}
	if lite {
		files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
		if err != nil || len(files) == 0 {
			s.t.Fatalf("no files: %v", err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				s.t.Fatal(err)
			}
			look(filepath.Base(f), data)
		}
	}
	return found
}

// column reads rows as lines of text.
func (s *world) column(db *sql.DB, query string) (lines []string) {
	s.t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		s.t.Fatal(err)
	}
	for rows.Next() {
		cells := make([]any, len(names))
		for i := range cells {
			cells[i] = new(any)
		}
		if err := rows.Scan(cells...); err != nil {
			s.t.Fatal(err)
		}
		var line []string
		for _, c := range cells {
			v := *c.(*any)
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			line = append(line, fmt.Sprint(v))
		}
		lines = append(lines, strings.Join(line, " "))
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	return lines
}
