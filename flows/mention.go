package flows

import (
	"slices"

	"visnyk/bot"
)

// ToNews is the verb of the button that opens a change just mentioned.
const ToNews = "news"

// mention adds to the last thing said, once for each change, that there is one
// the person does not know of. It comes after the answer, never instead of it.
func (t *Turn) mention(effects []Effect) []Effect {
	last := lastSay(effects)
	if last < 0 {
		return effects
	}
	n, ok := t.news()
	if !ok || len(effects[last].(Say).Buttons) == 0 {
		return effects
	}
	if t.State.Vars == nil {
		t.State.Vars = map[string]string{}
	}
	t.State.Vars[VarNews] = n.Change.ID
	say := effects[last].(Say)
	line := T("change.mention", "Title", n.Change.Title, "FromDay", n.Change.From)
	say.Texts = append(slices.Clip(say.Texts), line)
	say.Tells = append(slices.Clip(say.Tells), Telling{Change: n.Change, Part: bot.PartDigest, Texts: []Text{line}})
	effects[last] = say
	return t.withNews(effects)
}

// news returns the change to mention in this turn, if there is one: the person
// has written, nobody else is about to answer, and they have not asked to be
// spared. Who reads what changes, or sets how they are told, needs no hint; nor
// is it time for one while the language is being chosen.
func (t *Turn) news() (bot.LedgerEntry, bool) {
	wrote := t.Event.Kind == bot.Typed || t.Event.Kind == bot.Attached || t.Event.Kind == bot.Started && t.Event.Text == ""
	if !wrote || t.Facts.Ticket != nil || t.Facts.Quiet() || slices.Contains([]string{"change", "settings", "welcome"}, t.State.Flow) {
		return bot.LedgerEntry{}, false
	}
	for _, n := range t.Facts.Ledger {
		known := n.Mentioned || n.Heard()
		if !known && t.Facts.Wishes.Wants(n.Change.Kind, t.Facts.Now) {
			return n, true
		}
	}
	return bot.LedgerEntry{}, false
}

// withNews puts the button of the change that the screen mentions under what is
// said last.
func (t *Turn) withNews(effects []Effect) []Effect {
	n, ok := t.Entry(t.State.Vars[VarNews])
	if !ok {
		return effects
	}
	last := lastSay(effects)
	if last < 0 {
		return effects
	}
	say := effects[last].(Say)
	// The way to the menu stays the last row.
	at := len(say.Buttons)
	if at > 0 && slices.ContainsFunc(say.Buttons[at-1], func(b Button) bool { return b.Action == ToMenu }) {
		at--
	}
	say.Buttons = slices.Insert(slices.Clone(say.Buttons), at, Row(T("change.open"), Action(ToNews, n.Change.ID)))
	effects[last] = say
	return effects
}

// lastSay is the place of what is said last; -1 when nothing is.
func lastSay(effects []Effect) int {
	for i := len(effects) - 1; i >= 0; i-- {
		if _, ok := effects[i].(Say); ok {
			return i
		}
	}
	return -1
}

// Mentioned returns the change whose mention was pressed.
func (t Turn) Mentioned() (bot.LedgerEntry, bool) {
	for _, n := range t.Facts.Ledger {
		if t.Pressed(Action(ToNews, n.Change.ID)) {
			return n, true
		}
	}
	return bot.LedgerEntry{}, false
}
