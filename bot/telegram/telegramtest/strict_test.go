package telegramtest_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"visnyk/bot/telegram/telegramtest"
)

// Every way in which a call can break the table is refused, told of, and nothing
// of it reaches the chat.
func TestBreaches(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{Breaking: true})
	s.Person(1, "Олена", "uk").Join()
	// Of 10 KB and more, in few buttons.
	large := `{"inline_keyboard":[[` + strings.Repeat(`{"text":"`+strings.Repeat("ї", 1000)+`","callback_data":"x"},`, 6) + `{"text":"x","callback_data":"x"}]]}`
	for _, tt := range []struct{ method, name, value, want string }{
		{"sendMessage", "from_the_future", "1", "there is no parameter from_the_future"},
		{"sendMessage", "caption", "x", "there is no parameter caption"},
		{"sendMessage", "protect_content", "yes", "protect_content is no bool"},
		{"sendMessage", "message_thread_id", "topic", "message_thread_id is no int"},
		{"sendMessage", "message_thread_id", "1.5", "message_thread_id is no int"},
		{"sendMessage", "message_thread_id", "1 2", "message_thread_id has something after it"},
		{"sendMessage", "parse_mode", "BBCode", `parse_mode "BBCode" is none of "HTML"|"MarkdownV2"|"Markdown"`},
		{"sendMessage", "reply_parameters", `{"message_id":"7"}`, "reply_parameters.message_id is no int"},
		{"sendMessage", "reply_parameters", `{"message_id":7,"quote":"` + strings.Repeat("ї", 1025) + `"}`, "reply_parameters.quote has 1025, not 0 to 1024"},
		{"sendMessage", "link_preview_options", `{"is_disabled":1}`, "link_preview_options.is_disabled is no bool"},
		{"sendMessage", "link_preview_options", `{"is_disabled":true,"off":true}`, "link_preview_options.off is no field of it"},
		{"sendMessage", "entities", `[{"type":"bold","offset":0,"length":1},{"type":"loud","offset":0,"length":1}]`, `entities[1].type is no "mention"|`},
		{"sendMessage", "entities", `{"type":"bold","offset":0,"length":1}`, "entities is no MessageEntity[]"},
		{"sendMessage", "entities", `[{"type":"bold","offset":0}]`, "entities[0].length is missing"},
		{"sendMessage", "reply_markup", `{"inline_keyboard":[[{"text":"x","callback_data":"` + strings.Repeat("ї", 33) + `"}]]}`, "reply_markup.inline_keyboard[0][0].callback_data has 66, not 1 to 64"},
		{"sendMessage", "reply_markup", `{"inline_keyboard":[[{"callback_data":"x"}]]}`, "reply_markup.inline_keyboard[0][0].text is missing"},
		{"sendMessage", "reply_markup", `{"inline_keyboard":[[{"text":"x","copy_text":{"text":""},"callback_data":"1"}]]}`, "reply_markup.inline_keyboard[0][0].copy_text.text has 0, not 1 to 256"},
		{"sendMessage", "reply_markup", `{"keyboard":[[{"text":"x","request_contact":"yes"}]]}`, "reply_markup.keyboard[0][0].request_contact is no bool"},
		{"sendMessage", "reply_markup", `{"inline_keyboard":[{"text":"x","callback_data":"x"}]}`, "reply_markup.inline_keyboard[0] is no InlineKeyboardButton[]"},
		{"sendMessage", "reply_markup", large, fmt.Sprintf("reply_markup has %d bytes, at most 10240 may", len(large))},
		{"sendChatAction", "action", "dance", `action "dance" is none of`},
		{"getUpdates", "limit", "101", "limit is 101, not 1 to 100"},
		{"getUpdates", "allowed_updates", `["message",7]`, "allowed_updates[1] is no string"},
		{"setWebhook", "max_connections", "0", "max_connections is 0, not 1 to 100"},
		{"getMe", "verbose", "true", "there is no parameter verbose"},
		{"deleteWebhook", "drop_pending_updates", "1", "drop_pending_updates is no bool"},
	} {
		params := []string{tt.name, tt.value}
		switch tt.method {
		case "sendMessage":
			params = append(params, "chat_id", "1", "text", "привіт")
		case "sendChatAction":
			params = append(params, "chat_id", "1")
		case "setWebhook":
			params = append(params, "url", "https://example.org")
		}
		before := len(s.Stats().Breaches)
		a := call(t, s, tt.method, params...)
		told := s.Stats().Breaches[before:]
		if a.Status != 400 || len(told) != 1 || !strings.HasPrefix(told[0], tt.method+": "+tt.want) {
			t.Errorf("%s %s=%.60s: status %d, told %q, want %q", tt.method, tt.name, tt.value, a.Status, told, tt.want)
		}
	}
	if got := s.Messages(1); len(got) != 0 {
		t.Errorf("%d refused messages arrived", len(got))
	}
}

// A call that cannot be read, and of a method there is none of, is told of too.
func TestUnreadableCalls(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{Breaking: true, OpenChats: true})
	address := s.URL() + "/bot" + s.Token() + "/"
	for _, tt := range []struct {
		method, kind, body string
		status             int
		want               string
	}{
		{"sendMessage", "application/x-www-form-urlencoded", "chat_id=1&text=%zz", 400, "sendMessage: the form is broken"},
		{"sendMessage", "multipart/form-data; boundary=x", "--x\r\nbroken", 400, "sendMessage: the form is broken"},
		{"sendMessage", "application/json", `{"chat_id":1,`, 400, "sendMessage: the JSON is broken"},
		{"sendLove", "", "", 404, "sendLove: no such method"},
	} {
		before := len(s.Stats().Breaches)
		a, err := post(t.Context(), address+tt.method, tt.kind, tt.body)
		told := s.Stats().Breaches[before:]
		if err != nil || a.Status != tt.status || len(told) != 1 || !strings.HasPrefix(told[0], tt.want) {
			t.Errorf("%s %s: status %d, %v, told %q, want %d and %q", tt.method, tt.kind, a.Status, err, told, tt.status, tt.want)
		}
	}
}

// A body of more than the API reads is refused by what it announces.
func TestEndlessCall(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{Breaking: true})
	conn, err := (&net.Dialer{}).DialContext(soon(t), "tcp", strings.TrimPrefix(s.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	head := "POST /bot" + s.Token() + "/sendMessage HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 52428801\r\n\r\n{"
	if _, err := conn.Write([]byte(head)); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if told := s.Stats().Breaches; resp.StatusCode != 413 || len(told) != 1 || told[0] != "sendMessage: Request Entity Too Large" {
		t.Errorf("status %d, told %q", resp.StatusCode, told)
	}
	for err == nil { // until the server, which still listens a moment, has hung up
		_, err = conn.Write(make([]byte, 1<<20))
	}
}

// What the fake itself says is what the table allows: its answers, and the updates
// of whatever people do.
func TestFakeKeepsTheTable(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{AllowHTTP: true})
	p := s.Person(1, "Олена", "uk")
	h := startHook(t, s, nil)
	p.Start("promo")
	keys := `{"inline_keyboard":[[{"text":"Так","callback_data":"1~yes"},{"text":"Сайт","url":"https://a.b"}]]}`
	for _, c := range []struct{ method, kind, params string }{
		{"getMe", "User", ""},
		{"getWebhookInfo", "WebhookInfo", ""},
		{"sendMessage", "Message", "chat_id=1;text=Меню;reply_markup=" + keys},
		{"sendPhoto", "Message", "chat_id=1;photo=https://a.b/c.jpg;caption=x"},
		{"sendDocument", "Message", "chat_id=1;document=https://a.b/c.pdf"},
		{"editMessageText", "Message", "chat_id=1;message_id=2;text=стало;reply_markup=" + keys},
		{"editMessageReplyMarkup", "Message", "chat_id=1;message_id=3;reply_markup=" + keys},
		{"sendChatAction", "true", "chat_id=1;action=typing"},
	} {
		var params []string
		for part := range strings.SplitSeq(c.params, ";") {
			if name, value, ok := strings.Cut(part, "="); ok {
				params = append(params, name, value)
			}
		}
		a := call(t, s, c.method, params...)
		if err := telegramtest.API().Check(c.kind, a.Result); err != nil || !a.OK {
			t.Errorf("%s: %v in %+v", c.method, err, a)
		}
	}
	menu := s.Messages(1)[0]
	if _, err := p.Press(menu, "Так"); err != nil {
		t.Fatal(err)
	}
	mine := p.Write("привіт")
	if err := p.Edit(mine.ID, "виправлено"); err != nil {
		t.Fatal(err)
	}
	p.Contact("+380501234567")
	p.Locate(50.45, 30.52)
	p.Block()
	p.Unblock()
	if err := s.Drain(soon(t)); err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.bodies) != 8 {
		t.Errorf("%d updates", len(h.bodies))
	}
	for _, body := range h.bodies {
		if err := telegramtest.API().Check("Update", []byte(body)); err != nil {
			t.Errorf("%v: %s", err, body)
		}
	}
}

// What a call cannot help is no breach: the person's doing, and the server's.
func TestNoBreach(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{})
	p := s.Person(1, "Олена", "uk").Join()
	s.Next(telegramtest.Refuse(400, "Bad Request: can't parse entities: x"), telegramtest.TooMany(0), telegramtest.Internal())
	for range 3 {
		call(t, s, "sendMessage", "chat_id", "1", "text", "x")
	}
	p.Block()
	call(t, s, "sendMessage", "chat_id", "1", "text", "x")
	call(t, s, "sendMessage", "chat_id", "77", "text", "x")
	call(t, s, "editMessageText", "chat_id", "1", "message_id", "9", "text", "x")
	call(t, s, "answerCallbackQuery", "callback_query_id", "1")
	call(t, s, "getFile", "file_id", "x")
	call(t, s, "sendMessage", "chat_id", "1", "text", "x", "reply_markup", "", "message_thread_id", "7")
	if told := s.Stats().Breaches; len(told) > 0 {
		t.Errorf("told of %q", told)
	}
}

// loud is a test that is watched instead of failing.
type loud struct {
	cleanups []func()
	said     []string
}

func (l *loud) Helper()          {}
func (l *loud) Cleanup(f func()) { l.cleanups = append(l.cleanups, f) }
func (l *loud) Errorf(format string, args ...any) {
	l.said = append(l.said, fmt.Sprintf(format, args...))
}
func (l *loud) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// A test whose calls break the table fails, unless it says that it means to.
func TestBreachFailsTheTest(t *testing.T) {
	for _, breaking := range []bool{false, true} {
		l := &loud{}
		s := telegramtest.Start(l, telegramtest.Options{Breaking: breaking, OpenChats: true})
		call(t, s, "sendMessage", "chat_id", "1", "text", "привіт")
		call(t, s, "sendMessage", "chat_id", "1", "txet", "привіт")
		for _, f := range slices.Backward(l.cleanups) {
			f()
		}
		if failed := len(l.said) == 1 && strings.Contains(l.said[0], "there is no parameter txet"); failed == breaking {
			t.Errorf("breaking on purpose %t: said %q", breaking, l.said)
		}
	}
}

// The table's notation, and what is wrong in one.
func TestTable(t *testing.T) {
	api := telegramtest.API()
	if len(api.Types) < 250 || len(api.Methods) < 13 || len(api.Uncalled) < 150 {
		t.Errorf("%d types, %d methods, %d others", len(api.Types), len(api.Methods), len(api.Uncalled))
	}
	f, _ := telegramtest.FieldNamed(api.Methods["sendMessage"].Params, "text")
	if f.String() != "text words 1..4096" {
		t.Errorf("text is %q", f)
	}
	for src, want := range map[string]string{
		"A: b":                     `"A": "b" has no kind`,
		"A: b C":                   "A.b: there is no type C",
		"A: b int; b int":          "b is there twice",
		"A: b int x..y":            "invalid syntax",
		"A: b int few":             `"few" is no limit`,
		"A = B | int":              "there is no type B",
		"nothing":                  "is neither",
		"go -> Gone: where string": "go: there is no type Gone",
		"go -> true: where Nowhere[][]; how? +string": "go.where: there is no type Nowhere",
	} {
		if _, err := telegramtest.ReadTable("# a comment\n\n" + src + "\n"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", src, err, want)
		}
	}
}
