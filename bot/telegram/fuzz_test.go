package telegram_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/bot/markup"
	"visnyk/bot/telegram"
	"visnyk/bot/telegram/telegramtest"
)

// FuzzTelegramUpdate: any bytes behind the right secret become one row with one
// meaning, and nothing the databases refuse.
func FuzzTelegramUpdate(f *testing.F) {
	files, err := filepath.Glob("testdata/updates/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	for _, s := range []string{
		`{"update_id":1,"message":{"chat":{"id":1,"type":"private"},"from":{"id":1},"text":"` + strings.Repeat("ї", 32<<10) + `"}}`,
		`{"update_id":1,"message":{"chat":{"id":1,"type":"private"},"from":{"id":1},"location":{"latitude":1e400}}}`,
		`{"update_id":-9223372036854775808}`, `{}{}`, `{"update_id":1,}`, `{"update_id":1,"\u0075pdate_id":2}`, "{\"\":1}", " {} ",
		`{"x":` + strings.Repeat(`{"x":`, 20_000), `{"update_id":1,"x":` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + `}`,
		`{"update_id":1,"message":{"migrate_to_chat_id":-100,"chat":{"id":-5,"type":"group"}}}`,
	} {
		f.Add([]byte(s))
	}
	c := channel(f)
	f.Fuzz(func(t *testing.T, body []byte) { digested(t, c, body) })
}

// digested gives any bytes to the channel: they become one row with one meaning,
// and nothing the databases refuse, in little time.
func digested(t *testing.T, c *telegram.Channel, body []byte) {
	t.Helper()
	began := time.Now()
	_ = json.Valid(body)
	reading := time.Since(began) // once, on this machine as it is now
	began = time.Now()
	u, _ := accepted(t, c, signed(), body)
	if u.ID == "" || u.Defect == "" && strings.HasPrefix(u.ID, "sha256:") {
		t.Errorf("id %q, defect %q", u.ID, u.Defect)
	}
	events, err := c.Decode(u)
	if err == nil && u.Defect != "" || err != nil && u.Defect == "" && u.Chat == "" {
		t.Fatalf("defect %q, chat %q, and decoding gives %v", u.Defect, u.Chat, err)
	}
	for _, e := range events {
		if e.From.Chat != u.Chat || e.From.Bot != u.Bot {
			t.Errorf("an event of %v in an update of %q", e.From, u.Chat)
		}
		if e.Kind != bot.Ignored && u.Chat == "" {
			t.Errorf("%s in no chat", e.Kind)
		}
		again := reencoded(t, e)
		if !reflect.DeepEqual(again, e) {
			t.Errorf("not the same after JSON:\n%+v\n%+v", e, again)
		}
	}
	if took := time.Since(began); took > 5*time.Second && took > 1000*reading {
		t.Errorf("took %s, and reading it once %s", took, reading)
	}
}

func reencoded(t *testing.T, e bot.Event) bot.Event {
	t.Helper()
	raw, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), `\u0000`) || !utf8.Valid(raw) {
		t.Errorf("no database takes %s", raw)
	}
	var again bot.Event
	if err := json.Unmarshal(raw, &again); err != nil {
		t.Fatal(err)
	}
	return again
}

// FuzzHTML: whatever the text, what is rendered of it is accepted by Telegram's
// own grammar, keeps its limits, and shows the text it was made of.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{
		"a<b & c", "**ж** *к* ~~з~~ `код`", "# H\n\n- a\n  - b\n\n1. c\n\n> q\n\n```\n<x>\n```", "[a](https://x.y/?q=\"<>&')", "_*[]()~`>#+-=|{}.!",
		`\*\_\[`, "&nbsp;&lt;&#60;", "</b>", "<b>", "***a* b**", "[**a** b](https://x.y)", "`a` [`b`](https://c.d)",
		strings.Repeat("слово ", 900), strings.Repeat("👩‍🔧", 900), strings.Repeat("a", 4096), strings.Repeat("a", 4097), strings.Repeat("<", 9000),
		"\u202eabc", "z\u0301\u0302", "\x00\xff", " \u200b ", "<https://a.b>", "<mailto:a@b.c>", "[x](tel:+1)", "[x](javascript:alert)",
	} {
		f.Add(s)
	}
	c := channel(f)
	f.Fuzz(func(t *testing.T, src string) {
		parts, err := c.Render(bot.Message{Text: src})
		if err != nil { // nothing to see
			return
		}
		var shown strings.Builder
		for _, p := range parts {
			var call struct {
				Params struct{ Text string }
			}
			if err := json.Unmarshal(p.Body, &call); err != nil {
				t.Fatal(err)
			}
			text, _, err := telegramtest.ParseHTML(call.Params.Text)
			if err != nil {
				t.Fatalf("%q: %v", call.Params.Text, err)
			}
			if n := len(utf16.Encode([]rune(text))); n > 4096 && len(parts) > 1 && len(src) < 4096 {
				t.Errorf("a part of %d units", n)
			}
			shown.WriteString(text)
		}
		if want, got := solid(seen(src)), solid(shown.String()); want != got {
			t.Errorf("shows\n%q\nwant\n%q", got, want)
		}
	})
}

// seen returns what markup says the text shows. Telegram hides the addresses of
// web links behind their words, and shows others without their scheme.
func seen(src string) string {
	var s strings.Builder
	for _, b := range markup.Parse(strings.ReplaceAll(strings.ToValidUTF8(src, "\uFFFD"), "\x00", "")) {
		s.WriteString(b.Lead())
		b.Walk(func(sp markup.Span) { s.WriteString(sp.Text) }, func(label, link string) {
			if scheme, address, _ := strings.Cut(link, ":"); !markup.Same(label, link) && (scheme == "tel" || scheme == "mailto") {
				s.WriteString(" (" + address + ")")
			}
		})
	}
	return s.String()
}

// solid leaves white space out: splitting may drop it.
func solid(s string) string { return strings.Join(strings.Fields(s), "") }

// answerer is an API that gives one answer.
type answerer struct {
	code int
	body []byte
}

// RoundTrip implements http.RoundTripper.
func (a answerer) RoundTrip(r *http.Request) (*http.Response, error) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: a.code, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(a.body)), Request: r}, nil
}

// FuzzAPIResponse: whatever comes back, the outcome is one of ours, a wait is
// within bounds, and no secret gets into the error.
func FuzzAPIResponse(f *testing.F) {
	for _, s := range []string{
		`{"ok":true,"result":{"message_id":42}}`, `{"ok":true}`, `{"ok":true,"result":null}`, `{"ok":true,"result":[]}`,
		`{"ok":false,"error_code":429,"parameters":{"retry_after":-1}}`, `{"ok":false,"error_code":429,"parameters":{"retry_after":1e9}}`,
		`{"ok":false,"error_code":429,"parameters":{"retry_after":9223372036854775807}}`,
		`{"ok":false,"error_code":400,"parameters":{"migrate_to_chat_id":-100}}`, `{"ok":false,"error_code":-5}`,
		`{"ok":false,"error_code":403,"description":"` + testToken + `"}`, `<html>` + testToken, ``, `null`, `{"ok":tr`, `{"ok":false,"error_code":400,"description":"can't parse entities"}`,
	} {
		for _, code := range []uint16{200, 302, 400, 403, 429, 500} {
			f.Add(code, []byte(s))
		}
	}
	f.Fuzz(func(t *testing.T, code uint16, body []byte) {
		c, err := telegram.New(telegram.Config{
			Token: testToken, Secret: testSecret, Transport: answerer{100 + int(code)%500, body},
		})
		if err != nil {
			t.Fatal(err)
		}
		id, err := c.Send(t.Context(), olena, bot.Part{Body: []byte(`{"method":"sendMessage","params":{"text":"x"}}`)})
		if err == nil {
			return
		}
		failed, ok := err.(*bot.SendError)
		if !ok || id != "" {
			t.Fatalf("id %q, error %T", id, err)
		}
		switch failed.Outcome {
		case bot.Later, bot.Gone, bot.Malformed, bot.Unknown, bot.Halted:
		default:
			t.Errorf("outcome %q", failed.Outcome)
		}
		if failed.After < 0 || failed.After > 24*time.Hour || failed.Outcome != bot.Later && failed.After != 0 {
			t.Errorf("%s, wait %s", failed.Outcome, failed.After)
		}
		if strings.Contains(err.Error(), "TEST-token_0123456789") || strings.Contains(err.Error(), testSecret) {
			t.Errorf("a secret in %q", err)
		}
	})
}
