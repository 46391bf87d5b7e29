package channeltest

import (
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
)

const paperHook = "/webhooks/x"

func TestPaperWhatsApp(t *testing.T) {
	const chat = "380501234567"
	sign := (&WhatsAppServer{ch: &WhatsApp{AppSecret: "paper-app-secret"}}).Sign
	Run(t, Case{
		New: func(t *testing.T) World {
			s, ch := StartWhatsApp(t, "paper", 300*time.Millisecond)
			hook := NewHook(t)
			s.hook = hook.URL
			bring := func(item map[string]any) {
				if _, err := s.Deliver(s.Batch(item)); err != nil {
					t.Error(err)
				}
			}
			refused := func(name string, code string, want bot.Outcome) Fault {
				return Fault{Name: name, Want: want, Arm: func() { s.Fail(PaperFault{Status: 400, Body: `{"error":{"code":` + code + `}}`}) }}
			}
			return World{
				Channel: ch, Chat: chat, Hook: hook,
				Write: func(text string) { bring(s.Said(chat, text)) },
				Press: func(label string) error {
					item, err := s.Pressed(chat, label)
					if err == nil {
						bring(item)
					}
					return err
				},
				Shown: func() []Shown { return s.Shown(chat) }, Refused: s.Refused,
				Faults: append(paperFaults(func(f PaperFault) { s.Fail(f) }, ch.Token),
					refused("not there", "131026", bot.Gone), refused("the window is closed", "131047", bot.Gone),
					refused("too many", "130429", bot.Later), refused("too many to this one", "131056", bot.Later),
					refused("bad token", "190", bot.Halted), refused("something else", "100", bot.Malformed)),
			}
		},
		Unreachable: func(t *testing.T) bot.Channel {
			_, ch := StartWhatsApp(t, "paper", time.Second)
			ch.API = "http://127.0.0.1:1"
			return ch
		},
		Auth: "X-Hub-Signature-256", Signs: true, Sign: sign,
		Secrets: []string{"paper-app-secret", "paper-verify-token", "paper-api-token"},
		Genuine: [][]byte{[]byte(`{"object":"x","entry":[{"id":"1","changes":[{"field":"messages","value":{"statuses":[{"id":"wamid.1","recipient_id":"380","status":"read","timestamp":"1700000000"}]}}]}]}`)},
	})
}

// One delivery, several people: each message and each status is an update of
// its own, readable alone, with the id it has in any other delivery; a malformed
// one spoils no other.
func TestPaperBatch(t *testing.T) {
	s, ch := StartWhatsApp(t, "paper", time.Second)
	hers, his := s.Said("380500000001", "Привіт"), s.Said("380500000002", "Добрий день")
	broken := map[string]any{"id": 7, "from": []string{}}
	body := s.Batch(hers, broken, his, s.Status("380500000001", "wamid.9", "read"))
	request := func(body []byte) bot.Request {
		return bot.Request{Method: http.MethodPost, URL: &url.URL{Path: paperHook}, Header: http.Header{"X-Hub-Signature-256": {s.Sign(body)}}, Body: body}
	}
	in, reply, err := ch.Accept(request(body))
	if err != nil || reply != nil || len(in) != 4 {
		t.Fatalf("%d updates, %v, %v", len(in), reply, err)
	}
	var chats []string
	for i, u := range in {
		chats = append(chats, u.Chat)
		if (u.Defect != "") != (i == 1) {
			t.Errorf("update %d: defect %q", i, u.Defect)
		}
	}
	if want := []string{"380500000001", "", "380500000002", "380500000001"}; !reflect.DeepEqual(chats, want) {
		t.Errorf("chats %q", chats)
	}
	events, err := ch.Decode(in[2])
	if err != nil || len(events) != 1 || events[0].Kind != bot.Typed || events[0].Text != "Добрий день" || events[0].Profile.Name != "N380500000002" {
		t.Errorf("events %+v, %v", events, err)
	}
	if strings.Contains(string(in[2].Payload), "380500000001") {
		t.Errorf("what one person wrote stands beside another: %s", in[2].Payload)
	}
	if events, err := ch.Decode(in[3]); err != nil || events[0].Kind != bot.Seen || events[0].ID != "wamid.9" {
		t.Errorf("events %+v, %v", events, err)
	}
	if again, _, err := ch.Accept(request(s.Batch(his))); err != nil || len(again) != 1 || again[0].ID != in[2].ID {
		t.Errorf("alone it is %+v, %v", again, err)
	}
}

func TestPaperHandshake(t *testing.T) {
	_, ch := StartWhatsApp(t, "paper", time.Second)
	for query, ok := range map[string]bool{
		"hub.mode=subscribe&hub.verify_token=paper-verify-token&hub.challenge=42":                    true,
		"hub.mode=subscribe&hub.verify_token=paper-verify-tokem&hub.challenge=42":                    false,
		"hub.mode=unsubscribe&hub.verify_token=paper-verify-token&hub.challenge=42":                  false,
		"hub.mode=subscribe&hub.verify_token=paper-verify-token":                                     false,
		"hub.mode=subscribe&hub.verify_token=x&hub.verify_token=paper-verify-token&hub.challenge=42": false,
	} {
		r := bot.Request{Method: http.MethodGet, URL: &url.URL{Path: paperHook, RawQuery: query}, Header: http.Header{}}
		in, reply, err := ch.Accept(r)
		if (err == nil) != ok || (ch.Admit(r) == nil) != ok || in != nil || ok && string(reply.Body) != "42" || !ok && !errors.Is(err, bot.ErrForged) {
			t.Errorf("%s: %v, %+v, %v", query, in, reply, err)
		}
	}
}

func TestPaperSMS(t *testing.T) {
	const chat = "380671234567"
	Run(t, Case{
		New: func(t *testing.T) World {
			s, ch := StartSMS(t, "paper", 300*time.Millisecond)
			hook := NewHook(t)
			s.Hook = hook.URL
			coded := func(name, code string, want bot.Outcome) Fault {
				return Fault{Name: name, Want: want, Arm: func() { s.Fail(PaperFault{Body: `{"response_code":` + code + `}`}) }}
			}
			return World{
				Channel: ch, Chat: chat, Hook: hook,
				Write: func(text string) {
					if _, err := s.Deliver(s.Said(chat, text)); err != nil {
						t.Error(err)
					}
				},
				Press: func(string) error { return errors.New("there is nothing to press") },
				Shown: func() []Shown { return s.Shown(chat) }, Refused: s.Refused,
				Faults: append(paperFaults(func(f PaperFault) { s.Fail(f) }, ch.Token),
					coded("on the stop list", "404", bot.Gone), coded("no money", "203", bot.Halted),
					coded("their fault", "502", bot.Later), coded("our fault", "413", bot.Malformed)),
			}
		},
		Unreachable: func(t *testing.T) bot.Channel {
			_, ch := StartSMS(t, "paper", time.Second)
			ch.API = "http://127.0.0.1:1"
			return ch
		},
		Auth: "sig", InURL: true, Signs: true,
		Sign:    func(body []byte) string { return SMSSignature("paper-sms-secret", paperHook, body) },
		Secrets: []string{"paper-sms-secret", "paper-sms-token"},
		Genuine: [][]byte{[]byte("id=5&from=380671234567&status=delivered&at=1700000000"), []byte("id=6&from=380&text=%FF%00;&at=x")},
	})
}

// A status names the message it is of, and is an update of its own.
func TestPaperSMSStatus(t *testing.T) {
	const chat = "380671234567"
	s, ch := StartSMS(t, "paper", time.Second)
	keys := map[string]bool{}
	for status, want := range map[string]bot.EventKind{"delivered": bot.Delivered, "failed": bot.Failed, "queued": bot.Ignored} {
		form := s.Status(chat, "m1", status)
		r := bot.Request{Method: http.MethodPost, URL: &url.URL{Path: paperHook, RawQuery: "sig=" + s.Sign(paperHook, form)}, Body: form}
		in, _, err := ch.Accept(r)
		if err != nil || len(in) != 1 || in[0].Chat != chat {
			t.Fatalf("%s: %+v, %v", status, in, err)
		}
		keys[in[0].ID] = true
		events, err := ch.Decode(in[0])
		if err != nil || len(events) != 1 || events[0].Kind != want || events[0].ID != "m1" {
			t.Errorf("%s: %+v, %v", status, events, err)
		}
	}
	if len(keys) != 3 {
		t.Errorf("three statuses of one message have the ids %v", keys)
	}
}

// The signature is one of the address too: another bot's is none.
func TestPaperSignedAddress(t *testing.T) {
	s, ch := StartSMS(t, "paper", time.Second)
	form := s.Said("380671234567", "Привіт")
	for path, ok := range map[string]bool{paperHook: true, "/webhooks/y": false} {
		r := bot.Request{Method: http.MethodPost, URL: &url.URL{Path: path, RawQuery: "sig=" + s.Sign(paperHook, form)}, Body: form}
		in, reply, err := ch.Accept(r)
		if (err == nil) != ok {
			t.Errorf("%s: %v", path, err)
		}
		if ok && (reply.Type != "text/xml" || reply.Status != http.StatusAccepted || string(reply.Body) != "<taken><id>"+in[0].ID+"</id></taken>") {
			t.Errorf("answered %+v with %q", reply, reply.Body)
		}
	}
}
