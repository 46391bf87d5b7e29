package viber

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"unicode/utf16"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/bot/markup"
)

// Limits of one message.
const (
	maxText     = 7000 // characters, see units
	maxCaption  = 512  // under a picture; sources differ, this is the safe one
	maxPicture  = 1 << 20
	maxFile     = 50 << 20
	maxSentName = 256
	maxJSON     = 30000 // bytes; Viber says 30 KB
	// envelope is what sending adds to a body: the key and a receiver of any
	// length we take, every byte of it escaped.
	envelope = len(`"receiver":"",`) + 2*maxUser
)

// barred are the extensions of files that Viber does not carry: programs. Its list
// is longer than its documentation tells.
const barred = ".exe .bat .cmd .com .msi .msp .scr .pif .cpl .js .jse .vbs .vbe .wsf .wsh .ps1 .hta .jar .apk .app .dmg .sh .lnk .reg .dll .sys"

type sender struct {
	Name   string `json:"name"`
	Avatar string `json:"avatar,omitempty"`
}

// request is send_message without its receiver; so is the answer that welcomes.
type request struct {
	MinAPIVersion int       `json:"min_api_version"`
	Sender        sender    `json:"sender"`
	TrackingData  string    `json:"tracking_data,omitempty"`
	Type          string    `json:"type"`
	Text          *string   `json:"text,omitempty"`
	Media         string    `json:"media,omitempty"`
	Size          int64     `json:"size,omitempty"`
	FileName      string    `json:"file_name,omitempty"`
	Keyboard      *keyboard `json:"keyboard,omitempty"`
	// RichMedia are buttons that stay, AltText what they say where they cannot be shown.
	RichMedia *richMedia `json:"rich_media,omitempty"`
	AltText   string     `json:"alt_text,omitempty"`
}

// Render implements bot.Channel. Viber has no answers to presses, so those
// render to nothing. A keyboard lives until the next message, so the last part
// carries it, and with it the buttons that are to stay.
func (c *Channel) Render(m bot.Message) ([]bot.Part, error) {
	if m.Press != "" || m.Edit != "" {
		return nil, nil
	}
	requests, err := c.requests(m)
	if err != nil {
		return nil, err
	}
	parts := make([]bot.Part, len(requests))
	for i, r := range requests {
		var stay *request
		if i == len(requests)-1 && r.Keyboard != nil {
			if stay, err = lasting(m, request{Sender: c.sender, TrackingData: r.TrackingData}); err != nil {
				return nil, err
			}
		}
		if parts[i], err = part(r, stay); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// requests returns the requests that say m, in their order.
func (c *Channel) requests(m bot.Message) ([]request, error) {
	doc := markup.Read(m.Text, m.Plain)
	k, wantsPhone, err := keys(m.Buttons, m.Screen)
	switch {
	case errors.Is(err, errLarge):
		doc = doc.WithLines(m.Lines())
	case err != nil:
		return nil, err
	}
	last := request{MinAPIVersion: 1, Sender: c.sender, Keyboard: k}
	if wantsPhone {
		last.MinAPIVersion, last.TrackingData = phoneLevel, trackPhone
	}
	if m.Media != nil {
		return c.withMedia(*m.Media, doc, last)
	}
	out, err := c.texts(doc, last)
	if err == nil && len(out) == 0 {
		return nil, errors.New("nothing to say")
	}
	return out, err
}

// texts splits doc into text messages, of which the last is made of last. Every
// part leaves room for the keyboard: which one is the last is not known before.
// There are none where doc shows nothing.
func (c *Channel) texts(doc markup.Doc, last request) ([]request, error) {
	last.Type = "text"
	with := func(d markup.Doc) request {
		s := formatted(d)
		r := last
		r.Text = &s
		return r
	}
	fit := func(r request) bool { return units(*r.Text) <= maxText && small(r) }
	fits := func(d markup.Doc) bool { return fit(with(d)) }
	if whole := with(doc); !doc.Blank() && visible(*whole.Text) && fit(whole) { // as nearly all do
		return []request{whole}, nil
	}
	if !fits(nil) {
		return nil, errors.New("the buttons alone are too big")
	}
	var out []request
	for _, d := range markup.Split(doc, fits) {
		if !fits(d) {
			return nil, errors.New("a character that alone is longer than a message")
		}
		if r := with(d); visible(*r.Text) {
			out = append(out, r)
		}
	}
	for i := range len(out) - 1 {
		out[i].Keyboard, out[i].TrackingData, out[i].MinAPIVersion = nil, "", 1
	}
	return out, nil
}

// withMedia returns a picture with its caption, or a file. Text that cannot stand
// under it goes before.
func (c *Channel) withMedia(m bot.Media, doc markup.Doc, last request) ([]request, error) {
	if m.File != "" {
		if c.fileURL != nil {
			m.URL = c.fileURL(m)
		}
		if m.URL == "" { // Viber fetches it from us, and cannot reach us
			return nil, bot.Refused("media", bot.FaultMediaNone, nil)
		}
	}
	if !webAddress(m.URL) {
		return nil, errors.New("media with an address that is not http(s)")
	}
	last.Media = harmless(m.URL)
	caption := formatted(doc)
	switch m.Kind {
	case bot.Photo:
		last.Type, last.Text = "picture", &caption
	case bot.File:
		name := bot.FileName(m.Name)
		if path.Ext(name) == "" || utf8.RuneCountInString(name) > maxSentName {
			return nil, errors.New("a file without a name and extension")
		}
		if m.Size <= 0 || m.Size > maxFile {
			return nil, fmt.Errorf("a file of %d bytes, want 1 to %d", m.Size, maxFile)
		}
		last.Type, last.FileName, last.Size = "file", harmless(name), m.Size
	default:
		return nil, fmt.Errorf("media of kind %q", m.Kind)
	}
	var before []request
	if m.Kind == bot.File || units(caption) > maxCaption {
		var err error
		if before, err = c.texts(doc, request{MinAPIVersion: 1, Sender: c.sender}); err != nil {
			return nil, err
		}
		if last.Text != nil {
			none := ""
			last.Text = &none
		}
	}
	if !small(last) {
		return nil, errors.New("the buttons alone are too big")
	}
	return append(before, last), nil
}

// small reports whether the request stays under Viber's limit of bytes.
func small(r request) bool {
	if r.size()+envelope <= maxJSON { // nearly all, and then it need not be written to be known
		return true
	}
	body, err := encode(r)
	return err == nil && len(body)+envelope <= maxJSON
}

// size is more than the bytes that the request takes, if each of its words took six.
func (r request) size() int {
	if r.RichMedia != nil {
		return maxJSON
	}
	const names, buttonNames = 512, 192 // of the fields, with what is always the same
	most := names + 6*(len(r.Sender.Name)+len(r.Sender.Avatar)+len(r.TrackingData)+len(r.Media)+len(r.FileName)+len(r.AltText))
	if r.Text != nil {
		most += 6 * len(*r.Text)
	}
	if r.Keyboard != nil {
		for _, b := range r.Keyboard.Buttons {
			most += buttonNames + 6*(len(b.ActionBody)+len(b.Text))
		}
	}
	return most
}

// units counts characters as UTF-16 units: Viber does not say what a character
// is, and no other count is larger.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// encode writes raw UTF-8: escaped, Cyrillic would take three times the room.
func encode(body any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
