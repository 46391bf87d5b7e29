package channeltest

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"
)

// SMSGateway is the gateway of an SMS channel.
type SMSGateway struct {
	*paperAPI
	ch   *SMS
	Hook string // where it delivers
}

// StartSMS starts one that lives as long as the test, and gives the channel that
// speaks to it.
func StartSMS(t testing.TB, account string, timeout time.Duration) (*SMSGateway, *SMS) {
	t.Helper()
	ch := &SMS{Account: account, Secret: "paper-sms-secret", Token: "paper-sms-token", Sender: "Visnyk", Client: paperClient(t, timeout)}
	s := &SMSGateway{ch: ch}
	s.paperAPI = startPaper(t, ch.Token, "/message/send.json", smsRuling)
	ch.API = s.URL
	return s, ch
}

// smsRuling is what the gateway makes of a send.
func smsRuling(body []byte) ruling {
	var m struct {
		Recipients []string `json:"recipients"`
		SMS        struct {
			Sender string `json:"sender"`
			Text   string `json:"text"`
		} `json:"sms"`
	}
	r := ruling{
		answer: func(id string) any {
			return map[string]any{"response_code": 800, "response_result": []any{map[string]any{"response_code": 0, "message_id": id}}}
		},
		refuse: map[string]any{"response_code": 413},
	}
	if json.Unmarshal(body, &m) != nil || len(m.Recipients) != 1 || m.SMS.Sender == "" || m.SMS.Text == "" || units(m.SMS.Text) > smsText {
		r.broken = "no message, or too long"
		return r
	}
	r.to, r.shown.Text = m.Recipients[0], m.SMS.Text
	return r
}

// Said is the form of a text that a person wrote.
func (s *SMSGateway) Said(chat, text string) []byte {
	return s.form(url.Values{"id": {s.next("in")}, "from": {chat}, "text": {text}})
}

// Status is the form of what became of a message of ours.
func (s *SMSGateway) Status(chat, id, status string) []byte {
	return s.form(url.Values{"id": {id}, "from": {chat}, "status": {status}})
}

func (s *SMSGateway) form(v url.Values) []byte {
	v.Set("at", strconv.FormatInt(time.Now().Unix(), 10))
	return []byte(v.Encode())
}

// Sign signs a form for the path.
func (s *SMSGateway) Sign(path string, form []byte) string {
	return SMSSignature(s.ch.Secret, path, form)
}

// Deliver brings a form to the service.
func (s *SMSGateway) Deliver(form []byte) (PaperAnswer, error) {
	u, err := url.Parse(s.Hook)
	if err != nil || s.Hook == "" {
		return PaperAnswer{}, errors.New("nowhere to deliver")
	}
	header := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	return deliver(http.MethodPost, s.Hook+"?sig="+s.Sign(u.Path, form), header, form)
}
