package dialog

import (
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// TestTicketShowsWhatATurnWrites: the ticket of the chat as the turn knew it, and
// whether the customer has written; a person's other tickets too. Nothing of it where
// no ticket is open, so that such turns cost what they did.
func TestTicketShowsWhatATurnWrites(t *testing.T) {
	r := rehearse(t)
	begin := func(state bot.TicketState) storage.Loaded {
		l := storage.Loaded{
			Conversation: bot.Conversation{Address: bot.Address{Bot: "telegram", Chat: "1"}, Contact: "c", Version: 1, Reach: bot.Reachable, State: bot.State{Flow: "talk", Step: "one"}},
			Contact:      bot.Contact{ID: "c", Language: bot.Ukrainian},
		}
		if state != "" {
			l.Ticket = &bot.Ticket{ID: "t", Address: l.Conversation.Address, State: state}
		}
		return l
	}
	for what, c := range map[string]struct {
		state bot.TicketState
		event bot.Event
		want  *storage.TicketShown
	}{
		"no ticket":        {"", typed("дякую"), nil},
		"thanks, held":     {bot.TicketTaken, typed("дякую"), &storage.TicketShown{Ticket: "t", State: bot.TicketTaken, Line: true}},
		"words, waiting":   {bot.TicketWaiting, typed("ще одне"), &storage.TicketShown{Ticket: "t", State: bot.TicketWaiting, Line: true}},
		"an edit":          {bot.TicketTaken, bot.Event{Kind: bot.Edited, ID: "7", Text: "інше"}, &storage.TicketShown{Ticket: "t", State: bot.TicketTaken}},
		"blocking the bot": {bot.TicketTaken, bot.Event{Kind: bot.Left}, &storage.TicketShown{Ticket: "t", State: bot.TicketTaken}},
	} {
		e := c.event
		e.From = bot.Address{Bot: "telegram", Chat: "1"}
		l := begin(c.state)
		l.Elsewhere = c.state != ""
		got, err := r.Engine.Turn(&TurnInput{Inbox: "u", Events: []bot.Event{e}, Loaded: l, Content: r.Content, Desk: bot.DefaultHours(time.UTC).Desk(noon), Now: noon})
		if err != nil {
			t.Fatal(err)
		}
		if shown := got.Write.Shown; (shown == nil) != (c.want == nil) || shown != nil && *shown != *c.want {
			t.Errorf("%s: shows %+v, want %+v", what, shown, c.want)
		}
		if (got.Write.Elsewhere != "") != l.Elsewhere {
			t.Errorf("%s: elsewhere %q", what, got.Write.Elsewhere)
		}
	}
}

// TestWhoIsBarredGetsNoTicket: for a day, whatever the flows want, and one afterwards.
func TestWhoIsBarredGetsNoTicket(t *testing.T) {
	r := rehearse(t)
	for _, c := range []struct {
		words string
		after time.Duration
		opens bool
	}{
		{"human", time.Hour, false}, {"human", bot.AbuseRest - time.Minute, false}, {"human", bot.AbuseRest + time.Minute, true},
	} {
		e := typed(c.words)
		e.From = bot.Address{Bot: "telegram", Chat: "1"}
		got, err := r.Engine.Turn(&TurnInput{
			Inbox: "u", Events: []bot.Event{e}, Content: r.Content, Desk: bot.DefaultHours(time.UTC).Desk(noon), Now: noon,
			Loaded: storage.Loaded{
				Conversation: bot.Conversation{Address: e.From, Contact: "c", Version: 1, Reach: bot.Reachable, State: bot.State{Flow: "talk", Step: "one"}},
				Contact:      bot.Contact{ID: "c", Language: bot.Ukrainian}, BarredAt: noon.Add(-c.after),
			},
		})
		if err != nil || (got.Write.Open != nil) != c.opens {
			t.Errorf("%s after %v: opens %v, %v", c.words, c.after, got.Write.Open, err)
		}
	}
}
