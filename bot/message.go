package bot

import (
	"encoding/json"
)

// Message is what goes out, in neutral form; a channel renders it.
type Message struct {
	// Text is a Markdown subset (see bot/markup); "" only with an Attachment, a Press or an Edit.
	Text string `json:"text,omitempty"`
	// Plain tells that Text is no markup: every sign of it is shown as it is.
	Plain bool `json:"plain,omitempty"`
	// Buttons, row by row, belong to screen version Screen.
	Buttons [][]Button `json:"buttons,omitempty"`
	Screen  int        `json:"screen,omitempty"`
	Media   *Media     `json:"media,omitempty"`
	// Press, when set, makes this the answer to that button press: Text, if
	// any, is a short notice (at most 200 characters). Channels without such
	// answers render it to nothing.
	Press string `json:"press,omitempty"`
	// Edit, when set, is the messenger's id of a message of ours that has no file:
	// its buttons become these, and its text becomes Text, if there is any.
	// Channels without edits render it to nothing.
	Edit string `json:"edit,omitempty"`
}

// Words are what a person writes to another: as they stand, or where the writer has
// asked for it in the Markdown subset.
type Words struct {
	Text   string
	Markup bool
}

// Button is one button: an action of the current screen, a link, or a word.
type Button struct {
	Label  string `json:"label"`
	Action string `json:"action,omitempty"` // at most MaxAction bytes of a-z 0-9 . _ : -
	URL    string `json:"url,omitempty"`
	Phone  bool   `json:"phone,omitempty"` // asks the person to share their own phone number
	// Word makes a press the same as typing the label: it works whatever the
	// screen is, but only where presses come back as texts.
	Word bool `json:"word,omitempty"`
	// Lasts tells that the button belongs to what its message tells and is to stay there,
	// where the messenger can do that for some of its buttons.
	Lasts bool `json:"lasts,omitempty"`
}

// MaxAction is the length limit of Button.Action in bytes: with the screen
// version it fits 64 bytes, the least that a messenger takes.
const MaxAction = 48

// Media is a picture or file that goes out: by its public https address, or one
// that we keep.
type Media struct {
	Kind AttachmentKind `json:"kind"` // Photo or File
	URL  string         `json:"url,omitempty"`
	File string         `json:"file,omitempty"` // the id of a kept file, instead of a URL; see Capabilities.Fit
	Name string         `json:"name,omitempty"` // a file's name with its extension
	Type string         `json:"type,omitempty"` // of a kept file: its MIME type
	Size int64          `json:"size,omitempty"` // bytes; some messengers want it for files
	Hash string         `json:"hash,omitempty"` // of a kept file that is approved: the SHA-256 of its bytes, in hex
	// Alt is what a picture shows, for whoever does not see it; "" is its name. Said is that
	// in the language of a message, for the messengers that have a place for it.
	Alt  Bilingual `json:"alt,omitzero"`
	Said string    `json:"said,omitempty"`
}

// Unsubmitted returns it as it was written, before its bytes were kept: what stands at its
// address may be another by now.
func (m *Media) Unsubmitted() *Media {
	if m == nil {
		return nil
	}
	is := *m
	if is.Hash = ""; is.URL != "" {
		is = Media{Kind: m.Kind, URL: m.URL, Name: m.Name, Alt: m.Alt}
	}
	return &is
}

// In returns it as a message in the language shows it.
func (m *Media) In(l Language) *Media {
	if m == nil {
		return nil
	}
	is := *m
	is.Alt, is.Said = Bilingual{}, m.Alt.In(l)
	return &is
}

// Lines are what stands in the text for buttons that a messenger does not take: their
// labels, which can be typed, and the addresses of those that open one.
func (m Message) Lines() []string {
	var lines []string
	for _, row := range m.Buttons {
		for _, b := range row {
			line := InLine(b.Label)
			if b.URL != "" {
				line += ": " + b.URL
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// PartKind says what one request to a messenger does.
type PartKind string

// The kinds of requests that leave.
const (
	Say    PartKind = "say"    // a message; not idempotent
	Answer PartKind = "answer" // the answer to a press; idempotent
	Edit   PartKind = "edit"   // another text or other buttons of a message; idempotent
)

// Idempotent reports whether sending the part twice does no harm.
func (k PartKind) Idempotent() bool { return k == Answer || k == Edit }

// Part is one request to a messenger, ready but for the receiver.
type Part struct {
	Kind PartKind        `json:"kind"`
	Body json.RawMessage `json:"body"` // in the channel's own form
	// Thread is the messenger's id of the thread of the chat that the part goes
	// into, "" for the chat itself. Channels without threads do not look.
	Thread string `json:"thread,omitempty"`
}
