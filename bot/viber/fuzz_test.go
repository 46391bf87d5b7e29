package viber_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/bot/viber"
)

// FuzzViberCallback: an authentic body never panics, is never refused, has an
// identity that storage can keep, and means the same every time.
func FuzzViberCallback(f *testing.F) {
	files, err := filepath.Glob("testdata/callbacks/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte(`{"event":"message","EVENT":"seen","message_token":1e400,"user_id":"a"}`))
	f.Add([]byte(`{"event":"message","message_token":7,"sender":{"id":"a","name":[]},"message":{"type":"text","text":"Так ·#1~a","media":{}}}`))
	f.Add([]byte(`{"event":"message","message_token":-1,"sender":{"id":"a"},"message":{"type":"text","text":"#1~a"}}`))
	ch, err := viber.New(viber.Config{Token: testToken, SenderName: "x", Greeting: func() bot.Message { return bot.Message{Text: "x"} }})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		request := bot.Request{Method: http.MethodPost, Header: signed(body), Body: body}
		in, greeting, err := ch.Accept(request)
		if err != nil {
			t.Fatalf("an authentic body was refused: %v", err)
		}
		if len(in) == 0 {
			return
		}
		u, greeted := in[0], greeting != nil && greeting.Greets
		for _, s := range []string{u.ID, u.Chat} {
			if len(s) > 256 || !utf8.ValidString(s) || strings.Contains(s, "\x00") {
				t.Fatalf("key %q", s)
			}
		}
		if u.ID == "" {
			t.Fatal("no id")
		}
		events, err := ch.Decode(u)
		if u.Defect != "" {
			if err == nil || greeted {
				t.Fatalf("defect %q, yet decoded (greeted: %v)", u.Defect, greeted)
			}
			return
		}
		if err != nil { // put aside by its turn, which must know whose it is
			if u.Chat == "" || greeted {
				t.Fatalf("chat %q, greeted %v, error %v", u.Chat, greeted, err)
			}
			return
		}
		if len(events) != 1 || events[0].Kind == "" {
			t.Fatalf("events %v, error %v", events, err)
		}
		e := events[0]
		if e.Kind != bot.Ignored && (e.From.Chat == "" || e.From.Chat != u.Chat) {
			t.Fatalf("chat %q of the update, %q of the event", u.Chat, e.From.Chat)
		}
		if e.Receipt() && e.ID == "" {
			t.Fatal("a receipt for nothing")
		}
		stored, err := json.Marshal(e)
		if err != nil || strings.Contains(string(stored), `\u0000`) && !strings.Contains(string(stored), `\\u0000`) {
			t.Fatalf("event %s, error %v", stored, err)
		}
		var back bot.Event
		if err := json.Unmarshal(stored, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(e, back); diff != "" {
			t.Fatalf("the stored event differs: %s", diff)
		}
		again, _ := ch.Decode(u)
		_, same, _ := ch.Accept(request)
		if diff := cmp.Diff(events, again) + cmp.Diff(greeting, same); diff != "" {
			t.Fatalf("the second reading differs: %s", diff)
		}
	})
}

// FuzzAPIResponse: whatever answers, a send ends in one of the known ways.
func FuzzAPIResponse(f *testing.F) {
	for _, body := range []string{
		`{"status":0,"message_token":5741311803571721087}`, `{"status":12}`, `{"status":"6"}`, `{"status":99}`,
		`{"status":1e9}`, `<html>502</html>`, `{"status":0,"message_tok`, `null`, ``, `{"status":-1}`,
	} {
		for _, code := range []int{200, 302, 401, 404, 429, 500} {
			f.Add(code, "3", []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, code int, wait string, body []byte) {
		if code < 200 || code > 599 {
			return
		}
		ch, err := viber.New(viber.Config{Token: testToken, SenderName: "x", Transport: canned{code, wait, body}})
		if err != nil {
			t.Fatal(err)
		}
		id, err := ch.Send(t.Context(), bot.Address{Bot: "viber", Chat: "A="}, bot.Part{Kind: bot.Say, Body: []byte(`{"text":"x"}`)})
		if err == nil {
			if code != 200 || len(id) > 20 {
				t.Fatalf("sent with HTTP %d, id %q", code, id)
			}
			return
		}
		e, ok := err.(*bot.SendError)
		if !ok || e.After < 0 || e.After.Hours() > 1 {
			t.Fatalf("error %v", err)
		}
		switch e.Outcome {
		case bot.Later, bot.Gone, bot.Malformed, bot.Unknown, bot.Halted:
		default:
			t.Fatalf("outcome %q", e.Outcome)
		}
	})
}
