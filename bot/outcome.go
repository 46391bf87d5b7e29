package bot

import (
	"fmt"
	"time"
)

// Outcome is how one send ended.
type Outcome string

// The outcome classes of a send.
const (
	Sent      Outcome = "sent"      // the messenger took it
	Later     Outcome = "later"     // it surely did not arrive; try again
	Gone      Outcome = "gone"      // this person cannot be reached: blocked, deleted, not subscribed
	Malformed Outcome = "malformed" // this message cannot be sent as it is
	Unknown   Outcome = "unknown"   // the bytes may have arrived
	Halted    Outcome = "halted"    // the account is refused: nothing leaves until somebody mends it
)

// SendError says how a send failed and what to do about it.
type SendError struct {
	Outcome Outcome
	// After is how long to wait before the next try; 0 leaves it to the sender.
	After time.Duration
	// Most, unless 0, has the wait double from After up to it while the chat is told
	// the same again, until the person does something.
	Most time.Duration
	// Whole tells that the wait is for the whole bot, not for this chat alone.
	Whole bool
	// Alone tells that the wait is surely this chat's. Where neither is told, the
	// same wait in several chats at once is the bot's.
	Alone bool
	// Tries, unless 0, is after how many sends Later becomes Malformed: for
	// refusals that nobody understands.
	Tries int
	// Err is the reason, free of tokens and of what people wrote.
	Err error
}

// Error implements error.
func (e *SendError) Error() string { return fmt.Sprintf("%s: %v", e.Outcome, e.Err) }

// Unwrap returns the reason.
func (e *SendError) Unwrap() error { return e.Err }
