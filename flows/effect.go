package flows

import (
	"time"

	"visnyk/bot"
)

// Effect describes something a turn wants done. The list is closed: dialog
// applies each kind in one place, and what the same turn sees of it afterwards
// stands with the effect, in after.go.
type Effect interface {
	// String returns the effect as transcripts write it.
	String() string
	after(f *Facts) *Facts
}

// Text is something to say: a key of our own texts with its data, or approved
// content in both languages.
type Text struct {
	Key  string
	Data map[string]any
	Own  bot.Bilingual
	// Count chooses the plural form, with Plural.
	Count  int
	Plural bool
	// Last is a question to what was said before it: whatever a turn adds to its
	// message stands above.
	Last bool
}

// Values that are of the change itself, and may differ among the texts of one key: a
// rendering has them as they are, the words that are bound have their places.
type (
	Fact    bot.Bilingual
	FactDay time.Time // a day with its year, and with the hour where it is not a whole day
)

// T is the text behind a key. Data comes as name, value, name, value.
func T(key string, data ...any) Text {
	t := Text{Key: key}
	for i := 0; i+1 < len(data); i += 2 {
		if t.Data == nil {
			t.Data = map[string]any{}
		}
		t.Data[data[i].(string)] = data[i+1]
	}
	return t
}

// Lastly is the text behind a key, which stays the last of its message.
func Lastly(key string) Text { return Text{Key: key, Last: true} }

// Count is the text behind a key in the plural form of n, which the text may
// show as {{.Count}}.
func Count(key string, n int, data ...any) Text {
	t := T(key, data...)
	t.Count, t.Plural = n, true
	return t
}

// Own is approved content, written by a person in both languages.
func Own(w bot.Bilingual) Text { return Text{Own: w} }

// Button is a button of a screen: an action, or a link.
type Button struct {
	Label  Text
	Action string
	URL    string
	// Lasting buttons go on counting when the screen is gone. They stand under
	// what a Say tells, or an Amend is about.
	Lasting bool
	// Listed buttons are the things of a list, each with a row of its own.
	Listed bool
	// Phone asks the person for their own number, instead of an action; where the
	// messenger can: Capabilities.Phones.
	Phone bool
}

// Row is a row with one button, the usual shape of a keyboard on a phone.
func Row(label Text, action string) []Button { return []Button{{Label: label, Action: action}} }

// The effects.
type (
	// Say says a message. Texts are paragraphs. Buttons replace the screen.
	// Language, where known, is spoken instead of the person's. Tells is what it
	// tells of changes, which the ledger knows once the message is sent.
	Say struct {
		Texts    []Text
		Buttons  [][]Button
		Language bot.Language
		Tells    []Telling
		// Under is what an earlier message told, whose lasting buttons stand under
		// this one too.
		Under []Telling
		// Opens tells that it is what Facts.Lasting.Opens shows.
		Opens bool
		// Choice tells that it is what a Step with Choice says on arriving, and not a word
		// besides; the book notes it.
		Choice bool
	}
	// Telling is a part of a change that a Say tells, in Texts of its own.
	Telling struct {
		Change bot.Change
		Part   bot.RenderingPart
		Texts  []Text
		// Buttons are those under it for whoever reads it first: what they are is
		// approved with the texts.
		Buttons [][]Button
	}
	// Set gives a variable a value; "" forgets it.
	Set struct{ Name, Value string }
	// Speak records the language the person chose.
	Speak struct{ Language bot.Language }
	// Hear records the language that a text seems to be in, for as long as nothing
	// tells more.
	Hear struct{ Language bot.Language }
	// HandOff opens a ticket, unless one is open.
	HandOff struct {
		Reason bot.Reason
		Topic  string
	}
	// Rate notes that the person is asked how a talk with an operator was, and with a
	// score what they think of it.
	Rate struct {
		Ticket string
		Score  int // 1 to bot.BestScore; 0: they are asked
	}
	// Recall closes the person's own waiting ticket.
	Recall struct{}
	// Wait asks for a TimedOut event; a second Wait of the same name moves it.
	Wait struct {
		Name string
		For  time.Duration
	}
	// Unwait forgets the named timer.
	Unwait struct{ Name string }
	// Mark writes what the person did about a change.
	Mark struct {
		Change string
		As     bot.Mark
	}
	// Follow notes whether the person wants to hear of a change's later stages.
	Follow struct {
		Change string
		On     bool
	}
	// Asked notes how a question of the person ended. Update is the one that
	// brought it; Article the one that the ending speaks of, Change the one that the
	// question was about.
	Asked struct {
		Update, Text string
		Ending       bot.Ending
		Shown        []string
		Article      string
		Change       string
	}
	// Notify answers the press with a short notice; where presses have no answer it
	// is said above the buttons of the current screen.
	Notify struct{ Text Text }
	// Amend gives the message whose lasting button was pressed other buttons, where
	// the messenger can do that.
	Amend struct{ Buttons [][]Button }
	// Stop ends all but answers, everywhere or Here alone; Resume allows the rest
	// again.
	Stop   struct{ Here bool }
	Resume struct{ Here bool }
	// Relay tells others of the person's chats what was done here; nil is all.
	Relay struct {
		What string
		To   []bot.Address
	}
	// Wish replaces how the person wants to be told of changes.
	Wish struct{ Wishes bot.Wishes }
	// Join makes the person one with whoever offered the link with the code; Split
	// takes one of their chats out again.
	Join struct{ Code string }
	// Offer makes an offer of a record of the company's, by a number that the messenger
	// vouches for: the code is that of Facts.Invite.
	Offer struct{ Code string }
	// Phone keeps a number that the person wrote as their own.
	Phone struct{ Number string }
	Split struct{ Chat bot.Address }
	// Erase forgets the person and everything of theirs. What the turn still
	// says is the last they hear; no state outlives it.
	Erase struct{}
)
