package channeltest

import (
	"context"
	"encoding/json"
	"errors"

	"visnyk/bot"
	"visnyk/bot/markup"
)

// Limits of what goes out.
const (
	whatsAppText    = 4096 // UTF-16 units
	whatsAppBodyMax = 1024 // under which buttons stand
	whatsAppReplies = 3    // buttons; more are a list
	whatsAppRows    = 10   // of a list
	whatsAppTitle   = 20   // units of a button
	whatsAppRow     = 24   // units of a row
)

// whatsAppMessage is a request, ready but for its receiver.
type whatsAppMessage struct {
	Type        string               `json:"type"`
	Text        *whatsAppWords       `json:"text,omitempty"`
	Image       *whatsAppMedia       `json:"image,omitempty"`
	Document    *whatsAppMedia       `json:"document,omitempty"`
	Interactive *whatsAppInteractive `json:"interactive,omitempty"`
}

type whatsAppWords struct {
	Body string `json:"body,omitempty"`
	Text string `json:"text,omitempty"` // in an interactive message
}

type whatsAppMedia struct {
	Link     string `json:"link"`
	Filename string `json:"filename,omitempty"`
}

type whatsAppInteractive struct {
	Type   string         `json:"type"` // button or list
	Body   whatsAppWords  `json:"body"`
	Action whatsAppAction `json:"action"`
}

type whatsAppAction struct {
	Buttons  []whatsAppButton  `json:"buttons,omitempty"`
	Button   string            `json:"button,omitempty"` // what opens the list
	Sections []whatsAppSection `json:"sections,omitempty"`
}

type whatsAppButton struct {
	Type  string        `json:"type"` // reply
	Reply whatsAppReply `json:"reply"`
}

type whatsAppSection struct {
	Rows []whatsAppReply `json:"rows"`
}

// Render implements bot.Channel. Links stand in the text, for no message may
// have both them and buttons; what is more than three buttons is a list.
func (c *WhatsApp) Render(m bot.Message) ([]bot.Part, error) {
	if m.Press != "" || m.Edit != "" {
		return nil, nil
	}
	if err := checkButtons(m); err != nil {
		return nil, err
	}
	doc := markup.Read(m.Text, m.Plain)
	var replies []whatsAppReply
	for _, row := range m.Buttons {
		for _, b := range row {
			switch {
			case b.URL != "":
				doc = append(doc, line(b.Label+": "+b.URL))
			case b.Action != "":
				replies = append(replies, whatsAppReply{pressed(m.Screen, b.Action), b.Label})
			case b.Word:
				replies = append(replies, whatsAppReply{"word", b.Label})
			}
		}
	}
	if len(replies) > whatsAppRows {
		doc, replies = markup.Read(m.Text, m.Plain).WithLines(m.Lines()), nil
	}
	var out []whatsAppMessage
	if m.Media != nil {
		out = append(out, whatsAppFile(*m.Media))
	}
	pieces := markup.Split(doc, within(whatsAppText))
	if last := len(pieces) - 1; len(replies) > 0 && last >= 0 {
		pieces = append(pieces[:last], markup.Split(pieces[last], within(whatsAppBodyMax))...)
	}
	for i, d := range pieces {
		if i == len(pieces)-1 && len(replies) > 0 {
			out = append(out, whatsAppWith(d.Plain(), replies))
		} else {
			out = append(out, whatsAppMessage{Type: "text", Text: &whatsAppWords{Body: d.Plain()}})
		}
	}
	if len(pieces) == 0 && (m.Media == nil || len(replies) > 0) {
		return nil, errors.New("nothing to say")
	}
	parts := make([]bot.Part, len(out))
	for i, o := range out {
		body, err := json.Marshal(o)
		if err != nil {
			return nil, err
		}
		parts[i] = bot.Part{Kind: bot.Say, Body: body}
	}
	return parts, nil
}

func whatsAppFile(m bot.Media) whatsAppMessage {
	if m.Kind == bot.Photo {
		return whatsAppMessage{Type: "image", Image: &whatsAppMedia{Link: m.URL}}
	}
	return whatsAppMessage{Type: "document", Document: &whatsAppMedia{Link: m.URL, Filename: m.Name}}
}

// whatsAppWith puts the replies under the text.
func whatsAppWith(text string, replies []whatsAppReply) whatsAppMessage {
	in := &whatsAppInteractive{Type: "button", Body: whatsAppWords{Text: text}}
	if len(replies) > whatsAppReplies {
		in.Type, in.Action.Button = "list", "…"
		rows := make([]whatsAppReply, len(replies))
		for i, r := range replies {
			rows[i] = whatsAppReply{r.ID, shortened(r.Title, whatsAppRow)}
		}
		in.Action.Sections = []whatsAppSection{{rows}}
		return whatsAppMessage{Type: "interactive", Interactive: in}
	}
	for _, r := range replies {
		in.Action.Buttons = append(in.Action.Buttons, whatsAppButton{"reply", whatsAppReply{r.ID, shortened(r.Title, whatsAppTitle)}})
	}
	return whatsAppMessage{Type: "interactive", Interactive: in}
}

// shortened keeps a label under a limit.
func shortened(s string, most int) string {
	if units(s) <= most {
		return s
	}
	r := []rune(s)
	for units(string(r)) >= most {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}

// Send implements bot.Channel.
func (c *WhatsApp) Send(ctx context.Context, to bot.Address, p bot.Part) (string, error) {
	var m whatsAppMessage
	if json.Unmarshal(p.Body, &m) != nil || m.Type == "" {
		return "", refusal(bot.Malformed, "not a part of ours")
	}
	status, raw, failed := post(ctx, c.Client, c.API+"/"+c.Number+"/messages", c.Token, struct {
		Product string `json:"messaging_product"`
		To      string `json:"to"`
		whatsAppMessage
	}{"whatsapp", to.Chat, m})
	if failed != nil {
		return "", failed
	}
	var a struct {
		Messages []struct {
			ID string `json:"id"`
		} `json:"messages"`
		Error *struct {
			Code int `json:"code"`
		} `json:"error"`
	}
	readable := json.Unmarshal(raw, &a) == nil
	switch {
	case readable && status == 200 && len(a.Messages) == 1 && a.Messages[0].ID != "":
		return a.Messages[0].ID, nil
	case readable && a.Error != nil:
		return "", whatsAppRefused(a.Error.Code)
	case status >= 300 && status < 400:
		return "", refusal(bot.Later, "HTTP %d", status)
	}
	return "", refusal(bot.Unknown, "HTTP %d", status)
}

// whatsAppRefused reads a code of the API.
func whatsAppRefused(code int) *bot.SendError {
	switch code {
	case 131026, 131047: // not on WhatsApp; a day after their last word
		return refusal(bot.Gone, "error %d", code)
	case 130429, 80007, 131048:
		e := refusal(bot.Later, "error %d", code)
		e.Whole = true
		return e
	case 131056:
		e := refusal(bot.Later, "error %d", code)
		e.Alone = true
		return e
	case 190, 368, 131031:
		return refusal(bot.Halted, "error %d", code)
	}
	return refusal(bot.Malformed, "error %d", code)
}
