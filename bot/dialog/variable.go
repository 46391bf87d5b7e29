package dialog

import (
	"strconv"
	"time"
)

// The variables that dialog itself keeps in a conversation.
const (
	varAlbum  = "~album"  // the albums acted on, the last ones, a line each
	varGather = "~gather" // what came of an album or a split text and waits for the rest
	varLate   = "~late"   // when we last apologised for a late answer
	varPolite = "~polite" // when we last said that we cannot read such things; with the kind of thing behind it
	varLoop   = "~loop"   // when we last broke a loop
	varLink   = "~link"   // a deep link opened before we may write to the person
)

func (t *turn) variable(name string) string { return t.conv.State.Vars.Get(name) }

func (t *turn) setVar(name, value string) {
	t.conv.State.Vars = t.conv.State.Vars.With(name, value)
}

func (t *turn) setMoment(name string) { t.setVar(name, strconv.FormatInt(t.s.Now.Unix(), 10)) }

// within reports whether the moment kept under name is less than span ago.
func (t *turn) within(name string, span time.Duration) bool {
	at, err := strconv.ParseInt(t.variable(name), 10, 64)
	return err == nil && !passed(t.s.Now, time.Unix(at, 0), span)
}

// passed reports whether span has gone by since at. A clock that was set back
// counts as that, or a chat would be silent until it comes round again.
func passed(now, at time.Time, span time.Duration) bool {
	d := now.Sub(at)
	return d < 0 || d >= span
}
