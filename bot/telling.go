package bot

import "time"

// Telling is a message that tells something of a change: on its way from the
// moment it is enqueued, and told only when it is sent.
type Telling struct {
	Address   Address
	Cause     string // Outgoing.Cause of the message
	Contact   string
	Rendering Rendering
	TextHash  string // of the text as it was said, slots filled
	TellsSeen bool   // the messenger tells what was seen
}

// Fate is how a message ended, as far as that is known. The zero Fate is that of
// one that has not ended yet, or that was said before fates were kept.
type Fate struct {
	// Outcome is "", or one of the outcomes below. Of a message in several parts it
	// is the worst among the parts that have ended.
	Outcome string
	// Sent, Delivered and Seen are those of its last part; zero: never, or the
	// messenger does not tell.
	Sent, Delivered, Seen time.Time
}

// What becomes of a message, beside Sent, Gone, Malformed and Unknown.
const (
	OutcomeOnItsWay = "on its way" // of a telling that has not ended
	OutcomeExpired  = "expired"    // given up: too old
	OutcomeSkipped  = "skipped"    // never sent: the person had left or asked for silence
	OutcomeFailed   = "failed"     // the messenger took it, the device refused it
	OutcomeUndone   = "undone"     // its writer took it back before it left: for staff alone
)
