package main

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/cmd/visnyk/sample"
)

// TestStory is a customer's whole visit, on each database, on each messenger,
// in each language: greeting, menu, a change read to the end, a question
// answered, a human asked for, taken, heard and gone again.
func TestStory(t *testing.T) {
	t.Parallel()
	changes, err := sample.Changes(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	changes = slices.DeleteFunc(changes, func(c bot.Change) bool { return !c.Told() || !c.Audience.Matches(bot.Person{}, bot.Calendar{}) })
	onEach(t, func(t *testing.T, s *world) {
		for _, l := range bot.Languages() {
			t.Run("telegram-"+string(l), func(t *testing.T) {
				s.t = t
				chat := map[bot.Language]string{bot.Ukrainian: "1001", bot.Russian: "1002"}[l]
				id := map[bot.Language]int64{bot.Ukrainian: 1001, bot.Russian: 1002}[l]
				a := s.onTelegram(id, "Олена", l)
				a.write("/start")
				a.hears("@welcome.about")
				visit(s, a, chat, changes)
			})
			t.Run("viber-"+string(l), func(t *testing.T) {
				s.t = t
				chat := map[bot.Language]string{bot.Ukrainian: "01234567890A+/b5CdEfGg==", bot.Russian: "11234567890A+/b5CdEfGg=="}[l]
				a := s.onViber(chat, "Олена", l)
				a.write("/start") // opens the chat: the greeting is the HTTP answer, in both languages
				greeting := a.hears(s.words(bot.Ukrainian, "greeting.text"), s.words(bot.Russian, "greeting.text"))
				if len(greeting.labels) != 2 {
					t.Fatalf("the greeting offers %v, want both languages", greeting.labels)
				}
				a.taps("@greeting.language")
				a.hears("@menu.choose")
				visit(s, a, chat, changes)
			})
		}
	})
}

// visit goes on from the menu.
func visit(s *world, a *actor, chat string, changes []bot.Change) {
	t := s.t
	t.Helper()

	a.taps("@menu.changes")
	list := a.hears("@change.list")
	if len(list.labels) != len(changes)+1 {
		t.Fatalf("the list offers %v, want %d changes and the menu", list.labels, len(changes))
	}
	title := list.labels[0]
	var read bot.Change
	for _, c := range changes {
		if c.Title.In(a.lang) == title {
			read = c
		}
	}
	a.taps(title)
	a.hears(title, firstWords(read.Summary.In(a.lang)))
	for _, part := range []struct {
		label string
		text  bot.Bilingual
	}{
		{"@change.why", read.Reason}, {"@change.what", read.Consequence}, {"@change.gain", read.Benefit}, {"@change.do", read.ToDo},
	} {
		a.taps(part.label)
		a.hears(firstWords(part.text.In(a.lang)))
	}
	a.taps("@change.understood")
	a.hears("@change.thanks")

	question := map[bot.Language]string{bot.Ukrainian: "Скільки коштує інтернет?", bot.Russian: "Сколько стоит интернет?"}[a.lang]
	a.write(question)
	a.hears("@faq.helped")
	a.taps("@faq.yes")
	a.hears("@faq.glad")

	a.write(map[bot.Language]string{bot.Ukrainian: "покличте людину", bot.Russian: "позовите человека"}[a.lang])
	a.hears("@handoff.called")
	ticket := a.ticket(chat)
	if ticket.Reason != bot.ReasonAsked {
		t.Errorf("ticket for %q, want %q", ticket.Reason, bot.ReasonAsked)
	}
	s.desk(ticket, bot.TicketTake)
	a.hears("Марина")
	a.write(question)
	a.silence()
	s.reply(ticket, "Хвилинку, *дивлюся*")
	a.hears("Хвилинку, ")
	s.desk(ticket, bot.TicketClose)
	a.hears("@handoff.over")
	a.silence()

	known := false
	loaded, err := s.service.store.Load().LoadTurns(context.Background(), []bot.Address{ticket.Address})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range loaded[ticket.Address].Known {
		known = known || k.Change == read.ID && k.Told && k.Acknowledged
	}
	if !known {
		t.Errorf("the ledger does not know that %q was told and acknowledged", read.ID)
	}
	other := map[bot.Language]bot.Language{bot.Ukrainian: bot.Russian, bot.Russian: bot.Ukrainian}[a.lang]
	for _, m := range a.shown()[1:] {
		for _, wrong := range []string{s.words(other, "menu.choose"), s.words(other, "faq.helped"), s.words(other, "change.list")} {
			if strings.Contains(m.text, wrong) {
				t.Errorf("answered in %q: %q", other, m.text)
			}
		}
	}
}

// firstWords is enough of a text to know it by, before any formatting.
func firstWords(s string) string {
	if i := strings.IndexAny(s, "*_[`\n"); i > 0 {
		s = s[:i]
	}
	if r := []rune(s); len(r) > 25 {
		s = string(r[:25])
	}
	return s
}
