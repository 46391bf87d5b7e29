package bot

import "time"

// Capabilities is what one messenger can do and what it asks of us, declared
// once by its channel. Whoever must know asks this table, never for a
// messenger's name. The zero value is a messenger that takes plain texts.
type Capabilities struct {
	// Handshake tells that it also comes by GET, to check that an address is ours
	// before it delivers there.
	Handshake bool
	// Visited tells that people come to us: they read what is said to them at
	// their next visit, and nobody can be reached who is not there.
	Visited bool

	Buttons        bool // a button under a message comes back as a press
	LastingButtons bool // it stays under its message, whatever is said later
	Edits          bool // a message that was sent can be changed
	Typing         bool // shows a person that somebody writes to them, see Typist
	Files          bool // takes pictures and files
	Phones         Phones
	Receipts       Receipts
	Session        Session
	Limits         Limits
}

// Phones is what comes of a button that asks for the person's own phone number.
type Phones string

// What can come of it.
const (
	PhonesNone    Phones = ""        // the messenger has no such button
	PhonesGiven   Phones = "given"   // a number that nobody vouches for
	PhonesVouched Phones = "vouched" // the number that the messenger knows them by
)

// Receipts are what a messenger tells of messages that went out.
type Receipts struct {
	Delivered, Seen, Failed bool // as the events of these names
}

// Session is the time after a person's last message in which answering them is
// free.
type Session struct {
	Length time.Duration // 0: nothing depends on it
	// Closed tells that after it nothing may be said but what the messenger has
	// approved; otherwise it costs.
	Closed bool
}

// Limits are what a messenger allows. Zero is no limit of its own.
type Limits struct {
	// Text is how long the text of one message may be, in UTF-16 units. What is
	// longer goes in several.
	Text int
	// Buttons is how many a message may carry, Rows in how many rows, Keyboard in how
	// many bytes of the messenger's own form. What is more goes as lines of the text,
	// see Message.Lines.
	Buttons, Rows, Keyboard int
	// Label is how long the label of a button may be, in UTF-16 units. What is longer
	// is cut.
	Label int
	// PerChat is the least time between two messages to one chat.
	PerChat time.Duration
	// Files are those of pictures and files; see Fit.
	Files FileLimits
}
