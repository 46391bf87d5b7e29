package webchat

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strings"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/bot/markup"
)

// maxLine bounds one line of ours, in bytes of JSON: far over any message, and
// a page draws it at once.
const maxLine = 48 << 10

// maxKeyboard bounds the buttons of a line, in bytes of JSON: more than a page shows
// at once.
const maxKeyboard = maxLine / 2

// maxAddress bounds an address, in bytes.
const maxAddress = 2000

// spoken is what a line of ours carries: a tree that the page draws node by
// node. Nothing in it is HTML.
type spoken struct {
	Blocks  []block    `json:"blocks,omitempty"`
	Media   *media     `json:"media,omitempty"`
	Buttons [][]button `json:"buttons,omitempty"`
	Screen  int        `json:"screen,omitempty"`
}

type block struct {
	Kind   string `json:"kind"` // p, h, li, quote or code
	Depth  int    `json:"depth,omitempty"`
	Marker string `json:"marker,omitempty"`
	Spans  []span `json:"spans,omitempty"`
}

type span struct {
	Text string `json:"t"`
	// Marks are letters: b bold, i italic, s struck out, c code.
	Marks string `json:"m,omitempty"`
	Link  string `json:"href,omitempty"` // http, https, tel or mailto
}

type media struct {
	Kind string `json:"kind"` // photo or file
	URL  string `json:"url,omitempty"`
	File string `json:"file,omitempty"` // the id of a file of the chat, instead of a URL
	Name string `json:"name,omitempty"`
	Type string `json:"type,omitempty"`
	Size int64  `json:"size,omitempty"`
	Alt  string `json:"alt,omitempty"` // what a picture shows
}

// button does exactly one of three things.
type button struct {
	Label  string `json:"label"`
	Action string `json:"action,omitempty"` // is pressed
	URL    string `json:"url,omitempty"`    // is opened
	Word   bool   `json:"word,omitempty"`   // the label is written
}

// Render implements bot.Channel. A press needs no answer here and a line stays as
// it was said, so answers and edits render to nothing. The buttons come with the last part.
func (c *Channel) Render(m bot.Message) ([]bot.Part, error) {
	if m.Press != "" || m.Edit != "" {
		return nil, nil
	}
	last, err := frame(m)
	if err != nil {
		return nil, err
	}
	doc := markup.Read(m.Text, m.Plain)
	with := func(d markup.Doc) spoken {
		s := last
		s.Blocks = blocks(d)
		return s
	}
	small := func(s spoken) bool { return len(encode(s)) <= maxLine }
	if len(encode(last.Buttons)) > maxKeyboard {
		doc, last.Buttons, last.Screen = doc.WithLines(m.Lines()), nil, 0
	}
	if !small(last) {
		return nil, errors.New("the file alone is too big")
	}
	var all []spoken
	for _, d := range markup.Split(doc, func(d markup.Doc) bool { return small(with(d)) }) {
		if !small(with(d)) {
			return nil, errors.New("a character that alone is longer than a message")
		}
		all = append(all, with(d))
	}
	if len(all) == 0 {
		if m.Media == nil {
			return nil, errors.New("nothing to say")
		}
		all = []spoken{last}
	}
	parts := make([]bot.Part, len(all))
	for i, s := range all {
		if i < len(all)-1 {
			s.Buttons, s.Screen = nil, 0
		}
		if i > 0 {
			s.Media = nil
		}
		parts[i] = bot.Part{Kind: bot.Say, Body: encode(s)}
	}
	return parts, nil
}

// frame returns the message without its text.
func frame(m bot.Message) (spoken, error) {
	var s spoken
	if m.Media != nil {
		if m.Media.Kind != bot.Photo && m.Media.Kind != bot.File {
			return s, fmt.Errorf("media of kind %q", m.Media.Kind)
		}
		s.Media = &media{Kind: string(m.Media.Kind), Size: max(m.Media.Size, 0), Alt: m.Media.Said}
		if m.Media.File != "" {
			if !validID(m.Media.File) {
				return s, errors.New("media of no file of ours")
			}
			s.Media.File, s.Media.Type = m.Media.File, mediaType(m.Media.Type)
		} else if u, ok := webAddress(m.Media.URL); ok && u.Scheme == "https" {
			s.Media.URL = m.Media.URL
		} else {
			return s, errors.New("media with an address that is not https")
		}
		if m.Media.Name != "" {
			s.Media.Name = bot.FileName(m.Media.Name)
		}
	}
	for _, row := range m.Buttons {
		var out []button
		for _, b := range row {
			k, err := key(b, m.Screen)
			if err != nil {
				return s, err
			}
			out = append(out, k)
		}
		if len(out) > 0 {
			s.Buttons = append(s.Buttons, out)
		}
	}
	if len(s.Buttons) > 0 {
		s.Screen = m.Screen
	}
	return s, nil
}

// key renders a button. A page cannot vouch for a phone number, so the button
// that asks for one writes its label: the flow hears that, and the person can
// write the number.
func key(b bot.Button, screen int) (button, error) {
	k := button{Label: line(b.Label, maxLabel)}
	switch {
	case !visible(k.Label):
		return k, errors.New("a button without a label")
	case b.Phone && b.URL != "", (b.Phone || b.URL != "") && (b.Word || b.Action != ""):
		return k, errors.New("a button for two things")
	case b.Phone, b.Word:
		k.Word = true
	case b.URL != "":
		if _, ok := webAddress(b.URL); !ok {
			return k, errors.New("a button with an address that is not http(s)")
		}
		k.URL = b.URL
	case validAction(b.Action) && screen >= 0 && screen <= math.MaxInt32:
		k.Action = b.Action
	default:
		return k, fmt.Errorf("a button with the action %q on screen %d", b.Action, screen)
	}
	return k, nil
}

// blocks turns a document into the page's tree.
func blocks(d markup.Doc) []block {
	names := map[markup.BlockKind]string{
		markup.Paragraph: "p", markup.Heading: "h", markup.Item: "li", markup.Quote: "quote", markup.Code: "code",
	}
	all := make([]block, len(d))
	for i, b := range d {
		all[i] = block{Kind: names[b.Kind], Depth: b.Depth, Marker: b.Marker}
		for _, s := range b.Spans {
			all[i].Spans = append(all[i].Spans, span{Text: s.Text, Marks: marks(s), Link: s.Link})
		}
	}
	return all
}

func marks(s markup.Span) string {
	m := ""
	for _, mark := range []struct {
		letter string
		on     bool
	}{{"b", s.Bold}, {"i", s.Italic}, {"s", s.Strike}, {"c", s.Code}} {
		if mark.on {
			m += mark.letter
		}
	}
	return m
}

// webAddress reads an absolute http(s) address of a sane length.
func webAddress(s string) (*url.URL, bool) {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }) || len(s) > maxAddress {
		return nil, false
	}
	u, err := url.Parse(s)
	return u, err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// encode writes our own types, which always can be written.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("webchat: %T is not JSON: %v", v, err))
	}
	return b
}
