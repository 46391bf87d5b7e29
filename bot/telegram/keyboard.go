package telegram

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"

	"visnyk/bot"
)

// Telegram refuses larger keyboards: it says how many buttons, and what people found
// by trying is 10 KB.
const (
	maxButtons  = 100
	maxKeyboard = 10_000 // bytes
)

// large reports whether Telegram would refuse the keyboard for its size.
func (k *inline) large() bool {
	if k == nil {
		return false
	}
	count, most := 0, 0 // bytes at most: what must be escaped is six times as long
	for _, row := range k.Rows {
		count += len(row)
		for _, b := range row {
			most += 64 + 6*(len(b.Text)+len(b.URL)+len(b.Data))
		}
	}
	if count <= maxButtons && most <= maxKeyboard { // nearly all, and then it need not be written to be known
		return false
	}
	return count > maxButtons || len(k.encode()) > maxKeyboard
}

// inline is a keyboard under a message.
type inline struct {
	Rows [][]inlineButton `json:"inline_keyboard"`
}

type inlineButton struct {
	Text string `json:"text"`
	URL  string `json:"url,omitempty"`
	Data string `json:"callback_data,omitempty"`
}

// encode writes the keyboard as it stands in a call.
func (k *inline) encode() json.RawMessage {
	var room [1024]byte
	to := append(room[:0], `{"inline_keyboard":[`...)
	for i, row := range k.Rows {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(to, '[')
		for j, b := range row {
			if j > 0 {
				to = append(to, ',')
			}
			to = bot.AppendJSON(append(to, `{"text":`...), b.Text)
			if b.URL != "" {
				to = bot.AppendJSON(append(to, `,"url":`...), b.URL)
			}
			if b.Data != "" {
				to = bot.AppendJSON(append(to, `,"callback_data":`...), b.Data)
			}
			to = append(to, '}')
		}
		to = append(to, ']')
	}
	return bytes.Clone(append(to, "]}"...))
}

// reply is a keyboard in place of the person's own; it asks for their phone.
type reply struct {
	Rows    [][]replyButton `json:"keyboard"`
	Resize  bool            `json:"resize_keyboard"`
	OneTime bool            `json:"one_time_keyboard"`
}

type replyButton struct {
	Text    string `json:"text"`
	Contact bool   `json:"request_contact"`
}

// keyboards renders buttons. Telegram can ask for a phone number only in a
// reply keyboard, where no other button would carry its action, so those come
// apart; either is nil when there are none of its kind.
func keyboards(rows [][]bot.Button, screen int) (*inline, *reply, error) {
	under := inline{Rows: make([][]inlineButton, 0, len(rows))}
	instead := reply{Resize: true, OneTime: true}
	for _, row := range rows {
		in := make([]inlineButton, 0, len(row))
		var re []replyButton
		for _, b := range row {
			label := oneLine(b.Label)
			if !shows(label) {
				return nil, nil, errors.New("a button has no label")
			}
			if b.Phone && b.Action == "" && b.URL == "" {
				re = append(re, replyButton{Text: label, Contact: true})
				continue
			}
			out, err := inlined(b, screen)
			if err != nil {
				return nil, nil, fmt.Errorf("button %q: %w", label, err)
			}
			out.Text = label
			in = append(in, out)
		}
		if len(in) > 0 {
			under.Rows = append(under.Rows, in)
		}
		if len(re) > 0 {
			instead.Rows = append(instead.Rows, re)
		}
	}
	u, i := &under, &instead
	if len(under.Rows) == 0 {
		u = nil
	}
	if len(instead.Rows) == 0 {
		i = nil
	}
	return u, i, nil
}

// inlined renders a button that is exactly one of an action and a link.
func inlined(b bot.Button, screen int) (inlineButton, error) {
	switch {
	case b.Phone || (b.Action == "") == (b.URL == ""):
		return inlineButton{}, errors.New("must have exactly one of action, address and phone")
	case b.URL != "":
		u, err := url.Parse(b.URL)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return inlineButton{}, errors.New("the address must be http or https")
		}
		return inlineButton{URL: b.URL}, nil
	}
	data, err := writeData(screen, b.Action)
	return inlineButton{Data: data}, err
}

// oneLine makes a label of any text.
func oneLine(s string) string { return bot.InLine(clean(s)) }

// dataMark stands between the screen version and the action of a button.
const dataMark = "~"

// writeData returns a button's callback data: with the longest action and screen
// it stays under Telegram's 64 bytes.
func writeData(screen int, action string) (string, error) {
	if screen < 0 {
		return "", fmt.Errorf("screen %d is negative", screen)
	}
	if !legalAction(action) {
		return "", fmt.Errorf("the action must be 1 to %d of a-z 0-9 . _ : -", bot.MaxAction)
	}
	return strconv.FormatInt(int64(screen), 36) + dataMark + action, nil
}

// readData reads what writeData could have written; 0 and "" for all else,
// which comes from an old version or a forger.
func readData(data string) (screen int, action string) {
	version, action, ok := strings.Cut(data, dataMark)
	n, err := strconv.ParseInt(version, 36, 64)
	if !ok || err != nil || n > math.MaxInt || !legalAction(action) || strconv.FormatInt(n, 36) != version || n < 0 {
		return 0, ""
	}
	return int(n), action
}

func legalAction(s string) bool {
	return s != "" && len(s) <= bot.MaxAction && only(s, func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("._:-", r)
	})
}
