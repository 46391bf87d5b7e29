package dialog

import (
	"slices"
	"strconv"

	"visnyk/bot"
	"visnyk/flows"
)

// varChoice keeps the version of the screen whose message is nothing but a choice:
// a menu, a setting, a page of a list. What else was said, an answer or a change
// above all, stays where the person read it.
const varChoice = "~choice"

// replaceable reports whether what the press brings about may take the place of
// the message it is under.
func (t *turn) replaceable(e bot.Event) bool {
	return t.d.Channels[t.conv.Address.Bot].Edits && e.ID != "" && e.Press.ID != "" && !e.Press.Unseen &&
		t.variable(varChoice) == strconv.Itoa(e.Press.Screen)
}

// replace edits the message that was pressed instead of saying another under it,
// where what was said since is one choice again.
func (t *turn) replace(e bot.Event, said int) {
	place := -1
	for i := said; i < len(t.said); i++ {
		switch m := t.said[i].Message; {
		case m.Press != "":
		case place >= 0 || m.Edit != "" || len(m.Buttons) == 0 || asksPhone(m) || t.said[i].To != (bot.Address{}):
			return
		default:
			place = i
		}
	}
	if place >= 0 && t.d.Book.Chooses(t.conv.State) {
		t.said[place].Message.Edit = e.ID
		t.choice = true
	}
}

// choice reports whether the effects say one thing, and that is the choice of the step
// without a word besides it.
func choice(effects []flows.Effect) (only bool) {
	said := 0
	for _, e := range effects {
		if s, ok := e.(flows.Say); ok {
			said++
			only = s.Choice && len(s.Tells) == 0
		}
	}
	return only && said == 1
}

// asksPhone reports whether a button of the message asks for the phone number, which an
// edit cannot bring.
func asksPhone(m bot.Message) bool {
	return slices.ContainsFunc(m.Buttons, func(row []bot.Button) bool {
		return slices.ContainsFunc(row, func(b bot.Button) bool { return b.Phone })
	})
}
