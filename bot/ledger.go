package bot

import "time"

// Mark is one thing the ledger knows of a person and a change.
type Mark string

// The marks of the ledger, in the order they usually come.
const (
	MarkMentioned    Mark = "mentioned"    // a line said that there is such a change; it is not told yet
	MarkTold         Mark = "told"         // a message that told it was sent
	MarkAcknowledged Mark = "acknowledged" // pressed «Зрозуміло / Понятно»
	MarkAsked        Mark = "asked"        // pressed «Маю запитання»
)

// LedgerEntry is a change that concerns a person, and what they know of it.
type LedgerEntry struct {
	Change       Change
	Mentioned    bool
	MentionedAt  time.Time // zero: never
	OnItsWay     bool      // a message that tells or mentions it has not ended yet
	Told         bool
	Unsure       bool // a message that told it may have arrived
	Acknowledged bool
	Followed     bool // wants to hear of its later stages
}

// With returns the notice with one more mark, as the turn that makes it knows it:
// what the turn says is on its way.
func (n LedgerEntry) With(m Mark) LedgerEntry {
	switch m {
	case MarkMentioned, MarkTold:
		n.OnItsWay = true
	case MarkAcknowledged:
		n.Acknowledged = true
	}
	return n
}

// Heard reports whether the person was told of the change, or is about to be: it
// is not offered again then, until a message of it turns out to have told nothing.
func (n LedgerEntry) Heard() bool { return n.Told || n.OnItsWay || n.Unsure || n.Acknowledged }
