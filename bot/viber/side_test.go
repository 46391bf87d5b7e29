package viber_test

import (
	"reflect"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/channeltest"
)

// TestSideFields replaces each field of each callback, and of each object in it,
// by each odd value: what the person said or did arrives all the same, unless the
// field is what says it.
func TestSideFields(t *testing.T) {
	const sender = `{"id":"01234567890A=","name":"Іра","avatar":"https://x.example/a","country":"UA","language":"uk","api_version":10}`
	message := func(fields string) string {
		return `{"event":"message","timestamp":1763740800000,"chat_hostname":"SN-CHAT-03_","message_token":4912661846655238145,"silent":false,` +
			`"chat_id":"x","reply_type":"message","sender":` + sender + `,"message":{` + fields + `}}`
	}
	const sides = `"media":"https://x.example/1.jpg","thumbnail":"https://x.example/2.jpg","file_name":"a.pdf","file_size":5,"size":5,"duration":3,` +
		`"sticker_id":46105,"tracking_data":"share-phone","contact":{"name":"Петро","phone_number":"+380671112233","avatar":"x"},"location":{"lat":50.1,"lon":30.2}`
	tests := []struct {
		name, body string
		needs      string // what must stay as it is, besides the event and the person
	}{
		{"text", message(`"type":"text","text":"скільки коштує інтернет",` + sides), "message message.text"},
		{"press", message(`"type":"text","text":"#2~changes",` + sides), "message message.text message.type"},
		{"picture", message(`"type":"picture","text":"скільки коштує інтернет",` + sides), "message message.text message.type"},
		{"video", message(`"type":"video","text":"скільки коштує інтернет",` + sides), "message message.text message.type"},
		{"file", message(`"type":"file","text":"скільки коштує інтернет",` + sides), "message message.text message.type"},
		{"sticker", message(`"type":"sticker","text":"скільки коштує інтернет",` + sides), "message message.text message.type"},
		{"contact", message(`"type":"contact",` + sides), "message message.type"},
		{"location", message(`"type":"location",` + sides), "message message.type message.location message.location.lat message.location.lon"},
		{"url", message(`"type":"url",` + sides), "message message.type message.media"},
		{"a kind of the future", message(`"type":"hologram","text":"скільки коштує інтернет",` + sides), "message message.text message.type"},
		{"conversation_started", `{"event":"conversation_started","timestamp":1763740800000,"message_token":49,"type":"open","context":"x","user":` + sender + `,"subscribed":true}`, "context"},
		{"subscribed", `{"event":"subscribed","timestamp":1763740800000,"message_token":49,"user":` + sender + `}`, ""},
		{"unsubscribed", `{"event":"unsubscribed","timestamp":1763740800000,"message_token":49,"user_id":"01234567890A="}`, ""},
		{"delivered", `{"event":"delivered","timestamp":1763740800000,"message_token":49,"user_id":"01234567890A=","desc":"x"}`, "message_token"},
		{"seen", `{"event":"seen","timestamp":1763740800000,"message_token":49,"user_id":"01234567890A=","desc":"x"}`, "message_token"},
		{"failed", `{"event":"failed","timestamp":1763740800000,"message_token":49,"user_id":"01234567890A=","desc":"x"}`, "message_token"},
	}
	ch := channel(t, nil)
	read := func(t *testing.T, body []byte) (bot.Event, bool) {
		u, _ := accepted(t, ch, signed(body), body)
		events, err := ch.Decode(u)
		if u.Defect != "" || err != nil || len(events) != 1 {
			t.Errorf("%s: defect %q, %v", body, u.Defect, err)
			return bot.Event{}, false
		}
		return events[0], true
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want, ok := read(t, []byte(tt.body))
			if !ok {
				return
			}
			needs := append(strings.Fields(tt.needs), "event", "user_id", "user", "user.id", "sender", "sender.id")
			n := 0
			for path, b := range channeltest.SideFields(t, tt.body, needs...) {
				n++
				got, ok := read(t, b)
				if !ok {
					return
				}
				kind := got.Kind == want.Kind || path == "message.type"
				if !kind || got.Text != want.Text || got.From != want.From || (got.Press == nil) != (want.Press == nil) {
					t.Fatalf("%s\nread as %+v\nwant    %+v", b, got, want)
				}
			}
			if n < 20 {
				t.Errorf("only %d variations", n)
			}
		})
	}
}

// TestNothingToRead puts aside a message of which nothing can be known, and no other.
func TestNothingToRead(t *testing.T) {
	ch := channel(t, nil)
	for _, what := range channeltest.Odd() {
		body := []byte(`{"event":"message","message_token":49,"sender":{"id":"01234567890A="},"message":` + what + `}`)
		u, _ := accepted(t, ch, signed(body), body)
		if events, err := ch.Decode(u); err == nil || u.Defect != "" || u.Chat == "" {
			t.Errorf("%s: %v, defect %q", body, events, u.Defect)
		}
	}
	for _, what := range channeltest.Odd() {
		body := []byte(`{"event":"message","message_token":49,"sender":{"id":"01234567890A="},"message":{"type":"text","text":` + what + `}}`)
		u, _ := accepted(t, ch, signed(body), body)
		events, err := ch.Decode(u)
		if text := what == "null" || strings.HasPrefix(what, `"`); text != (err == nil) || text && events[0].Kind != bot.Typed {
			t.Errorf("%s: %v, %v", body, events, err)
		}
	}
}

// The person's own words outlive whatever they stand beside, and a number is one in
// quotes or without.
func TestWordsBesideSomethingElse(t *testing.T) {
	ch := channel(t, nil)
	for content, want := range map[string]bot.Event{
		`"type":"url","media":"https://a.example/","text":"покличте людину"`: {
			Kind: bot.Typed, Text: "покличте людину", Links: []bot.Link{{URL: "https://a.example/"}},
		},
		`"type":"url","media":"https://a.example/","text":"ось https://a.example/ дивіться"`: {Kind: bot.Typed, Text: "ось https://a.example/ дивіться"},
		`"type":"url","media":"https://a.example/","text":"https://a.example/"`:              {Kind: bot.Typed, Text: "https://a.example/"},
		`"type":"url","media":"https://a.example/","text":" \u200b"`:                         {Kind: bot.Typed, Text: "https://a.example/"},
		`"type":"location","location":{"lat":95,"lon":1},"text":"покличте людину"`:           {Kind: bot.Typed, Text: "покличте людину"},
		`"type":"contact","contact":{"name":"П","phone_number":380501234567}`: {
			Kind: bot.Attached, Attachment: &bot.Attachment{Kind: bot.Phone, Name: "П", Phone: "380501234567"},
		},
		`"type":"contact","contact":{"name":"П","phone_number":380501234567.0}`: {
			Kind: bot.Attached, Attachment: &bot.Attachment{Kind: bot.Phone, Name: "П"},
		},
	} {
		body := []byte(`{"event":"message","timestamp":1763740800000,"message_token":49,"sender":{"id":"01234567890A=","name":"Іра"},"message":{` + content + `}}`)
		u, _ := accepted(t, ch, signed(body), body)
		events, err := ch.Decode(u)
		if err != nil || len(events) != 1 {
			t.Fatalf("%s: %+v, %v", content, events, err)
		}
		e := events[0]
		if got := (bot.Event{Kind: e.Kind, Text: e.Text, Links: e.Links, Attachment: e.Attachment}); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", content, got, want)
		}
	}
}
