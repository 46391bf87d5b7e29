package channeltest

import (
	"crypto/hmac"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
)

// WhatsApp is one number at a messenger of the shape of WhatsApp's Cloud API: it
// checks our address by GET before it delivers there, delivers what several
// people did in one signed POST, and tells by statuses what became of ours.
type WhatsApp struct {
	Account     string // the bot's name
	AppSecret   string // signs deliveries
	VerifyToken string // comes with the handshake
	Token       string // of the API
	Number      string // the id of our number
	API         string
	Client      *http.Client
}

var _ bot.Channel = (*WhatsApp)(nil)

// Name implements bot.Channel.
func (c *WhatsApp) Name() string { return c.Account }

// Capabilities implements bot.Channel.
func (c *WhatsApp) Capabilities() bot.Capabilities {
	return bot.Capabilities{
		Handshake: true, Buttons: true, LastingButtons: true, Files: true,
		Receipts: bot.Receipts{Delivered: true, Seen: true, Failed: true},
		Session:  bot.Session{Length: 24 * time.Hour, Closed: true},
		Limits:   bot.Limits{Text: whatsAppText, Buttons: whatsAppRows},
	}
}

// Admit implements bot.Channel.
func (c *WhatsApp) Admit(r bot.Request) error {
	if r.Method != http.MethodGet {
		_, err := whatsAppSignature(r.Header)
		return err
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || len(q["hub.verify_token"]) != 1 || len(q["hub.challenge"]) != 1 || q.Get("hub.mode") != "subscribe" ||
		!hmac.Equal([]byte(mac(c.AppSecret, []byte(q.Get("hub.verify_token")))), []byte(mac(c.AppSecret, []byte(c.VerifyToken)))) {
		return fmt.Errorf("%w: a handshake without the token", bot.ErrForged)
	}
	return nil
}

func whatsAppSignature(h http.Header) (string, error) {
	values := h.Values("X-Hub-Signature-256")
	if len(values) != 1 {
		return "", fmt.Errorf("%w: %d signatures", bot.ErrForged, len(values))
	}
	sig, ok := strings.CutPrefix(values[0], "sha256=")
	if !ok || len(sig) != 64 {
		return "", fmt.Errorf("%w: no signature of that form", bot.ErrForged)
	}
	return sig, nil
}

// Accept implements bot.Channel. Every message and every status of a delivery is
// an update of its own, in an envelope of its own where it did not come alone.
func (c *WhatsApp) Accept(r bot.Request) ([]bot.Update, *bot.Reply, error) {
	if err := c.Admit(r); err != nil {
		return nil, nil, err
	}
	if r.Method == http.MethodGet {
		return nil, &bot.Reply{Body: []byte(r.URL.Query().Get("hub.challenge"))}, nil
	}
	if sig, _ := whatsAppSignature(r.Header); !hmac.Equal([]byte(sig), []byte(mac(c.AppSecret, r.Body))) {
		return nil, nil, fmt.Errorf("%w: wrong signature", bot.ErrForged)
	}
	items, err := whatsAppItems(r.Body)
	if err != nil {
		return []bot.Update{{Bot: c.Account, ID: digest(r.Body), Payload: r.Body, Defect: err.Error()}}, nil, nil
	}
	updates := make([]bot.Update, len(items))
	for i, it := range items {
		u := bot.Update{Bot: c.Account, ID: it.key, Chat: it.chat, Payload: r.Body}
		if it.defect != nil {
			u.Defect = it.defect.Error()
		}
		if len(items) > 1 {
			u.Payload = it.alone()
		}
		updates[i] = u
	}
	return updates, nil, nil
}

// Decode implements bot.Channel.
func (c *WhatsApp) Decode(u bot.Update) ([]bot.Event, error) {
	items, err := whatsAppItems(u.Payload)
	switch {
	case err != nil:
		return nil, err
	case len(items) != 1:
		return nil, errors.New("not one message or status")
	case items[0].defect != nil:
		return nil, items[0].defect
	}
	e := bot.Event{From: bot.Address{Bot: c.Account, Chat: items[0].chat}}
	if err := items[0].tell(&e); err != nil {
		return nil, err
	}
	return []bot.Event{e}, nil
}

// whatsAppBody is a delivery, as far as the door reads it.
type whatsAppBody struct {
	Object string          `json:"object"`
	Entry  []whatsAppEntry `json:"entry"`
}

type whatsAppEntry struct {
	ID      string           `json:"id"`
	Changes []whatsAppChange `json:"changes"`
}

type whatsAppChange struct {
	Field string        `json:"field"`
	Value whatsAppValue `json:"value"`
}

type whatsAppValue struct {
	Contacts []json.RawMessage `json:"contacts,omitempty"`
	Messages []json.RawMessage `json:"messages,omitempty"`
	Statuses []json.RawMessage `json:"statuses,omitempty"`
}

// whatsAppItem is one message or status of a delivery.
type whatsAppItem struct {
	raw       json.RawMessage
	status    bool
	head      whatsAppHead
	contacts  []json.RawMessage // of its person
	key, chat string
	defect    error
}

// whatsAppHead says whose an item is and when it happened.
type whatsAppHead struct {
	ID        string `json:"id"`
	From      string `json:"from"`
	FromUser  string `json:"from_user_id"` // of people who go by a user name
	Recipient string `json:"recipient_id"`
	Status    string `json:"status"`
	Type      string `json:"type"`
	Timestamp string `json:"timestamp"`
}

// whatsAppItems reads a delivery as far as its items.
func whatsAppItems(body []byte) (items []whatsAppItem, err error) {
	var b whatsAppBody
	if json.Unmarshal(body, &b) != nil {
		return nil, errors.New("not a delivery of that form")
	}
	for _, entry := range b.Entry {
		for _, change := range entry.Changes {
			for _, raw := range change.Value.Messages {
				items = append(items, newWhatsAppItem(raw, false, change.Value.Contacts))
			}
			for _, raw := range change.Value.Statuses {
				items = append(items, newWhatsAppItem(raw, true, nil))
			}
		}
	}
	if len(items) == 0 {
		return nil, errors.New("neither a message nor a status")
	}
	return items, nil
}

func newWhatsAppItem(raw json.RawMessage, status bool, contacts []json.RawMessage) whatsAppItem {
	it := whatsAppItem{raw: raw, status: status, key: digest(raw)}
	if json.Unmarshal(raw, &it.head) != nil {
		it.defect = errors.New("a field of the wrong type")
		return it
	}
	chat, key := it.head.From, it.head.ID
	if chat == "" {
		chat = it.head.FromUser
	}
	if status {
		chat, key = it.head.Recipient, "status/"+it.head.ID+"/"+it.head.Status
	}
	if !keyable(chat) || !keyable(it.head.ID) || status && !keyable(it.head.Status) {
		it.defect = errors.New("no id, or nobody's")
		return it
	}
	it.chat, it.key = chat, key
	for _, raw := range contacts {
		var of struct {
			WaID   string `json:"wa_id"`
			UserID string `json:"user_id"`
		}
		if json.Unmarshal(raw, &of) == nil && (of.WaID == chat || of.UserID == chat) {
			it.contacts = append(it.contacts, raw)
			break
		}
	}
	return it
}

// alone is a delivery of this item and nothing else.
func (it whatsAppItem) alone() []byte {
	v := whatsAppValue{Contacts: it.contacts}
	if it.status {
		v.Statuses = []json.RawMessage{it.raw}
	} else {
		v.Messages = []json.RawMessage{it.raw}
	}
	body, _ := json.Marshal(whatsAppBody{Entry: []whatsAppEntry{{Changes: []whatsAppChange{{Field: "messages", Value: v}}}}})
	return body
}

// tell fills in what happened.
func (it whatsAppItem) tell(e *bot.Event) error {
	e.ID = it.head.ID
	if s, err := strconv.ParseInt(it.head.Timestamp, 10, 64); err == nil && s > 0 && s < 253402300800 {
		e.At = time.Unix(s, 0).UTC()
	}
	if it.status {
		kinds := map[string]bot.EventKind{"delivered": bot.Delivered, "read": bot.Seen, "failed": bot.Failed}
		if e.Kind = kinds[it.head.Status]; e.Kind == "" {
			e.Kind, e.Detail = bot.Ignored, "status"
		}
		return nil
	}
	var m struct {
		Text *struct {
			Body string `json:"body"`
		} `json:"text"`
		Interactive struct {
			Button whatsAppReply `json:"button_reply"`
			Row    whatsAppReply `json:"list_reply"`
		} `json:"interactive"`
	}
	if json.Unmarshal(it.raw, &m) != nil {
		return errors.New("a field of the wrong type")
	}
	switch {
	case it.head.Type == "text" && m.Text != nil:
		e.Kind, e.Text = bot.Typed, cleaned(m.Text.Body)
	case it.head.Type == "interactive":
		reply := m.Interactive.Button
		if reply.ID == "" {
			reply = m.Interactive.Row
		}
		if p, ok := parsePress(reply.ID); ok {
			e.Kind, e.Press = bot.Tapped, &p
		} else {
			e.Kind, e.Text = bot.Typed, cleaned(reply.Title)
		}
	default:
		e.Kind, e.Attachment = bot.Attached, &bot.Attachment{Kind: bot.Unsupported}
	}
	for _, raw := range it.contacts {
		var c struct {
			Profile struct {
				Name string `json:"name"`
			} `json:"profile"`
		}
		if json.Unmarshal(raw, &c) == nil {
			e.Profile.Name = cleaned(c.Profile.Name)
		}
	}
	return nil
}

type whatsAppReply struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}
