package dialog

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/storage"
)

// oracle is sure of what it is asked in earnest and of nothing else.
type oracle struct{ flows.Finder }

func (oracle) Find(text string, _ bot.Language, _ time.Time) flows.Finding {
	switch text {
	case "серйозно":
		return flows.Finding{Outcome: flows.Sure}
	case "людину":
		return flows.Finding{Outcome: flows.AsksHuman}
	case "зламай":
		panic("an evil text")
	}
	return flows.Finding{}
}

// asking is a book of one screen, where what is typed is a question.
func asking(t *testing.T) flows.Book {
	t.Helper()
	book, err := flows.NewBook("talk/one", nil, flows.Flow{Name: "talk", Steps: []flows.Step{
		{
			Name: "one", Else: flows.Stay(),
			Enter: func(flows.Turn) []flows.Effect {
				return []flows.Effect{flows.Say{Texts: []flows.Text{words("питайте", "спрашивайте")}, Buttons: [][]flows.Button{flows.Row(words("Далі", "Дальше"), "on")}}}
			},
			On: []flows.Transition{{Label: "a question", When: flows.Turn.Typed, To: "search"}},
		},
		{
			Name: "search", Pass: true, Else: flows.Transition{Label: "found", To: "one"},
			Enter: func(t flows.Turn) []flows.Effect {
				t.Facts.FAQ.Find(t.Event.Text, t.Facts.Language, t.Facts.Now)
				return nil
			},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// Only what the search is asked and does not decide leaves the house.
func TestOpen(t *testing.T) {
	r := rehearse(t)
	r.Engine.Book = asking(t)
	do(t, r, person(bot.Event{Kind: bot.Started}), noon)
	held := r.loaded
	held.Ticket = &bot.Ticket{ID: "t", State: bot.TicketTaken, Address: held.Conversation.Address}
	waiting := r.loaded
	waiting.Ticket = &bot.Ticket{ID: "t", State: bot.TicketWaiting, Address: held.Conversation.Address}
	old := typed("питання")
	old.At = noon.Add(-time.Hour)
	for name, c := range map[string]struct {
		loaded storage.Loaded
		event  bot.Event
		want   []string
	}{
		"a question":              {r.loaded, typed("питання"), []string{"питання"}},
		"a stranger's":            {storage.Loaded{}, typed("питання"), []string{"питання"}},
		"with a picture":          {r.loaded, person(bot.Event{Kind: bot.Attached, ID: "m", Text: "питання", Attachment: &bot.Attachment{Kind: bot.Photo}}), []string{"питання"}},
		"an operator is awaited":  {waiting, typed("питання"), []string{"питання"}},
		"an operator holds it":    {held, typed("питання"), nil},
		"the words decide":        {r.loaded, typed("серйозно"), nil},
		"no question":             {r.loaded, typed("людину"), nil},
		"a press":                 {r.loaded, press(1, "on"), nil},
		"the words of a button":   {r.loaded, typed("Далі"), nil},
		"not a word":              {r.loaded, typed(" "), nil},
		"too old for an answer":   {r.loaded, old, nil},
		"what breaks the turn":    {r.loaded, typed("зламай"), nil},
		"nothing the person does": {r.loaded, person(bot.Event{Kind: bot.TimedOut, Detail: "x"}), nil},
	} {
		s := &TurnInput{Inbox: "1", Received: noon, Now: noon, Events: []bot.Event{c.event}, Loaded: c.loaded, Desk: bot.DefaultHours(time.UTC).Desk(noon)}
		s.Content.FAQ = oracle{}
		before := fmt.Sprintf("%+v", s)
		if got := r.Engine.undecided(s); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if !reflect.DeepEqual(s.Content.FAQ, flows.Finder(oracle{})) || fmt.Sprintf("%+v", s) != before {
			t.Errorf("%s: the situation has changed", name)
		}
	}
}
