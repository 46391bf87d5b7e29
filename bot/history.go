package bot

import "time"

// Entry is one line of a conversation's history: what the person did or what
// we said. History is only ever added to.
type Entry struct {
	Address Address
	At      time.Time
	Out     bool   // we said it
	Cause   string // the update's id, or the outgoing message's cause
	Kind    string // the event's kind, or "say"
	Text    string
	// Detail holds the rest as JSON: buttons, press, attachment, language, the links
	// behind words, what was answered or quoted, whence it was forwarded.
	Detail []byte
	// Fate is how it ended, where we said it. Reading fills it; what is said is
	// only ever added to, and its fate stands beside it.
	Fate Fate
}
