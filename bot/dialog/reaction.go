package dialog

import (
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/storage"
)

// reactions are what the person did about broadcasts: they pressed a button under one,
// or what they said are their first words, within a day, after the last one that this
// chat was told. A question, a complaint and a refusal count.
func (t *turn) reactions() (all []storage.Reaction) {
	did := func(broadcast string, mark bot.RecipientMark) {
		if r := (storage.Reaction{Broadcast: broadcast, Contact: t.contact.ID, Mark: mark}); !slices.Contains(all, r) {
			all = append(all, r)
		}
	}
	var words bool
	for _, e := range t.s.Events {
		if b, ok := t.s.underTold(e); ok {
			e.Kind, e.Press = bot.Tapped, &bot.Press{Action: b.Action}
		}
		if e.Kind != bot.Tapped || e.Press == nil {
			words = words || e.Inbound()
			continue
		}
		id, do, _ := bot.ReadLasting(e.Press.Action)
		if broadcast, ok := t.s.Renderings[id].Part.Broadcast(); ok {
			if mark, known := markOf(do); known {
				did(broadcast, mark)
			}
		}
	}
	heard := t.s.Loaded.Heard
	if heard == "" || !words {
		return all
	}
	asked := slices.ContainsFunc(t.write.Questions, func(q bot.Question) bool { return q.Ending != bot.EndedComplained })
	if asked || t.opened != nil && t.opened.Reason == bot.ReasonAsked {
		did(heard, bot.RecipientAsked)
	}
	if t.opened != nil && t.opened.Reason == bot.ReasonComplaint {
		did(heard, bot.RecipientComplained)
	}
	if slices.ContainsFunc(t.write.Consents, func(c bot.Consent) bool { return !c.Given }) {
		did(heard, bot.RecipientUnsubscribed)
	}
	return all
}

// markOf returns what the press of a button under a broadcast says of its recipient.
func markOf(do string) (mark bot.RecipientMark, ok bool) {
	verb, _, _ := strings.Cut(do, ".")
	mark, ok = map[string]bot.RecipientMark{
		"ack": bot.RecipientAcknowledged, "ask": bot.RecipientAsked, "off": bot.RecipientUnsubscribed, bot.LastingOpen: bot.RecipientClicked,
	}[verb]
	return mark, ok
}
