package webchat_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/bot/webchat/webchattest"
)

// FuzzWebchat: whatever a page sends, the door knows whose it is; what is
// understood inside can be stored.
func FuzzWebchat(f *testing.F) {
	for _, body := range genuine() {
		f.Add(body)
	}
	for _, body := range []string{"", "{}", "null", `{"id":"1","kind":"text","at":1,"text":"\u0000\ud800"}`, `{"id":"1","kind":"text","at":1e9,"text":"x"}`, `{"ID":"1","KIND":"text","AT":1,"TEXT":"x"}`} {
		f.Add([]byte(body))
	}
	ch, header := admitted(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		began := time.Now()
		in, reply, err := ch.Accept(bot.Request{Header: header, Body: body})
		if err != nil || len(in) != 1 || reply != nil {
			t.Fatalf("authentic and refused: %v, %v, %v", in, reply, err)
		}
		u := in[0]
		events, err := ch.Decode(u)
		if u.Defect != "" || u.Chat == "" {
			t.Fatalf("at the door %q, of chat %q; inside %v", u.Defect, u.Chat, err)
		}
		if again, _ := ch.Decode(u); !reflect.DeepEqual(events, again) {
			t.Error("decoded twice, differently")
		}
		if u.ID == "" || len(u.ID) > 255 || !utf8.ValidString(u.ID) {
			t.Errorf("the id %q", u.ID)
		}
		for _, e := range events {
			flat, err := json.Marshal(e)
			if err != nil || strings.Contains(string(flat), `\u0000`) || !utf8.ValidString(e.Text) || utf8.RuneCountInString(e.Text) > 10_000 {
				t.Errorf("event %.300s, %v", flat, err)
			}
			if e.From.Chat != u.Chat || e.Kind == bot.Tapped && e.Press == nil || e.Kind == bot.Attached && e.Attachment == nil {
				t.Errorf("event %+v", e)
			}
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%v for %d bytes", took, len(body))
		}
	})
}

// admitted returns a channel, and the header of a visitor it knows.
func admitted(t testing.TB) (bot.Channel, http.Header) {
	t.Helper()
	s := newSite(t, nil)
	v := s.comes(t, webchattest.Options{})
	return s.Channel, http.Header{"Authorization": {"Bearer " + v.Token()}}
}
