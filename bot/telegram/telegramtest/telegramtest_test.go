package telegramtest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"visnyk/bot/telegram/telegramtest"
)

// answer is what the API said.
type answer struct {
	Status      int
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

// call posts a form to a method.
func call(t *testing.T, s *telegramtest.Server, method string, params ...string) answer {
	t.Helper()
	a, err := try(t.Context(), s, method, params...)
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	return a
}

func try(ctx context.Context, s *telegramtest.Server, method string, params ...string) (answer, error) {
	form := url.Values{}
	for i := 0; i < len(params); i += 2 {
		form.Set(params[i], params[i+1])
	}
	return post(ctx, s.URL()+"/bot"+s.Token()+"/"+method, "application/x-www-form-urlencoded", form.Encode())
}

func post(ctx context.Context, address, kind, body string) (answer, error) {
	var a answer
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return a, err
	}
	req.Header.Set("Content-Type", kind)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return a, err
	}
	defer func() { _ = resp.Body.Close() }()
	a.Status = resp.StatusCode
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(raw, &a)
}

// soon bounds a wait for something that must come.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func TestRefusals(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{Breaking: true})
	s.Person(1, "Олена", "uk").Join()
	s.Person(2, "Чужий", "uk")
	s.Person(3, "Зник", "uk").Join().Deactivate()
	buttons := func(n int) string {
		return `{"inline_keyboard":[` + strings.Repeat(`[{"text":"x","url":"https://a.b"}],`, n-1) + `[{"text":"x","url":"https://a.b"}]]}`
	}
	for _, test := range []struct {
		name   string
		method string
		params []string
		code   int
		words  string // of the description; "" for success
	}{
		{"sent", "sendMessage", []string{"chat_id", "1", "text", "привіт"}, 200, ""},
		{"any case", "SENDmessage", []string{"chat_id", "1", "text", "привіт"}, 200, ""},
		{"unknown method", "sendLove", nil, 404, "Not Found: method not found"},
		{"no chat", "sendMessage", []string{"text", "x"}, 400, "Bad Request: chat_id is empty"},
		{"strange chat", "sendMessage", []string{"chat_id", "@x", "text", "x"}, 400, "Bad Request: chat not found"},
		{"unknown chat", "sendMessage", []string{"chat_id", "77", "text", "x"}, 400, "Bad Request: chat not found"},
		{"not started", "sendMessage", []string{"chat_id", "2", "text", "x"}, 403, "Forbidden: bot can't initiate conversation with a user"},
		{"deactivated", "sendMessage", []string{"chat_id", "3", "text", "x"}, 403, "Forbidden: user is deactivated"},
		{"no text", "sendMessage", []string{"chat_id", "1"}, 400, "Bad Request: message text is empty"},
		{"unseen text", "sendMessage", []string{"chat_id", "1", "text", "\u200b \u2060"}, 400, "Bad Request: text must be non-empty"},
		{"bad UTF-8", "sendMessage", []string{"chat_id", "1", "text", "\xff"}, 400, "Bad Request: strings must be encoded in UTF-8"},
		{"4096 units", "sendMessage", []string{"chat_id", "1", "text", strings.Repeat("😀", 2048)}, 200, ""},
		{"4097 units", "sendMessage", []string{"chat_id", "1", "text", strings.Repeat("😀", 2048) + "x"}, 400, "Bad Request: message is too long"},
		{"4096 after parsing", "sendMessage", []string{"chat_id", "1", "parse_mode", "HTML", "text", "<b>" + strings.Repeat("&amp;", 4096) + "</b>"}, 200, ""},
		{"source too long", "sendMessage", []string{"chat_id", "1", "parse_mode", "HTML", "text", strings.Repeat("<b>x</b>", 4097)}, 400, "Bad Request: text is too long"},
		{"bad HTML", "sendMessage", []string{"chat_id", "1", "parse_mode", "html", "text", "<x>"}, 400, `Bad Request: can't parse entities: Unsupported start tag "x" at byte offset 0`},
		{"other mode", "sendMessage", []string{"chat_id", "1", "parse_mode", "BBCode", "text", "x"}, 400, "Bad Request: unsupported parse_mode"},
		{"caption 1024", "sendPhoto", []string{"chat_id", "1", "photo", "https://a.b/c.jpg", "caption", strings.Repeat("ї", 1024)}, 200, ""},
		{"caption 1025", "sendPhoto", []string{"chat_id", "1", "photo", "https://a.b/c.jpg", "caption", strings.Repeat("ї", 1025)}, 400, "Bad Request: message caption is too long"},
		{"no photo", "sendPhoto", []string{"chat_id", "1"}, 400, "Bad Request: there is no photo in the request"},
		{"photo address", "sendPhoto", []string{"chat_id", "1", "photo", "ftp://a.b/c.jpg"}, 400, "Bad Request: wrong HTTP URL specified"},
		{"document id", "sendDocument", []string{"chat_id", "1", "document", "AAA"}, 400, "Bad Request: wrong file_id or the file is temporarily unavailable"},
		{"data of 64 bytes", "sendMessage", []string{"chat_id", "1", "text", "x", "reply_markup", `{"inline_keyboard":[[{"text":"x","callback_data":"` + strings.Repeat("ї", 32) + `"}]]}`}, 200, ""},
		{"data of 65 bytes", "sendMessage", []string{"chat_id", "1", "text", "x", "reply_markup", `{"inline_keyboard":[[{"text":"x","callback_data":"` + strings.Repeat("ї", 32) + `x"}]]}`}, 400, "Bad Request: BUTTON_DATA_INVALID"},
		{"empty data", "sendMessage", []string{"chat_id", "1", "text", "x", "reply_markup", `{"inline_keyboard":[[{"text":"x","callback_data":""}]]}`}, 400, "Bad Request: BUTTON_DATA_INVALID"},
		{"button address", "sendMessage", []string{"chat_id", "1", "text", "x", "reply_markup", `{"inline_keyboard":[[{"text":"x","url":"javascript:x"}]]}`}, 400, "Bad Request: BUTTON_URL_INVALID"},
		{"bare button", "sendMessage", []string{"chat_id", "1", "text", "x", "reply_markup", `{"inline_keyboard":[[{"text":"x"}]]}`}, 400, "Bad Request: text buttons are unallowed in the inline keyboard"},
		{"100 buttons", "sendMessage", []string{"chat_id", "1", "text", "x", "reply_markup", buttons(100)}, 200, ""},
		{"101 buttons", "sendMessage", []string{"chat_id", "1", "text", "x", "reply_markup", buttons(101)}, 400, "Bad Request: reply markup is too long"},
		{"markup of nothing", "sendMessage", []string{"chat_id", "1", "text", "x", "reply_markup", `{}`}, 400, "Bad Request: object expected as reply markup"},
		{"broken markup", "sendMessage", []string{"chat_id", "1", "text", "x", "reply_markup", `{`}, 400, "Bad Request: can't parse reply keyboard markup JSON object"},
		{"reply keyboard", "sendMessage", []string{"chat_id", "1", "text", "x", "reply_markup", `{"keyboard":[[{"text":"a"},{"text":"b","request_contact":true}]]}`}, 200, ""},
		{"press unknown", "answerCallbackQuery", []string{"callback_query_id", "1"}, 400, "Bad Request: query is too old and response timeout expired or query ID is invalid"},
		{"action", "sendChatAction", []string{"chat_id", "1", "action", "typing"}, 200, ""},
		{"no such action", "sendChatAction", []string{"chat_id", "1", "action", "dance"}, 400, "Bad Request: wrong parameter action in request"},
		{"edit nothing", "editMessageText", []string{"chat_id", "1", "message_id", "999", "text", "x"}, 400, "Bad Request: message to edit not found"},
		{"file", "getFile", []string{"file_id", "x"}, 400, "Bad Request: wrong file_id or the file is temporarily unavailable"},
		{"webhook plain", "setWebhook", []string{"url", "http://example.org"}, 400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"},
		{"webhook port", "setWebhook", []string{"url", "https://example.org:8080"}, 400, "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"},
		{"webhook loopback", "setWebhook", []string{"url", "https://127.0.0.1"}, 400, "Bad Request: bad webhook: IP address 127.0.0.1 is reserved"},
		{"webhook IPv6", "setWebhook", []string{"url", "https://[2001:db8::1]/"}, 400, "Bad Request: bad webhook: IPv6-only addresses are not allowed"},
		{"secret too long", "setWebhook", []string{"url", "https://example.org", "secret_token", strings.Repeat("a", 257)}, 400, "Bad Request: secret token is too long"},
		{"secret charset", "setWebhook", []string{"url", "https://example.org", "secret_token", "a b"}, 400, "Bad Request: secret token contains unallowed characters"},
		{"no webhook to delete", "deleteWebhook", nil, 200, ""},
		{"me", "getMe", nil, 200, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := call(t, s, test.method, test.params...)
			if a.Status != test.code || a.OK != (test.code == 200) || !a.OK && a.Code != a.Status || test.words != "" && a.Description != test.words {
				t.Errorf("%+v", a)
			}
		})
	}
}

func TestTokens(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{})
	for path, want := range map[string]int{
		"/bot1:wrong/getMe": 401, "/botwrong/getMe": 404, "/getMe": 404, "/bot" + s.Token(): 404,
		"/bot" + s.Token() + "/test/getMe": 200,
	} {
		a, err := post(t.Context(), s.URL()+path, "", "")
		if err != nil || a.Status != want {
			t.Errorf("%s: %d, %v", path, a.Status, err)
		}
	}
}

// TestForms sends the same call in every form the API reads.
func TestForms(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{})
	s.Person(1, "Олена", "uk").Join()
	address := s.URL() + "/bot" + s.Token() + "/sendMessage"
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for k, v := range map[string]string{"chat_id": "1", "text": "привіт", "protect_content": "true"} {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ address, kind, body string }{
		{address, "application/json", `{"chat_id":1,"text":"привіт"}`},
		{address, "application/x-www-form-urlencoded", "chat_id=1&text=" + url.QueryEscape("привіт")},
		{address, w.FormDataContentType(), form.String()},
		{address + "?chat_id=1&text=" + url.QueryEscape("привіт"), "", ""},
	} {
		a, err := post(t.Context(), test.address, test.kind, test.body)
		if err != nil || !a.OK {
			t.Errorf("%s: %+v, %v", test.kind, a, err)
		}
	}
	got := s.Messages(1)
	for _, m := range got {
		if m.Text != "привіт" || !m.FromBot {
			t.Errorf("message %+v", m)
		}
	}
	if len(got) != 4 {
		t.Errorf("%d messages", len(got))
	}
	a, err := post(t.Context(), s.URL()+"/bot"+s.Token()+"/getMe", "multipart/form-data; boundary=x", "")
	if err != nil || !a.OK {
		t.Errorf("an empty form: %+v, %v", a, err)
	}
}

func TestEdit(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{})
	p := s.Person(1, "Олена", "uk")
	p.Write("моє")
	call(t, s, "sendMessage", "chat_id", "1", "text", "було", "reply_markup", `{"inline_keyboard":[[{"text":"x","callback_data":"1"}]]}`)
	for _, test := range []struct{ method, id, text, markup, words string }{
		{"editMessageText", "2", "стало", "", ""},
		{"editMessageText", "2", "стало", "", "Bad Request: message is not modified"},
		{"editMessageReplyMarkup", "2", "", `{"inline_keyboard":[[{"text":"y","callback_data":"1"}]]}`, ""},
		{"editMessageReplyMarkup", "2", "", `{"inline_keyboard":[[{"text":"y","callback_data":"1"}]]}`, "Bad Request: message is not modified"},
		{"editMessageText", "1", "чуже", "", "Bad Request: message can't be edited"},
	} {
		a := call(t, s, test.method, "chat_id", "1", "message_id", test.id, "text", test.text, "reply_markup", test.markup)
		if a.OK != (test.words == "") || !strings.HasPrefix(a.Description, test.words) {
			t.Errorf("%+v: %+v", test, a)
		}
	}
	if m := s.Messages(1)[0]; m.Text != "стало" || !m.Edited || m.Labels()[0] != "y" {
		t.Errorf("message %+v", m)
	}
}

func TestFaults(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{})
	s.Person(1, "А", "").Join()
	s.Person(2, "Б", "").Join()
	send := func(chat string) answer { return call(t, s, "sendMessage", "chat_id", chat, "text", "x") }

	s.Script(1, telegramtest.Blocked(), telegramtest.Migrated(-5))
	if a := send("2"); !a.OK {
		t.Errorf("another chat: %+v", a)
	}
	if a := send("1"); a.Status != 403 || a.Description != "Forbidden: bot was blocked by the user" {
		t.Errorf("first: %+v", a)
	}
	if a := send("1"); a.Status != 400 || a.Parameters.MigrateTo != -5 {
		t.Errorf("second: %+v", a)
	}
	if a := send("1"); !a.OK {
		t.Errorf("third: %+v", a)
	}

	s.Always(1, telegramtest.Internal())
	for range 3 {
		if a := send("1"); a.Status != 500 {
			t.Errorf("always: %+v", a)
		}
	}
	s.Heal(1)
	if a := send("1"); !a.OK {
		t.Errorf("healed: %+v", a)
	}

	before := len(s.Messages(1))
	s.Script(1, telegramtest.Cut())
	if _, err := try(t.Context(), s, "sendMessage", "chat_id", "1", "text", "x"); err == nil {
		t.Error("cut: an answer came")
	}
	if n := len(s.Messages(1)); n != before+1 {
		t.Errorf("cut: %d messages were accepted", n-before)
	}

	s.Script(1, telegramtest.Hang())
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := try(ctx, s, "sendMessage", "chat_id", "1", "text", "x"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("hang: %v", err)
	}
	if n := len(s.Messages(1)); n != before+1 {
		t.Error("hang: the message was accepted")
	}
}

func TestBans(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{Second: time.Hour})
	s.Person(1, "А", "").Join()
	s.Person(2, "Б", "").Join()
	send := func(chat string) answer { return call(t, s, "sendMessage", "chat_id", chat, "text", "x") }
	s.Script(1, telegramtest.TooMany(7))
	for range 3 {
		if a := send("1"); a.Status != 429 || a.Parameters.RetryAfter != 7 || a.Description != "Too Many Requests: retry after 7" {
			t.Errorf("%+v", a)
		}
	}
	if a := send("2"); !a.OK {
		t.Errorf("another chat: %+v", a)
	}
	if n := s.Stats().InBan; n != 2 {
		t.Errorf("%d sends in the ban", n)
	}
	s.Next(telegramtest.TooMany(30))
	send("2")
	if a := send("2"); a.Status != 429 || s.Stats().InBan != 3 {
		t.Errorf("the whole bot: %+v, %+v", a, s.Stats())
	}
}

func TestRates(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{Strict: true, OpenChats: true, Second: time.Hour})
	send := func(chat string) answer { return call(t, s, "sendMessage", "chat_id", chat, "text", "x") }
	if a := send("1"); !a.OK {
		t.Fatalf("the first: %+v", a)
	}
	if a := send("1"); a.Status != 429 || s.Stats().Violations != 1 {
		t.Errorf("the second in one chat: %+v", a)
	}
	if a := send("1"); a.Status != 429 || s.Stats().InBan != 1 || s.Stats().Violations != 1 {
		t.Errorf("inside the ban: %+v", a)
	}
	for i := range 29 {
		if a := send(string(rune('2'+i%8)) + strings.Repeat("0", 1+i/8)); !a.OK {
			t.Fatalf("%d: %+v", i, a)
		}
	}
	if a := send("999"); a.Status != 429 || s.Stats().Violations != 2 {
		t.Errorf("the 31st of the bot: %+v, %+v", a, s.Stats())
	}

	quick := telegramtest.Start(t, telegramtest.Options{Strict: true, OpenChats: true, Second: time.Nanosecond})
	for range 10 {
		if a := call(t, quick, "sendMessage", "chat_id", "1", "text", "x"); !a.OK {
			t.Errorf("a second apart: %+v", a)
		}
	}
}
