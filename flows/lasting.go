package flows

import (
	"slices"

	"visnyk/bot"
)

// Lasting is a lasting button that was pressed: what it does, and under which
// version of which change it stands. Whether that still holds is for the flow to
// say.
type Lasting struct {
	Do      string // the action without the rendering; "" when none was pressed
	Change  string // "" when nobody knows the rendering any more
	Version int
	Part    bot.RenderingPart
	Current bool // the current screen offers it, and its step has the arrow
	// Opens is what a press that opens a line of a digest shows; nil where it is gone.
	Opens *bot.Message
}

// ManyPrefix begins the part of what was told to many at once: its buttons stand under
// no change, but under that message.
const ManyPrefix = "broadcast/"

// Stands returns what the lasting buttons of the message stand under; false when it
// has none. A line that only mentions a change has none of them.
func (s Say) Stands() (Telling, bool) {
	for _, told := range slices.Concat(s.Tells, s.Under) {
		if told.Part != bot.PartDigest {
			return told, true
		}
	}
	return Telling{}, false
}

// Repeats reports whether the message tells nothing itself and repeats the buttons of
// the screen that is there: they go on standing under what was told there, whatever
// is told of the change by now.
func (s Say) Repeats() bool {
	_, tells := Say{Tells: s.Tells}.Stands()
	return !tells && len(s.Under) > 0
}

// Lasting reports whether a lasting button was pressed that does this, on a screen
// that is gone.
func (t Turn) Lasting(do string) bool { return t.Facts.Lasting.Do == do && !t.Facts.Lasting.Current }

// LastingEntry returns the ledger entry of the change under which the lasting button
// stands; false when none was pressed, or the change does not concern the person.
func (t Turn) LastingEntry() (bot.LedgerEntry, bool) {
	if t.Facts.Lasting.Do == "" {
		return bot.LedgerEntry{}, false
	}
	return t.Entry(t.Facts.Lasting.Change)
}
