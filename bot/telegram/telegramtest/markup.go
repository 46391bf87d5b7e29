package telegramtest

import (
	"encoding/json"
	"errors"
	"net/url"
)

// maxMarkup is how many bytes a keyboard may have: nowhere documented, found by
// trying.
const maxMarkup = 10 << 10

// checkMarkup reads a keyboard. The error is the server's words.
func checkMarkup(src string) (under, instead [][]Button, err error) {
	if src == "" {
		return nil, nil, nil
	}
	if len(src) > maxMarkup {
		return nil, nil, errors.New("REPLY_MARKUP_TOO_LONG")
	}
	var m struct {
		Inline *[][]struct {
			Text string  `json:"text"`
			URL  *string `json:"url"`
			Data *string `json:"callback_data"`
		} `json:"inline_keyboard"`
		Keyboard *[][]json.RawMessage `json:"keyboard"`
		Remove   bool                 `json:"remove_keyboard"`
		Force    bool                 `json:"force_reply"`
	}
	if json.Unmarshal([]byte(src), &m) != nil {
		return nil, nil, errors.New("can't parse reply keyboard markup JSON object")
	}
	count := 0
	if m.Inline != nil {
		for _, row := range *m.Inline {
			var buttons []Button
			for _, b := range row {
				count++
				switch {
				case b.Text == "":
					return nil, nil, errors.New("inline keyboard button text must be non-empty")
				case b.URL != nil && !opens(*b.URL):
					return nil, nil, errors.New("BUTTON_URL_INVALID")
				case b.URL != nil:
					buttons = append(buttons, Button{Text: b.Text, URL: *b.URL})
				case b.Data == nil:
					return nil, nil, errors.New("text buttons are unallowed in the inline keyboard")
				case *b.Data == "" || len(*b.Data) > 64: // bytes
					return nil, nil, errors.New("BUTTON_DATA_INVALID")
				default:
					buttons = append(buttons, Button{Text: b.Text, Data: *b.Data})
				}
			}
			if len(buttons) > 0 {
				under = append(under, buttons)
			}
		}
	} else if m.Keyboard != nil {
		for _, row := range *m.Keyboard {
			var buttons []Button
			for _, raw := range row {
				count++
				b, err := replyButton(raw)
				if err != nil {
					return nil, nil, err
				}
				buttons = append(buttons, b)
			}
			instead = append(instead, buttons)
		}
	} else if !m.Remove && !m.Force {
		return nil, nil, errors.New("object expected as reply markup")
	}
	if count > 100 {
		return nil, nil, errors.New("reply markup is too long")
	}
	return under, instead, nil
}

// replyButton reads a button of a reply keyboard: an object, or a bare label.
func replyButton(raw json.RawMessage) (Button, error) {
	var b struct {
		Text    string `json:"text"`
		Contact bool   `json:"request_contact"`
	}
	if json.Unmarshal(raw, &b.Text) != nil && json.Unmarshal(raw, &b) != nil {
		return Button{}, errors.New("can't parse keyboard button: KeyboardButton must be a String or an Object")
	}
	if b.Text == "" {
		return Button{}, errors.New("keyboard button text must be non-empty")
	}
	return Button{Text: b.Text, Contact: b.Contact}, nil
}

func opens(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "tg" || (u.Scheme == "http" || u.Scheme == "https") && u.Host != "")
}
