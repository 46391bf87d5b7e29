package viber

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"visnyk/bot"
)

// A keyboard is gone with the next message, so the buttons that are to stay go in a message
// of their own beneath the words, which is nothing but buttons, with the rest of the keyboard
// under it. Clients below its API level do not take it: Viber says so, and what they have
// then is the keyboard of the words, which holds all of them. Nobody has to know beforehand
// how old a client is.

const (
	// lastingLevel is the API level from which clients show such messages.
	lastingLevel = 7
	// blockRows is how many rows stand below each other; more make a second block, and
	// people move from one to the other sideways.
	blockRows = 7
	maxBlocks = 6
)

// richMedia is a message of nothing but buttons, laid out in blocks of one size.
type richMedia struct {
	Type    string   `json:"Type"`
	Columns int      `json:"ButtonsGroupColumns"`
	Rows    int      `json:"ButtonsGroupRows"`
	BgColor string   `json:"BgColor"` // else the words of the buttons stand on whatever is behind
	Buttons []button `json:"Buttons"`
}

// told is a part that takes two calls: the words, and beneath them what stays.
type told struct {
	Words   request `json:"words"`
	Lasting request `json:"lasting"`
}

// lasting returns the message beneath last, with those of the buttons that are to stay; nil
// where there are none, or too many.
func lasting(m bot.Message, last request) (*request, error) {
	var stay, rest [][]bot.Button
	lines := 0
	for _, row := range m.Buttons {
		for _, part := range share(row) {
			if slices.ContainsFunc(part, func(b bot.Button) bool { return b.Lasts }) {
				stay = append(stay, part)
				lines++
			} else {
				rest = append(rest, part)
			}
		}
	}
	if lines == 0 || lines > blockRows*maxBlocks {
		return nil, nil
	}
	blocks := (lines + blockRows - 1) / blockRows
	k, _, err := keys(stay, m.Screen)
	if err != nil {
		return nil, err
	}
	below := last
	if below.Keyboard, _, err = keys(rest, m.Screen); err != nil {
		return nil, err
	}
	below.Type, below.MinAPIVersion, below.AltText = "rich_media", lastingLevel, listed("", k.lines())
	below.RichMedia = &richMedia{
		Type: "rich_media", Columns: columns, Rows: (lines + blocks - 1) / blocks, BgColor: "#FFFFFF", Buttons: k.Buttons,
	}
	if !small(below) || units(below.AltText) > maxText {
		return nil, nil
	}
	return &below, nil
}

// part is the part of the last request, with what stays beneath it; nil is nothing.
func part(words request, lasting *request) (bot.Part, error) {
	var body []byte
	var err error
	if lasting == nil {
		body, err = encode(words)
	} else {
		body, err = encode(told{words, *lasting})
	}
	return bot.Part{Kind: bot.Say, Body: body}, err
}

// begins is how the body of a part that takes two calls begins.
var begins = []byte(`{"words":`)

// calls returns the bodies of the calls that a part takes; lasting is nil where it is one.
func calls(body []byte) (words, lasting []byte, err error) {
	if !bytes.HasPrefix(body, begins) {
		return body, nil, nil
	}
	var t struct{ Words, Lasting json.RawMessage }
	if err := json.Unmarshal(body, &t); err != nil {
		return nil, nil, fmt.Errorf("viber part: %w", err)
	}
	return t.Words, t.Lasting, nil
}

// Beneath implements bot.Screener. Those of the screen that last stand where they were shown.
func (c *Channel) Beneath(p bot.Part, screen bot.State) bot.Part {
	var rows [][]bot.Button
	for _, b := range screen.Buttons {
		if !b.Lasting() {
			rows = append(rows, []bot.Button{b})
		}
	}
	k, phone, err := keys(rows, screen.Screen)
	words, lasting, err2 := calls(p.Body)
	if err != nil || err2 != nil || k == nil {
		return p
	}
	var all told
	if json.Unmarshal(words, &all.Words) != nil || lasting != nil && json.Unmarshal(lasting, &all.Lasting) != nil {
		return p
	}
	with := func(r *request) {
		if r.Keyboard == nil {
			r.Keyboard = &keyboard{Type: k.Type}
		}
		r.Keyboard.Buttons = append(r.Keyboard.Buttons, k.Buttons...)
		if phone {
			r.MinAPIVersion, r.TrackingData = max(r.MinAPIVersion, phoneLevel), trackPhone
		}
	}
	with(&all.Words)
	below := (*request)(nil)
	if lasting != nil {
		below = &all.Lasting
		with(below)
	}
	if len(all.Words.Keyboard.labels()) > maxRows || !small(all.Words) || below != nil && !small(*below) {
		return p
	}
	out, err := part(all.Words, below)
	if err != nil {
		return p
	}
	out.Thread = p.Thread
	return out
}

// Calls implements bot.Weigher.
func (c *Channel) Calls(p bot.Part) int {
	if bytes.HasPrefix(p.Body, begins) {
		return 2
	}
	return 1
}
