package flows

import (
	"strings"

	"visnyk/bot"
)

// Doors are the flows that a button under a message to many may open.
func (b Book) Doors() (all []bot.Door) {
	for _, f := range b.flows {
		if f.Door != "" {
			all = append(all, bot.Door{Flow: f.Name, Text: f.Title})
		}
	}
	return all
}

// Openings are the arrows of the buttons that open the flows, whatever was said since.
// Whoever an operator answers stays where they are.
func Openings(all ...Flow) (on []Transition) {
	for _, f := range all {
		if f.Door != "" {
			on = append(on, Transition{
				Label: "[of a message to many]: opens " + f.Name, To: f.Name + "/" + f.Door,
				When: func(t Turn) bool {
					return t.OfMany() && !t.Held() && t.Facts.Lasting.Do == bot.LastingFlow(f.Name)
				},
			})
		}
	}
	return on
}

// OfMany reports whether a button of a message to many was pressed.
func (t Turn) OfMany() bool {
	return t.Facts.Lasting.Do != "" && strings.HasPrefix(string(t.Facts.Lasting.Part), ManyPrefix)
}

// Held reports whether an operator answers the person.
func (t Turn) Held() bool {
	return t.Facts.Ticket != nil && t.Facts.Ticket.State == bot.TicketTaken
}
