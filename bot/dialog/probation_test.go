package dialog

import (
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/storage"
)

// relations is a book with the step where people hear of their other chats, and
// words for what there is to do.
func relations(t *testing.T) flows.Book {
	t.Helper()
	flow, step, _ := strings.Cut(flows.Heard, "/")
	here := func(flows.Turn) []flows.Effect {
		return []flows.Effect{flows.Say{Texts: []flows.Text{words("чуєте", "слышите")}, Buttons: [][]flows.Button{flows.Row(words("Так", "Да"), "yes")}}}
	}
	on := func(label string, when func(flows.Turn) bool, effects ...flows.Effect) flows.Transition {
		return flows.Transition{Label: label, When: when, To: step, Do: func(flows.Turn) []flows.Effect { return effects }}
	}
	says := func(text string) func(flows.Turn) bool {
		return func(t flows.Turn) bool { return t.Event.Text == text }
	}
	book, err := flows.NewBook(flows.Heard, nil, flows.Flow{Name: flow, Chats: true, Steps: []flows.Step{{
		Name: step, Enter: here, Else: flows.Transition{Label: "anything", To: step},
		On: []flows.Transition{
			on("stop", says("stop"), flows.Stop{}, flows.Relay{What: flows.HeardStop}),
			on("stop here", says("here"), flows.Stop{Here: true}),
			on("resume here", says("resume here"), flows.Resume{Here: true}),
			on("yes", func(t flows.Turn) bool { return t.Pressed("yes") }, flows.Stop{}),
			on("erase", func(t flows.Turn) bool { return t.TimedOut(flows.ToForget) }, flows.Erase{}),
		},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// related is somebody who has this chat and three more.
func related(t *testing.T, events ...bot.Event) (Engine, *TurnInput) {
	t.Helper()
	d := rehearse(t).Engine
	d.Book = relations(t)
	d.Channels = map[string]flows.Messenger{
		"telegram": {Kind: "telegram"}, "viber": {Kind: "viber"}, "old": {Kind: "viber"},
		"site": {Kind: "webchat", Capabilities: bot.Capabilities{Visited: true}},
	}
	here := bot.Address{Bot: "telegram", Chat: "1"}
	flow, step, _ := strings.Cut(flows.Heard, "/")
	return d, &TurnInput{
		Inbox: "u", Now: noon, Desk: bot.DefaultHours(time.UTC).Desk(noon), Events: events,
		Loaded: storage.Loaded{
			Contact: bot.Contact{ID: "c", Language: bot.Ukrainian},
			Conversation: bot.Conversation{
				Address: here, Contact: "c", Version: 7, Reach: bot.Reachable,
				State: bot.State{Flow: flow, Step: step, Screen: 3, Buttons: []bot.Button{{Label: "Так", Action: "yes"}}},
			},
		},
		Chats: []storage.Linked{
			{Address: here, Reach: bot.Reachable},
			{Address: bot.Address{Bot: "viber", Chat: "v"}, Reach: bot.Reachable, Since: noon, OnProbation: true},
			{Address: bot.Address{Bot: "old", Chat: "o"}, Reach: bot.Blocked},
			{Address: bot.Address{Bot: "site", Chat: "w"}, Reach: bot.Reachable},
		},
	}
}

func turnOf(t *testing.T, d Engine, s *TurnInput) Result {
	t.Helper()
	r, err := d.Turn(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func relayed(what string) bot.Event {
	return person(bot.Event{Kind: bot.Relayed, ID: "viber:secret-chat", Detail: what})
}

func TestStopIsOfTheChatOrOfThePerson(t *testing.T) {
	d, s := related(t, typed("here"))
	w := turnOf(t, d, s).Write
	if !w.Conversation.Hushed || !w.CancelBulk || w.Silence || w.Contact != nil {
		t.Errorf("here: %+v", w)
	}
	s.Loaded.Conversation.Hushed, s.Loaded.Contact.Stopped = true, true
	s.Events = []bot.Event{typed("resume here")}
	if w = turnOf(t, d, s).Write; w.Conversation.Hushed || w.Contact != nil {
		t.Errorf("a newcomer takes back what the person asked for: %+v", w)
	}
	d, s = related(t, typed("stop"))
	w = turnOf(t, d, s).Write
	if w.Contact == nil || !w.Contact.Stopped || !w.Silence || w.Conversation.Hushed {
		t.Errorf("everywhere: %+v", w)
	}
	if len(w.Relays) != 1 || w.Relays[0].What != flows.HeardStop {
		t.Errorf("tells %+v", w.Relays)
	}
}

// What another chat did is kept without its name: apart again, neither chat tells
// of the other.
func TestRelayedNamesNoChatInTheHistory(t *testing.T) {
	d, s := related(t, relayed(flows.HeardStop))
	r := turnOf(t, d, s)
	if heard(r) != "чуєте" {
		t.Errorf("hears %q", heard(r))
	}
	for _, e := range r.Write.History {
		if strings.Contains(e.Text+string(e.Detail), "secret-chat") {
			t.Errorf("the history tells of the other chat: %+v", e)
		}
	}
}

// Nobody is met by what comes from no person, and who blocked us hears nothing.
func TestRelayedFindsNobody(t *testing.T) {
	for name, change := range map[string]func(*TurnInput){
		"erased":            func(s *TurnInput) { s.Loaded = storage.Loaded{} },
		"erased, and timed": func(s *TurnInput) { s.Loaded, s.Events[0].Kind = storage.Loaded{}, bot.TimedOut },
		"blocked":           func(s *TurnInput) { s.Loaded.Conversation.Reach = bot.Blocked },
	} {
		d, s := related(t, relayed(flows.HeardEraseAsk))
		change(s)
		if r := turnOf(t, d, s); r.Write.Conversation != nil || r.Write.Contact != nil || len(r.Said) > 0 || r.Write.Note == "" {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// An operator's talk stands in the way neither of an answer to what another chat
// asks, nor of a wish whose day has come.
func TestOperatorDoesNotKeepBackAnAnswer(t *testing.T) {
	held := &bot.Ticket{ID: "t", Address: bot.Address{Bot: "telegram", Chat: "1"}, State: bot.TicketTaken}
	for _, c := range []struct {
		event   bot.Event
		stopped bool
		erased  bool
	}{
		{event: press(3, "yes"), stopped: true},
		{event: press(2, "yes")},
		{event: typed("stop"), stopped: true}, // whoever speaks, that is done at once
		{event: person(bot.Event{Kind: bot.TimedOut, Detail: flows.ToForget}), erased: true},
		{event: person(bot.Event{Kind: bot.TimedOut, Detail: "handoff"})},
	} {
		d, s := related(t, c.event)
		s.Loaded.Ticket = held
		w := turnOf(t, d, s).Write
		if (w.Contact != nil && w.Contact.Stopped) != c.stopped || (w.Erase != nil) != c.erased {
			t.Errorf("%+v: %+v", c.event, w)
		}
	}
}

// The last words go to every other chat that can be written to; the erasure holds
// for whom the turn saw.
func TestFarewell(t *testing.T) {
	d, s := related(t, person(bot.Event{Kind: bot.TimedOut, Detail: flows.ToForget}))
	r := turnOf(t, d, s)
	if r.Write.Erase == nil || r.Write.Seen != 7 {
		t.Errorf("%+v", r.Write)
	}
	var to []bot.Address
	for _, said := range r.Said {
		if said.To != (bot.Address{}) {
			to = append(to, said.To)
			if !strings.Contains(said.Message.Text, "Telegram") {
				t.Errorf("says %q", said.Message.Text)
			}
		}
	}
	if !slices.Equal(to, []bot.Address{{Bot: "viber", Chat: "v"}}) {
		t.Errorf("told %v", to)
	}
}

// A chat that has just come is not told the person's name.
func TestNewcomerIsNotToldTheName(t *testing.T) {
	d, s := related(t)
	s.Loaded.Contact.Name = "Олена"
	for _, c := range []struct {
		fresh bool
		want  string
	}{{false, "Олена"}, {true, ""}} {
		s.Chats[0].OnProbation, s.Chats[1].OnProbation = c.fresh, false
		x := &turn{d: &d, s: s, conv: s.Loaded.Conversation, contact: s.Loaded.Contact}
		if got := x.facts(bot.Event{}).Name; got != c.want {
			t.Errorf("fresh %v: %q", c.fresh, got)
		}
	}
}

// Only turns that may need the person's chats read them.
func TestWhoAsksForChats(t *testing.T) {
	book := smallBook(t)
	for _, c := range []struct {
		event bot.Event
		fresh bool
		want  bool
	}{
		{event: typed("питання")},
		{event: typed("питання"), fresh: true, want: true},
		{event: relayed(flows.HeardJoin), want: true},
		{event: person(bot.Event{Kind: bot.TimedOut, Detail: flows.ToSilence}), want: true},
		{event: person(bot.Event{Kind: bot.TimedOut, Detail: "handoff"})},
	} {
		s := &TurnInput{Events: []bot.Event{c.event}, Loaded: storage.Loaded{OnProbation: c.fresh}}
		if got := s.asksChats(book); got != c.want {
			t.Errorf("%+v: %v", c.event, got)
		}
	}
}
