package demo

import (
	"time"
)

// screen is what a phone shows.
type screen struct {
	Bot     string // whose phone screen it is
	Begun   bool   // the chat is open; otherwise there is a button to begin
	Payload string // of a link that has opened the chat; it, too, brings the button
	Blocked bool
	Bubbles []bubble
	Keys    [][]key // instead of the person's own keyboard
	Notice  *notice
	Unread  int
	Faults  []fault
}

// bubble is one message.
type bubble struct {
	ID     string
	Mine   bool
	Lines  []span
	Media  string // a picture's or file's address
	Keys   [][]key
	At     time.Time
	Ticks  int // of one's own: 1 it left, 2 the bot has it
	Edited bool
}

// span is a piece of text in one style.
type span struct {
	Text                       string
	Bold, Italic, Strike, Code bool
	URL                        string
}

// key is one button.
type key struct {
	Label   string
	URL     string
	Columns int // of six
	Dead    bool
}

// notice is what a messenger shows over the chat for a moment.
type notice struct {
	ID, Text string
}

// phone is one messenger in the hands of one person.
type phone interface {
	screen(now time.Time) screen
	begin(payload string)
	write(text string)
	press(message, label string) error
	block(on bool)
	read()
	// script has the next message, or update, go wrong as the fault is named.
	script(fault string, on bool)
}

// phone returns the person's phone at the bot.
func (p *Parts) phone(name string, of person, switches *switches) (phone, bool) {
	switch name {
	case Telegram:
		return telegramPhone{p.Telegram, of.onTelegram(p.Telegram), of.Number, switches}, true
	case Viber:
		return viberPhone{p.Viber, of.onViber(p.Viber), switches}, true
	}
	return nil, false
}

// shortened is as much of a thread as the page shows.
const shortened = 60

func recent[T any](thread []T) []T { return thread[max(0, len(thread)-shortened):] }
