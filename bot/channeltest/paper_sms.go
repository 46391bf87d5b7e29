package channeltest

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/markup"
)

// SMS is one number at a gateway for text messages: it signs the address it
// delivers to, sends a form, and wants an answer in XML. There is nothing to
// press: the labels stand in the text, and people write them.
type SMS struct {
	Account string // the bot's name
	Secret  string // signs deliveries
	Token   string // of the API
	Sender  string
	API     string
	Client  *http.Client
}

var _ bot.Channel = (*SMS)(nil)

// smsText is how long a text may be, over all its segments.
const smsText = 670

// Name implements bot.Channel.
func (c *SMS) Name() string { return c.Account }

// Capabilities implements bot.Channel.
func (c *SMS) Capabilities() bot.Capabilities {
	return bot.Capabilities{
		Receipts: bot.Receipts{Delivered: true, Failed: true},
		Limits:   bot.Limits{Text: smsText},
	}
}

// Admit implements bot.Channel.
func (c *SMS) Admit(r bot.Request) error {
	_, err := smsSignature(r.URL)
	return err
}

func smsSignature(u *url.URL) (string, error) {
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil || len(q["sig"]) != 1 || len(q["sig"][0]) != 64 {
		return "", fmt.Errorf("%w: an address without a signature", bot.ErrForged)
	}
	return q["sig"][0], nil
}

// SMSSignature signs a delivery to the path.
func SMSSignature(secret, path string, form []byte) string {
	return mac(secret, []byte(path+"\n"), form)
}

// Accept implements bot.Channel. The answer names the message, or the gateway
// sends it again.
func (c *SMS) Accept(r bot.Request) ([]bot.Update, *bot.Reply, error) {
	sig, err := smsSignature(r.URL)
	if err != nil {
		return nil, nil, err
	}
	if !hmac.Equal([]byte(sig), []byte(SMSSignature(c.Secret, r.URL.Path, r.Body))) {
		return nil, nil, fmt.Errorf("%w: wrong signature", bot.ErrForged)
	}
	u := bot.Update{Bot: c.Account, ID: digest(r.Body), Payload: r.Body}
	var taken struct {
		XMLName xml.Name `xml:"taken"`
		ID      string   `xml:"id,omitempty"`
	}
	if f, err := readSMS(r.Body); err != nil {
		u.Defect = err.Error()
	} else {
		u.ID, u.Chat, taken.ID = f.key(), f.from, f.id
	}
	body, err := xml.Marshal(taken)
	if err != nil {
		return nil, nil, err
	}
	return []bot.Update{u}, &bot.Reply{Status: http.StatusAccepted, Type: "text/xml", Body: body}, nil
}

// smsForm is a delivery: a text, or what became of one of ours.
type smsForm struct {
	id, from, text string
	status         string // "" with a text
	at             time.Time
}

func readSMS(body []byte) (smsForm, error) {
	q, err := url.ParseQuery(string(body))
	if err != nil {
		return smsForm{}, errors.New("no form")
	}
	f := smsForm{id: q.Get("id"), from: q.Get("from"), text: cleaned(q.Get("text")), status: q.Get("status")}
	if s, err := strconv.ParseInt(q.Get("at"), 10, 64); err == nil && s > 0 && s < 253402300800 {
		f.at = time.Unix(s, 0).UTC()
	}
	if !keyable(f.id) || f.from == "" || len(f.from) > 15 || strings.Trim(f.from, "0123456789") != "" || f.status != "" && !keyable(f.status) {
		return smsForm{}, errors.New("no id, or no number")
	}
	return f, nil
}

func (f smsForm) key() string {
	if f.status != "" {
		return "status/" + f.id + "/" + f.status
	}
	return f.id
}

// Decode implements bot.Channel.
func (c *SMS) Decode(u bot.Update) ([]bot.Event, error) {
	f, err := readSMS(u.Payload)
	if err != nil {
		return nil, err
	}
	e := bot.Event{Kind: bot.Typed, From: bot.Address{Bot: c.Account, Chat: f.from}, ID: f.id, Text: f.text, At: f.at}
	switch f.status {
	case "":
	case "delivered":
		e.Kind, e.Text = bot.Delivered, ""
	case "failed":
		e.Kind, e.Text = bot.Failed, ""
	default:
		e.Kind, e.Text, e.Detail = bot.Ignored, "", "status"
	}
	return []bot.Event{e}, nil
}

// Render implements bot.Channel.
func (c *SMS) Render(m bot.Message) ([]bot.Part, error) {
	if m.Press != "" || m.Edit != "" {
		return nil, nil
	}
	if err := checkButtons(m); err != nil {
		return nil, err
	}
	doc := markup.Read(m.Text, m.Plain)
	if m.Media != nil {
		doc = append(doc, line(strings.TrimSpace(m.Media.Name+" "+m.Media.URL)))
	}
	if doc.Blank() {
		return nil, errors.New("nothing to say")
	}
	if choices := smsChoices(m.Buttons); choices != "" {
		doc = append(doc, line(choices)) // one block, which a cut leaves whole
	}
	var parts []bot.Part
	for _, d := range markup.Split(doc, within(smsText)) {
		body, err := json.Marshal(smsPart{d.Plain()})
		if err != nil {
			return nil, err
		}
		parts = append(parts, bot.Part{Kind: bot.Say, Body: body})
	}
	return parts, nil
}

// smsChoices are what the person may write, and the links.
func smsChoices(rows [][]bot.Button) string {
	var lines []string
	for _, row := range rows {
		for _, b := range row {
			switch {
			case b.URL != "":
				lines = append(lines, b.Label+": "+b.URL)
			case b.Action != "", b.Word:
				lines = append(lines, "> "+b.Label)
			}
		}
	}
	return strings.Join(lines, "\n")
}

type smsPart struct {
	Text string `json:"text"`
}

// Send implements bot.Channel.
func (c *SMS) Send(ctx context.Context, to bot.Address, p bot.Part) (string, error) {
	var part smsPart
	if json.Unmarshal(p.Body, &part) != nil || part.Text == "" {
		return "", refusal(bot.Malformed, "not a part of ours")
	}
	status, raw, failed := post(ctx, c.Client, c.API+"/message/send.json", c.Token, map[string]any{
		"recipients": []string{to.Chat}, "sms": map[string]string{"sender": c.Sender, "text": part.Text},
	})
	if failed != nil {
		return "", failed
	}
	var a struct {
		Code   *int `json:"response_code"`
		Result []struct {
			Code int    `json:"response_code"`
			ID   string `json:"message_id"`
		} `json:"response_result"`
	}
	switch err := json.Unmarshal(raw, &a); {
	case status >= 300 && status < 400:
		return "", refusal(bot.Later, "HTTP %d", status)
	case err != nil || a.Code == nil:
		return "", refusal(bot.Unknown, "HTTP %d", status)
	case len(a.Result) == 1 && a.Result[0].Code == 0 && a.Result[0].ID != "":
		return a.Result[0].ID, nil
	case len(a.Result) == 1:
		*a.Code = a.Result[0].Code
	}
	return "", smsRefused(*a.Code)
}

// smsRefused reads a code of the gateway.
func smsRefused(code int) *bot.SendError {
	switch {
	case code == 404, code == 305: // on the stop list, no such number
		return refusal(bot.Gone, "code %d", code)
	case code == 103, code == 106, code == 203: // the token, the balance
		return refusal(bot.Halted, "code %d", code)
	case code >= 500:
		e := refusal(bot.Later, "code %d", code)
		e.Whole = true
		return e
	}
	return refusal(bot.Malformed, "code %d", code)
}
