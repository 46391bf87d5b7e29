package webchat

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/bot/markup"
)

// Limits of what a page sends.
const (
	maxText     = 10_000 // characters
	maxBody     = 64 << 10
	maxID       = 64
	maxPayload  = 64
	maxLabel    = 250 // characters
	maxLocale   = 35
	maxReceipts = 200
)

// The kinds of things a visitor does.
const (
	kindStart   = "start"
	kindText    = "text"
	kindPress   = "press"
	kindFile    = "file"
	kindReceipt = "receipt"
)

// posted is what a page sends: one thing that its visitor did, or what became of
// lines of ours.
type posted struct {
	ID   string `json:"id"` // the page's own, unique in the chat
	Kind string `json:"kind"`
	// At is when it is sent, in milliseconds since 1970 UTC by our own clock as
	// the page knows it: the clock of the device may be years away.
	At     int64  `json:"at"`
	Locale string `json:"locale,omitempty"` // the language of the page
	content
	Delivered []int64 `json:"delivered,omitempty"` // lines that arrived
	Seen      int64   `json:"seen,omitempty"`      // this line, and all before it, was shown
}

// content is the part of it that stands in the thread.
type content struct {
	Text  string      `json:"text,omitempty"` // with start: the payload of a link
	Press *pressed    `json:"press,omitempty"`
	File  *attachment `json:"file,omitempty"`
}

// pressed is a press of a button under a line of ours.
type pressed struct {
	Line   int64  `json:"line"`
	Screen int    `json:"screen"`
	Action string `json:"action"`
	Label  string `json:"label,omitempty"` // what the thread shows of it
}

// attachment is a file that was sent before.
type attachment struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
	// Key is by which we keep it. The door writes it, never a page.
	Key string `json:"key,omitempty"`
}

// What is wrong with a body, without any of its content.
var (
	errLarge   = errors.New("larger than anything of the page")
	errForm    = errors.New("not one JSON object of the page's form")
	errEmpty   = errors.New("a message without words")
	errLong    = errors.New("a text of too many characters")
	errPress   = errors.New("a press of no button of ours")
	errFile    = errors.New("a file of no form of ours")
	errKind    = errors.New("a kind that the page does not send, or with what another kind has")
	errKey     = errors.New("an id that is not of the page's form")
	errReceipt = errors.New("a receipt for nothing, or for too much")
	errTime    = errors.New("a moment that is none")
)

// parse reads what a page sent, strictly: the page is ours.
func parse(body []byte) (posted, error) {
	if len(body) > maxBody {
		return posted{}, errLarge
	}
	var p posted
	if !bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{")) || decodeOne(body, &p) != nil {
		return posted{}, errForm
	}
	return p, p.check()
}

// decodeOne decodes exactly one document without unknown fields.
func decodeOne(body []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errForm
	}
	return nil
}

// check finds what the page would not have sent, and cleans the rest.
func (p *posted) check() error {
	p.Text, p.Locale = clean(p.Text), tag(p.Locale)
	has := func(press, file, receipt bool) bool {
		return (p.Press != nil) == press && (p.File != nil) == file && (len(p.Delivered) > 0 || p.Seen != 0) == receipt
	}
	switch {
	case !validID(p.ID):
		return errKey
	case p.At <= 0 || p.At > math.MaxInt64/1_000_000:
		return errTime
	case utf8.RuneCountInString(p.Text) > maxText:
		return errLong
	}
	switch p.Kind {
	case kindStart:
		if !has(false, false, false) || p.Text != "" && !validPayload(p.Text) {
			return errKind
		}
	case kindText:
		if !has(false, false, false) {
			return errKind
		}
		if !visible(p.Text) {
			return errEmpty
		}
	case kindPress:
		if !has(true, false, false) || p.Text != "" {
			return errKind
		}
		return p.Press.check()
	case kindFile:
		if !has(false, true, false) {
			return errKind
		}
		return p.File.check()
	case kindReceipt:
		if !has(false, false, true) || p.Text != "" {
			return errKind
		}
		if len(p.Delivered) > maxReceipts || p.Seen < 0 {
			return errReceipt
		}
		for _, seq := range p.Delivered {
			if seq <= 0 {
				return errReceipt
			}
		}
	default:
		return errKind
	}
	return nil
}

func (p *pressed) check() error {
	if p.Label = line(p.Label, maxLabel); p.Line < 0 || p.Screen < 0 || p.Screen > math.MaxInt32 || !validAction(p.Action) {
		return errPress
	}
	return nil
}

func (f *attachment) check() error {
	if f.Key != "" && !validID(f.Key) {
		return errFile
	}
	if f.Name = bot.FileName(f.Name); !validID(f.ID) || f.Size <= 0 || f.Size > maxFile || mediaType(f.Type) != f.Type {
		return errFile
	}
	return nil
}

// validID reports whether s is an id: A-Z a-z 0-9 _ -, not long.
func validID(s string) bool {
	for i := range len(s) {
		switch b := s[i]; {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', b == '_', b == '-':
		default:
			return false
		}
	}
	return s != "" && len(s) <= maxID
}

// validPayload reports whether s is what a link could carry.
func validPayload(s string) bool { return len(s) <= maxPayload && validID(s) }

func validAction(s string) bool {
	for i := range len(s) {
		switch b := s[i]; {
		case 'a' <= b && b <= 'z', '0' <= b && b <= '9', b == '.', b == '_', b == ':', b == '-':
		default:
			return false
		}
	}
	return s != "" && len(s) <= bot.MaxAction
}

// tag keeps what could be a language tag.
func tag(s string) string {
	if len(s) > maxLocale || strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
		return ""
	}
	return s
}

// clean makes a string that every database takes: valid UTF-8 without NUL.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// visible reports whether s shows anything.
func visible(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S)
	})
}

// line makes s fit for one line among other words: no control characters and no
// marks that turn the direction, at most limit characters.
func line(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, clean(s))
	return markup.Cut(strings.TrimSpace(s), limit)
}
