package channeltest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"
)

// WhatsAppServer is the messenger of a WhatsApp channel, as strict as its rules.
type WhatsAppServer struct {
	*paperAPI
	ch   *WhatsApp
	hook string
}

// StartWhatsApp starts one that lives as long as the test, and gives the channel
// that speaks to it.
func StartWhatsApp(t testing.TB, account string, timeout time.Duration) (*WhatsAppServer, *WhatsApp) {
	t.Helper()
	ch := &WhatsApp{
		Account: account, AppSecret: "paper-app-secret", VerifyToken: "paper-verify-token", Token: "paper-api-token", Number: "1001",
		Client: paperClient(t, timeout),
	}
	s := &WhatsAppServer{ch: ch}
	s.paperAPI = startPaper(t, ch.Token, "/"+ch.Number+"/messages", whatsAppRuling)
	ch.API = s.URL
	return s, ch
}

// whatsAppRuling is what the messenger makes of a send.
func whatsAppRuling(body []byte) ruling {
	var m struct {
		Product string `json:"messaging_product"`
		To      string `json:"to"`
		whatsAppMessage
	}
	r := ruling{
		carry:  map[string]string{},
		answer: func(id string) any { return map[string]any{"messages": []any{map[string]string{"id": "wamid." + id}}} },
		refuse: map[string]any{"error": map[string]any{"code": 100}},
	}
	if json.Unmarshal(body, &m) != nil || m.Product != "whatsapp" || m.To == "" {
		r.broken = "no message"
		return r
	}
	r.to = m.To
	var titles []whatsAppReply
	most, text := whatsAppText, ""
	switch {
	case m.Type == "text" && m.Text != nil:
		text = m.Text.Body
	case m.Type == "image" && m.Image != nil:
		text = m.Image.Link
	case m.Type == "document" && m.Document != nil:
		text = m.Document.Link
	case m.Type == "interactive" && m.Interactive != nil:
		text, most = m.Interactive.Body.Text, whatsAppBodyMax
		titles, r.broken = whatsAppTitles(*m.Interactive)
	}
	for _, b := range titles {
		r.shown.Labels = append(r.shown.Labels, b.Title)
		r.carry[b.Title] = b.ID
	}
	if r.shown.Text = text; text == "" || units(text) > most {
		r.broken = "a text that is none, or too long"
	}
	return r
}

// whatsAppTitles are the buttons or rows, and the rule they break.
func whatsAppTitles(in whatsAppInteractive) (titles []whatsAppReply, broken string) {
	most, long := whatsAppReplies, whatsAppTitle
	for _, b := range in.Action.Buttons {
		titles = append(titles, b.Reply)
	}
	if in.Type == "list" {
		most, long = whatsAppRows, whatsAppRow
		for _, s := range in.Action.Sections {
			titles = append(titles, s.Rows...)
		}
	}
	if len(titles) == 0 || len(titles) > most || slices.ContainsFunc(titles, func(r whatsAppReply) bool {
		return r.ID == "" || len(r.ID) > 200 || r.Title == "" || units(r.Title) > long
	}) {
		return titles, "buttons that cannot be shown"
	}
	return titles, ""
}

// Connect has it check the address, and deliver there from now on.
func (s *WhatsAppServer) Connect(address string) error {
	challenge := s.next("challenge")
	a, err := s.Handshake(address, s.ch.VerifyToken, challenge)
	if err != nil {
		return err
	}
	if a.Status != http.StatusOK || a.Body != challenge {
		return fmt.Errorf("the handshake is answered %+v", a)
	}
	s.hook = address
	return nil
}

// Handshake asks the address by GET.
func (s *WhatsAppServer) Handshake(address, token, challenge string) (PaperAnswer, error) {
	q := url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {token}, "hub.challenge": {challenge}}
	return deliver(http.MethodGet, address+"?"+q.Encode(), nil, nil)
}

// Said is an item of a delivery: a person wrote a text.
func (s *WhatsAppServer) Said(chat, text string) map[string]any {
	return s.item(chat, "text", map[string]any{"body": text})
}

func (s *WhatsAppServer) item(chat, kind string, content any) map[string]any {
	return map[string]any{
		"from": chat, "id": "wamid." + s.next("in"), "timestamp": strconv.FormatInt(time.Now().Unix(), 10), "type": kind, kind: content,
	}
}

// Status is an item of a delivery: what became of a message of ours.
func (s *WhatsAppServer) Status(chat, id, status string) map[string]any {
	return map[string]any{"id": id, "recipient_id": chat, "status": status, "timestamp": strconv.FormatInt(time.Now().Unix(), 10)}
}

// Batch is the body of one delivery of many items.
func (s *WhatsAppServer) Batch(items ...map[string]any) []byte {
	var contacts, messages, statuses []any
	for _, it := range items {
		if it["status"] != nil {
			statuses = append(statuses, it)
			continue
		}
		messages = append(messages, it)
		contacts = append(contacts, map[string]any{"profile": map[string]any{"name": "N" + fmt.Sprint(it["from"])}, "wa_id": it["from"]})
	}
	body, err := json.Marshal(map[string]any{"object": "whatsapp_business_account", "entry": []any{map[string]any{
		"id": "WABA", "changes": []any{map[string]any{"field": "messages", "value": map[string]any{
			"messaging_product": "whatsapp", "metadata": map[string]any{"phone_number_id": s.ch.Number},
			"contacts": contacts, "messages": messages, "statuses": statuses,
		}}},
	}}})
	if err != nil {
		panic(err)
	}
	return body
}

// Sign is the header that makes the body authentic.
func (s *WhatsAppServer) Sign(body []byte) string { return "sha256=" + mac(s.ch.AppSecret, body) }

// Deliver brings a body to the service.
func (s *WhatsAppServer) Deliver(body []byte) (PaperAnswer, error) {
	if s.hook == "" {
		return PaperAnswer{}, errors.New("nowhere to deliver")
	}
	return deliver(http.MethodPost, s.hook, map[string]string{"X-Hub-Signature-256": s.Sign(body)}, body)
}

// Pressed is an item of a delivery: a person pressed the button with the label.
func (s *WhatsAppServer) Pressed(chat, label string) (map[string]any, error) {
	id, err := s.carried(chat, label)
	return s.item(chat, "interactive", map[string]any{"type": "button_reply", "button_reply": map[string]any{"id": id, "title": label}}), err
}
