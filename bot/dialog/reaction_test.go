package dialog

import (
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// A press of a button under a broadcast is its reader's, whatever was told since; first
// words are those of the last one told, and presses of other buttons are nobody's.
func TestReactions(t *testing.T) {
	r := rehearse(t)
	do(t, r, person(bot.Event{Kind: bot.Started}), noon)
	of := bot.Rendering{Language: bot.Ukrainian, Part: bot.BroadcastPart("old", false), Template: "x"}
	line := bot.Rendering{Language: bot.Ukrainian, Part: bot.BroadcastPart("line", true), Template: "y"}
	change := bot.Rendering{Language: bot.Ukrainian, Part: bot.PartCard, Template: "z"}
	known := map[string]bot.Rendering{}
	for _, one := range []bot.Rendering{of, line, change} {
		known[bot.RenderingID(one.Hash())] = one
	}
	on := func(r bot.Rendering, does string) bot.Event {
		return press(1, bot.LastingAction(bot.RenderingID(r.Hash()), does))
	}
	for name, c := range map[string]struct {
		event bot.Event
		heard string
		want  []storage.Reaction
	}{
		"read":                     {event: on(of, "ack"), want: []storage.Reaction{{Broadcast: "old", Mark: bot.RecipientAcknowledged}}},
		"asks":                     {event: on(of, "ask"), heard: "new", want: []storage.Reaction{{Broadcast: "old", Mark: bot.RecipientAsked}}},
		"no more":                  {event: on(of, "off.tariff"), want: []storage.Reaction{{Broadcast: "old", Mark: bot.RecipientUnsubscribed}}},
		"opens a line of a digest": {event: on(line, bot.LastingOpen), want: []storage.Reaction{{Broadcast: "line", Mark: bot.RecipientClicked}}},
		"of a change":              {event: on(change, "ack")},
		"nobody knows the button":  {event: press(1, bot.LastingAction("0123456789", "ack")), heard: "new"},
	} {
		loaded := r.loaded
		loaded.Heard = c.heard
		result, err := r.Engine.Turn(&TurnInput{
			Inbox: "u", Events: []bot.Event{c.event}, Loaded: loaded, Content: r.Content, Desk: r.Hours.Desk(noon.Add(time.Hour)), Now: noon.Add(time.Hour), Renderings: known,
		})
		if err != nil {
			t.Fatal(name, err)
		}
		for i := range c.want {
			c.want[i].Contact = r.loaded.Contact.ID
		}
		if got := result.Write.Reactions; !slices.Equal(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// What the first words after a broadcast do tells what they mean for it.
func TestFirstWords(t *testing.T) {
	for name, c := range map[string]struct {
		heard string
		write storage.TurnWrite
		opens bot.Reason
		want  []bot.RecipientMark
	}{
		"a question":   {heard: "b", write: storage.TurnWrite{Questions: []bot.Question{{}}}, want: []bot.RecipientMark{bot.RecipientAsked}},
		"for a person": {heard: "b", opens: bot.ReasonAsked, want: []bot.RecipientMark{bot.RecipientAsked}},
		"a complaint about a change": {
			heard: "b", opens: bot.ReasonComplaint, write: storage.TurnWrite{Questions: []bot.Question{{Ending: bot.EndedComplained}}}, want: []bot.RecipientMark{bot.RecipientComplained},
		},
		"a complaint":              {heard: "b", opens: bot.ReasonComplaint, want: []bot.RecipientMark{bot.RecipientComplained}},
		"a stop":                   {heard: "b", write: storage.TurnWrite{Consents: []bot.Consent{{}}}, want: []bot.RecipientMark{bot.RecipientUnsubscribed}},
		"consent is no refusal":    {heard: "b", write: storage.TurnWrite{Consents: []bot.Consent{{Given: true}}}},
		"a ticket of another kind": {heard: "b", opens: bot.ReasonMisses},
		"nothing was told":         {write: storage.TurnWrite{Questions: []bot.Question{{}}}},
	} {
		s := &TurnInput{Events: []bot.Event{{Kind: bot.Typed, Text: "слова"}}, Loaded: storage.Loaded{Heard: c.heard}}
		tn := &turn{s: s, write: c.write, contact: bot.Contact{ID: "c"}}
		if c.opens != "" {
			tn.opened = &bot.Ticket{Reason: c.opens}
		}
		var got []bot.RecipientMark
		for _, r := range tn.reactions() {
			got = append(got, r.Mark)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
