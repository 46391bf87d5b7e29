package viber

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/bot/markup"
)

// Limits of Viber's keyboards.
const (
	maxLabel = 250 // characters of a label, HTML included
	maxRows  = 24
	maxKeys  = 15_000 // bytes of a keyboard: half of a message, the other is for its text
	columns  = 6      // of a row
	perRow   = 3      // buttons that are still readable beside each other
)

// trackPhone comes back with the answer to a request for the phone number.
const trackPhone = "share-phone"

// phoneLevel is the API level from which clients know share-phone.
const phoneLevel = 3

// keyboard says no InputFieldState: "regular", the field in sight, is what
// Viber shows without it, while saying so needs API level 4 and would shut out
// older clients for nothing.
type keyboard struct {
	Type          string   `json:"Type"`
	DefaultHeight bool     `json:"DefaultHeight"`
	Buttons       []button `json:"Buttons"`
}

type button struct {
	Columns    int    `json:"Columns"`
	Rows       int    `json:"Rows"`
	ActionType string `json:"ActionType"`
	ActionBody string `json:"ActionBody"`
	Text       string `json:"Text"`
	TextSize   string `json:"TextSize"`
	// Silent keeps the body of a press out of the chat on clients that know it, from
	// API level 6 or 7 on, sources differ. It needs no min_api_version: that would
	// keep the whole message from older clients, which without it take the button,
	// pass over the field and show the body. The body is words for that reason.
	Silent bool `json:"Silent,omitempty"`
}

// keys renders the buttons; nil when there are none. phone tells whether one
// of them asks for the phone number.
func keys(rows [][]bot.Button, screen int) (k *keyboard, phone bool, err error) {
	k = &keyboard{Type: "keyboard"}
	lines := 0
	for _, row := range rows {
		for _, part := range share(row) {
			lines++
			for _, b := range part {
				key, err := key(b, screen)
				if err != nil {
					return nil, false, err
				}
				key.Columns = columns / len(part)
				k.Buttons = append(k.Buttons, key)
				phone = phone || b.Phone
			}
		}
	}
	switch {
	case lines == 0:
		return nil, false, nil
	case lines > maxRows || !k.small():
		return nil, false, errLarge
	}
	return k, phone, nil
}

// errLarge says that Viber would refuse the keyboard for its size.
var errLarge = errors.New("the keyboard is too large")

func (k *keyboard) small() bool {
	r := request{Keyboard: k}
	if r.size() <= maxKeys {
		return true
	}
	body, err := encode(r)
	return err == nil && len(body) <= maxKeys
}

// share breaks a row into rows of one, two or three buttons, as even as can
// be: those fill the six columns exactly, and more would be too narrow to read.
func share(row []bot.Button) [][]bot.Button {
	var parts [][]bot.Button
	for left := (len(row) + perRow - 1) / perRow; left > 0; left-- {
		n := (len(row) + left - 1) / left
		parts = append(parts, row[:n])
		row = row[n:]
	}
	return parts
}

func key(b bot.Button, screen int) (button, error) {
	k := button{Rows: 1, Text: label(b.Label), TextSize: "regular"}
	switch {
	case !visible(k.Text):
		return k, errors.New("a button without a label")
	case b.Phone && b.URL != "", (b.Phone || b.URL != "") && (b.Word || b.Action != ""):
		return k, errors.New("a button for two things")
	case b.Phone:
		k.ActionType, k.ActionBody = "share-phone", trackPhone
	case b.URL != "":
		if !webAddress(b.URL) {
			return k, errors.New("a button with an address that is not http(s)")
		}
		k.ActionType, k.ActionBody = "open-url", harmless(b.URL)
	case b.Word: // it comes back as if the person had typed it
		k.ActionType, k.ActionBody = "reply", harmless(line(b.Label, maxLabel))
	case validAction(b.Action) && screen >= 0:
		k.ActionType, k.ActionBody, k.Silent = "reply", actionBody(b.Label, screen, b.Action), true
	default:
		return k, fmt.Errorf("a button with the action %q on screen %d", b.Action, screen)
	}
	return k, nil
}

// escaped writes what HTML reads otherwise. Quotes it reads as they are, and each
// would take five characters of the limit.
var escaped = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// label escapes a label, which Viber reads as HTML, and keeps it under the limit.
func label(s string) string {
	s = harmless(line(s, maxLabel))
	if text := escaped.Replace(s); utf8.RuneCountInString(text) <= maxLabel {
		return text
	}
	for n := utf8.RuneCountInString(s); ; n-- {
		if text := escaped.Replace(markup.Cut(s, n)) + "…"; utf8.RuneCountInString(text) <= maxLabel {
			return text
		}
	}
}
