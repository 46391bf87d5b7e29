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

// joiner is a book that says what comes of a join link, and takes what is good.
func joiner(t *testing.T) flows.Book {
	t.Helper()
	link := flows.Transition{
		Label: "link", To: "talk/one",
		When: func(t flows.Turn) bool { _, ok := flows.JoinCode(t.Event.Text); return ok },
		Do: func(t flows.Turn) []flows.Effect {
			state := string(t.Facts.Invite.State)
			effects := []flows.Effect{flows.Say{Texts: []flows.Text{words("добре: "+state, "хорошо: "+state)}}}
			if t.Facts.Invite.State == flows.InviteGood {
				code, _ := flows.JoinCode(t.Event.Text)
				effects = append([]flows.Effect{flows.Join{Code: code}}, effects...)
			}
			return effects
		},
	}
	step := flows.Step{Name: "one", Enter: func(flows.Turn) []flows.Effect {
		return []flows.Effect{flows.Say{Buttons: [][]flows.Button{{flows.MenuButton()}}}}
	}, Else: flows.Stay()}
	book, err := flows.NewBook("talk/one", []flows.Transition{link}, flows.Flow{Name: "talk", Steps: []flows.Step{step}, Texts: []string{"button.menu"}})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// TestInvites: what a link is worth, and in which language it is told.
func TestInvites(t *testing.T) {
	here := bot.Address{Bot: "telegram", Chat: "1"}
	there := bot.Address{Bot: "webchat", Chat: "w"}
	taken := &bot.Ticket{ID: "t", Address: here, State: bot.TicketTaken}
	waiting := &bot.Ticket{ID: "w", Address: there, State: bot.TicketWaiting}
	good := func(c bot.Contact) *storage.Invite { return &storage.Invite{From: there, Contact: c, Valid: true} }
	mine := bot.Contact{ID: "mine", Language: bot.Ukrainian}
	for _, c := range []struct {
		name    string
		offer   *storage.Invite
		contact bot.Contact
		ticket  *bot.Ticket
		want    string // "" is silence
		joins   bool
	}{
		{name: "no such code", contact: mine, want: "добре: "},
		{name: "used or old", offer: &storage.Invite{From: there, Contact: bot.Contact{ID: "c"}}, contact: mine, want: "добре: "},
		{name: "joined already", offer: &storage.Invite{From: there, Contact: mine}, contact: mine, want: "добре: joined"},
		{name: "its own", offer: &storage.Invite{From: here, Contact: bot.Contact{ID: "c"}, Valid: true}, contact: mine, want: "добре: joined"},
		{
			name: "two people of the company", offer: good(bot.Contact{ID: "c", External: "1"}),
			contact: bot.Contact{ID: "mine", External: "2", Language: bot.Ukrainian}, want: "добре: other",
		},
		{
			name: "one came today", offer: &storage.Invite{From: there, Contact: bot.Contact{ID: "c"}, Valid: true, OnProbation: true},
			contact: mine, want: "добре: fresh",
		},
		{name: "good, nothing known there", offer: good(bot.Contact{ID: "c"}), contact: mine, want: "добре: good", joins: true},
		{name: "good, another language there", offer: good(bot.Contact{ID: "c", Language: bot.Russian}), contact: mine, want: "хорошо: good", joins: true},
		{
			name: "good, the language was chosen here", offer: good(bot.Contact{ID: "c", Language: bot.Russian}),
			contact: bot.Contact{ID: "mine", Language: bot.Ukrainian, Chosen: true}, want: "добре: good", joins: true,
		},
		{
			name: "good, chosen in both", offer: good(bot.Contact{ID: "c", Language: bot.Russian, Chosen: true}),
			contact: bot.Contact{ID: "mine", Language: bot.Ukrainian, Chosen: true}, want: "хорошо: good", joins: true,
		},
		{name: "while an operator answers here", offer: good(bot.Contact{ID: "c"}), contact: mine, ticket: taken, want: "добре: good", joins: true},
		{name: "worth nothing, while an operator answers here", contact: mine, ticket: taken},
		{
			name: "a ticket comes along", offer: &storage.Invite{From: there, Contact: bot.Contact{ID: "c"}, Valid: true, Ticket: waiting},
			contact: mine, want: "добре: good", joins: true,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := rehearse(t).Engine
			d.Book = joiner(t)
			const code = "0123456789abcdefghijkl"
			s := &TurnInput{
				Inbox: "u", Now: noon, Desk: bot.DefaultHours(time.UTC).Desk(noon),
				Events: []bot.Event{{Kind: bot.Started, From: here, Text: flows.JoinPayload(code)}},
				Loaded: storage.Loaded{
					Contact: c.contact, Ticket: c.ticket,
					Conversation: bot.Conversation{Address: here, Contact: c.contact.ID, Version: 1, State: bot.State{Flow: "talk", Step: "one"}},
				},
			}
			if got := s.joinCodes(); !slices.Equal(got, []string{code}) {
				t.Errorf("the codes are %q", got)
			}
			if c.offer != nil {
				s.Invites = map[string]storage.Invite{code: *c.offer}
			}
			r, err := d.Turn(s)
			if err != nil {
				t.Fatal(err)
			}
			said := strings.TrimSpace(heard(r))
			if said != strings.TrimSpace(c.want) {
				t.Errorf("said %q, want %q", said, c.want)
			}
			if j := r.Write.Join; (j != nil) != c.joins || j != nil && (j.Code != code || j.To != here) {
				t.Errorf("joins: %+v, want %v", j, c.joins)
			}
			for _, e := range r.Write.History {
				if strings.Contains(e.Text+string(e.Detail), code) {
					t.Errorf("the code stands in the history: %+v", e)
				}
			}
			if r.Write.Contact != nil && r.Write.Contact.Language != c.contact.Language {
				t.Error("the language of a contact that may not be theirs any more is written")
			}
		})
	}
}

// asker is a book that asks about a join link, and takes it on a press.
func asker(t *testing.T) flows.Book {
	t.Helper()
	screen := func(text flows.Text, action string) func(flows.Turn) []flows.Effect {
		return func(t flows.Turn) []flows.Effect {
			say := flows.Say{Texts: []flows.Text{text}, Buttons: [][]flows.Button{flows.Row(words("Так", "Да"), action)}}
			if action == "yes" {
				say.Language = t.Facts.Invite.Language
			}
			return []flows.Effect{say}
		}
	}
	link := flows.Transition{
		Label: "link", To: "talk/asked",
		When: func(t flows.Turn) bool {
			_, ok := flows.JoinCode(t.Event.Text)
			return ok && t.Facts.Invite.State == flows.InviteGood
		},
		Do: func(t flows.Turn) []flows.Effect {
			code, _ := flows.JoinCode(t.Event.Text)
			return []flows.Effect{flows.Set{Name: flows.VarJoin, Value: code}}
		},
	}
	book, err := flows.NewBook("talk/one", []flows.Transition{link}, flows.Flow{Name: "talk", Steps: []flows.Step{
		{Name: "one", Enter: screen(words("тут", "здесь"), "on"), Else: flows.Transition{Label: "anything", To: "one"}},
		{
			Name: "asked", Vars: []string{flows.VarJoin}, Enter: screen(words("поєднати?", "объединить?"), "yes"),
			On: []flows.Transition{flows.Pressing("yes", "one", func(t flows.Turn) []flows.Effect {
				said := flows.Say{Texts: []flows.Text{words("чи добре: "+string(t.Facts.Invite.State), "хорошо ли: "+string(t.Facts.Invite.State))}}
				if t.Facts.Invite.State != flows.InviteGood {
					return []flows.Effect{said}
				}
				return []flows.Effect{flows.Join{Code: t.Var(flows.VarJoin)}, said}
			})},
			Else: flows.Transition{Label: "anything", To: "one"},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// TestAskedBeforeJoining: what may come between the question about a link and
// the press that answers it. The offer counts as it is at the press.
func TestAskedBeforeJoining(t *testing.T) {
	const code, other = "0123456789abcdefghijkl", "abcdefghijkl0123456789"
	here, there := bot.Address{Bot: "telegram", Chat: "1"}, bot.Address{Bot: "webchat", Chat: "w"}
	good := storage.Invite{From: there, Contact: bot.Contact{ID: "c", Language: bot.Russian}, Valid: true}
	past := good
	past.Valid = false
	held := &bot.Ticket{ID: "t", Address: here, State: bot.TicketTaken}
	yes := func(screen int) bot.Event { return press(screen, "yes") }
	for _, c := range []struct {
		name   string
		ticket *bot.Ticket
		link   string                    // waits until we may write
		offers map[string]storage.Invite // as the question is answered
		then   []bot.Event
		want   string
		joins  string
	}{
		{name: "yes", then: []bot.Event{yes(1)}, want: "() | хорошо ли: good\n\nздесь", joins: code},
		{name: "yes, while an operator answers here", ticket: held, then: []bot.Event{yes(1)}, want: "() | хорошо ли: good\n\nздесь", joins: code},
		{name: "yes, too late", offers: map[string]storage.Invite{code: past}, then: []bot.Event{yes(1)}, want: "() | чи добре: \n\nтут"},
		{name: "words, to which the label belongs", then: []bot.Event{typed("да")}, want: "хорошо ли: good\n\nздесь", joins: code},
		{name: "other words, then yes", then: []bot.Event{typed("питання"), yes(1)}, want: "тут | (Ця кнопка вже не діє.) | тут"},
		{name: "words for the operator, then yes", ticket: held, then: []bot.Event{typed("питання"), yes(1)}, want: "()"},
		{name: "an old press", then: []bot.Event{yes(0)}, want: "(Ця кнопка вже не діє.) | объединить?"},
		{name: "an old press, while an operator answers here", ticket: held, then: []bot.Event{yes(0)}, want: "()"},
		{
			name: "yes, while another link waits", link: other, then: []bot.Event{yes(1)},
			offers: map[string]storage.Invite{code: good, other: {From: bot.Address{Bot: "webchat", Chat: "x"}, Contact: bot.Contact{ID: "x", Language: bot.Russian}, Valid: true}},
			want:   "() | хорошо ли: good\n\nздесь | объединить?", joins: code,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := rehearse(t).Engine
			d.Book = asker(t)
			s := &TurnInput{
				Inbox: "u", Now: noon, Desk: bot.DefaultHours(time.UTC).Desk(noon), Invites: map[string]storage.Invite{code: good},
				Events: []bot.Event{person(bot.Event{Kind: bot.Started, Text: flows.JoinPayload(code)})},
				Loaded: storage.Loaded{
					Contact: bot.Contact{ID: "mine", Language: bot.Ukrainian}, Ticket: c.ticket,
					Conversation: bot.Conversation{Address: here, Contact: "mine", Version: 1, State: bot.State{Flow: "talk", Step: "one"}},
				},
			}
			asked, err := d.Turn(s)
			if err != nil {
				t.Fatal(err)
			}
			if got := heard(asked); got != "объединить?" || asked.Write.Join != nil {
				t.Fatalf("%q, joins %+v", got, asked.Write.Join)
			}
			s.Loaded.Conversation, s.Events = *asked.Write.Conversation, c.then
			if c.link != "" {
				state := &s.Loaded.Conversation.State
				state.Vars = state.Vars.With(varLink, flows.JoinPayload(c.link))
			}
			if !slices.Contains(s.joinCodes(), code) {
				t.Errorf("the offer is not looked up again: %q", s.joinCodes())
			}
			if c.offers != nil {
				s.Invites = c.offers
			}
			r, err := d.Turn(s)
			if err != nil {
				t.Fatal(err)
			}
			if got := heard(r); got != c.want {
				t.Errorf("heard %q, want %q", got, c.want)
			}
			joined := ""
			if r.Write.Join != nil {
				joined = r.Write.Join.Code
			}
			if joined != c.joins {
				t.Errorf("joins %q, want %q", joined, c.joins)
			}
		})
	}
}

// An ordinary turn asks nothing about other chats.
func TestOrdinaryTurnsAskNothing(t *testing.T) {
	for _, e := range []bot.Event{
		typed("join_0123456789abcdefghijkl"), typed("питання"), person(bot.Event{Kind: bot.Started}), person(bot.Event{Kind: bot.Started, Text: "change-tariff"}),
	} {
		if codes := (&TurnInput{Events: []bot.Event{e}}).joinCodes(); len(codes) > 0 {
			t.Errorf("%+v gives %q", e, codes)
		}
	}
	waits := &TurnInput{Events: []bot.Event{typed("вітаю")}}
	waits.Loaded.Conversation.State.Vars = bot.Vars{}.With(varLink, "join_abc").With(flows.VarJoin, "def")
	if codes := waits.joinCodes(); !slices.Equal(codes, []string{"abc", "def"}) {
		t.Errorf("a link that waits, and one that is asked about: %q", codes)
	}
	var w Worker // without a store: a query would panic
	w.Engine.Book = smallBook(t)
	if err := w.chatsOf(t.Context(), []*TurnInput{{Events: []bot.Event{typed("питання")}, Now: time.Now()}}); err != nil {
		t.Error(err)
	}
}
