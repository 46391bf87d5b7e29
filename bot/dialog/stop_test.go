package dialog

import (
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// The word that ends all news does so at once, once: while an operator holds the
// chat, hours late, and for somebody who writes too much.
func TestStopIsDoneWhateverStandsInTheWay(t *testing.T) {
	late := typed("СТОП!")
	late.At = noon.Add(-3 * time.Hour)
	for name, c := range map[string]struct {
		before func(*Rehearsal)
		word   bot.Event
	}{
		"nothing":            {func(*Rehearsal) {}, typed("відписатися")},
		"an operator":        {func(r *Rehearsal) { do(t, r, typed("human"), noon); _, _ = r.Desk(bot.TicketTake, "Олена", noon) }, typed("стоп")},
		"a caption":          {func(*Rehearsal) {}, person(bot.Event{Kind: bot.Attached, Text: "стоп", Attachment: &bot.Attachment{Kind: bot.Photo}})},
		"an outage":          {func(*Rehearsal) {}, late},
		"a loop":             {func(r *Rehearsal) { repeat(t, r, 3*burstMax) }, typed("jngbcfnmcz")},
		"a loop of the late": {func(r *Rehearsal) { repeat(t, r, 3*burstMax) }, late},
	} {
		t.Run(name, func(t *testing.T) {
			r := rehearse(t)
			r.Engine.Book = stoppable(t)
			do(t, r, person(bot.Event{Kind: bot.Started}), noon)
			c.before(r)
			if got := heard(do(t, r, c.word, noon)); got != "зупинено" {
				t.Errorf("heard %q, want the word that it is done", got)
			}
		})
	}
}

func repeat(t *testing.T, r *Rehearsal, times int) {
	for range times {
		do(t, r, typed("так"), noon)
	}
}

// stoppable is the small book with the word that stops.
func stoppable(t *testing.T) flows.Book {
	t.Helper()
	small := smallBook(t)
	book, err := flows.NewBook(small.Home(), []flows.Transition{
		{
			Label: "stop", When: func(t flows.Turn) bool { return flows.ParseCommand(t.Event.Text) == flows.WantsStop },
			Do: func(flows.Turn) []flows.Effect {
				return []flows.Effect{flows.Stop{}, flows.Say{Texts: []flows.Text{words("зупинено", "остановлено")}}}
			},
		},
		{
			Label: "human", When: func(t flows.Turn) bool { return t.Event.Text == "human" },
			Do: func(flows.Turn) []flows.Effect { return []flows.Effect{flows.HandOff{}} },
		},
	}, small.Flows()...)
	if err != nil {
		t.Fatal(err)
	}
	return book
}
