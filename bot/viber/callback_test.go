package viber_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/viber"
)

// TestCallbacks reads every callback of testdata as the door and the dialog do.
// The names of the files tell which case of Viber's field they hold.
func TestCallbacks(t *testing.T) {
	files, err := filepath.Glob("testdata/callbacks/*.json")
	if err != nil || len(files) < 80 {
		t.Fatalf("%d callbacks, error %v", len(files), err)
	}
	ch := channel(t, func(c *viber.Config) {
		c.Greeting = func() bot.Message { return bot.Message{Text: "Вітаємо! Здравствуйте!"} }
	})
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, strings.TrimSuffix(file, ".json")+".golden", understood(t, ch, body))
		})
	}
}

// understood writes down what the channel makes of an authentic body.
func understood(t *testing.T, ch *viber.Channel, body []byte) []byte {
	t.Helper()
	u, reply := accepted(t, ch, signed(body), body)
	if u.Bot != "viber" || !bytes.Equal(u.Payload, body) {
		t.Errorf("bot %q, payload kept: %v", u.Bot, bytes.Equal(u.Payload, body))
	}
	events, err := ch.Decode(u)
	if err == nil && u.Defect != "" || err != nil && u.Defect == "" && u.Chat == "" {
		t.Errorf("defect %q, chat %q, but decoding says %v", u.Defect, u.Chat, err)
	}
	made := map[string]any{"id": u.ID, "chat": u.Chat, "defect": u.Defect, "events": events, "greeted": reply != nil}
	if err != nil && u.Defect == "" {
		made["unread"] = err.Error()
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(made); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSignature(t *testing.T) {
	body := []byte(`{"event":"unsubscribed","timestamp":1516678387902,"user_id":"KMMqtlNTDxIm/5bZhdQ5uA==","message_token":5136431130449316903}`)
	const sig = "d84d8648b402a2737838fea4da41d903d1af1aed92466b1758828ad27e31a9f9" // the published vector
	flip := strings.Replace(sig, "d", "e", 1)
	tests := []struct {
		name   string
		values []string
		body   []byte
		admit  bool // the headers alone could be right
		accept bool
	}{
		{"right", []string{sig}, body, true, true},
		{"E4 upper case", []string{strings.ToUpper(sig)}, body, true, true},
		{"E4 prefix", []string{"sha256=" + sig}, body, false, false},
		{"E2 missing", nil, body, false, false},
		{"empty", []string{""}, body, false, false},
		{"E3 wrong", []string{flip}, body, true, false},
		{"truncated", []string{sig[:62]}, body, false, false},
		{"odd length", []string{sig[:63]}, body, false, false},
		{"longer", []string{sig + "00"}, body, false, false},
		{"not hex", []string{strings.Repeat("zz", 32)}, body, false, false},
		{"twice", []string{sig, sig}, body, false, false},
		{"in one line", []string{sig + "," + sig}, body, false, false},
		{"tampered", []string{sig}, bytes.Replace(body, []byte("790"), []byte("791"), 1), true, false},
		{"E5 written anew", []string{sig}, bytes.Replace(body, []byte(`,"user`), []byte(`, "user`), 1), true, false},
		{"E13 of nothing", []string{sig}, nil, true, false},
	}
	ch := channel(t, nil)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{"X-Viber-Content-Signature": tt.values}
			request := bot.Request{Method: http.MethodPost, Header: h}
			if err := ch.Admit(request); (err == nil) != tt.admit || err != nil && !errors.Is(err, bot.ErrForged) {
				t.Errorf("Admit: %v", err)
			}
			request.Body = tt.body
			in, reply, err := ch.Accept(request)
			if (err == nil) != tt.accept || err != nil && !errors.Is(err, bot.ErrForged) {
				t.Errorf("Accept: %v", err)
			}
			if err != nil && (in != nil || reply != nil || strings.Contains(err.Error(), sig)) {
				t.Errorf("a forged request gave updates %q, reply %v, error %q", in, reply, err)
			}
		})
	}
}

func TestOtherBotsSignature(t *testing.T) { // E121
	body := []byte(`{"event":"action"}`)
	other := channel(t, func(c *viber.Config) { c.Name, c.Token = "second", "another-token" })
	if _, _, err := other.Accept(bot.Request{Header: signed(body), Body: body}); !errors.Is(err, bot.ErrForged) {
		t.Errorf("error %v", err)
	}
}

func TestPing(t *testing.T) { // E84
	ch := channel(t, nil)
	body := []byte(`{"event":"webhook","timestamp":1457764197627,"chat_hostname":"SN-CHAT-03_","message_token":4912661846655238145}`)
	if in, reply, err := ch.Accept(bot.Request{Header: signed(body), Body: body}); in != nil || reply != nil || err != nil {
		t.Errorf("signed: %v, %v, %v", in, reply, err)
	}
	h := signed([]byte("{}"))
	if _, _, err := ch.Accept(bot.Request{Header: h, Body: body}); !errors.Is(err, bot.ErrForged) {
		t.Errorf("forged: %v", err)
	}
}

func TestIdentity(t *testing.T) { // E88, E89, E97
	ch := channel(t, nil)
	id := func(body string) string {
		u, _ := accepted(t, ch, signed([]byte(body)), []byte(body))
		return u.ID
	}
	seen := map[string]string{}
	for _, body := range []string{
		`{"event":"delivered","message_token":4912661846655238145,"user_id":"A="}`,
		`{"event":"seen","message_token":4912661846655238145,"user_id":"A="}`,
		`{"event":"delivered","message_token":4912661846655238145,"user_id":"B="}`,
		`{"event":"delivered","message_token":4912661846655238144,"user_id":"A="}`,
		`{"event":"delivered","message_token":"4912661846655238146","user_id":"A="}`,
		`{"event":"delivered","message_token":-4912661846655238146,"user_id":"A="}`,
		`{"event":"delivered","user_id":"A="}`,
		`{"event":"delivered","message_token":0,"user_id":"A="}`,
	} {
		if other, taken := seen[id(body)]; taken {
			t.Errorf("%s and %s have one id", other, body)
		}
		seen[id(body)] = body
		if first, second := id(body), id(body); first != second {
			t.Errorf("%s has two ids", body)
		}
	}
	again := `{"event":"delivered","chat_hostname":"SN-CHAT-07_","message_token":4912661846655238145,"user_id":"A="}`
	if want := "delivered/4912661846655238145/6d5b80516e4bf2be"; id(again) != want {
		t.Errorf("id %q, want %q", id(again), want)
	}
}
