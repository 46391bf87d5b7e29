package telegramtest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"visnyk/bot/telegram/telegramtest"
)

// update is what a webhook learns of one.
type update struct {
	ID      int64 `json:"update_id"`
	Message *struct {
		ID   int64  `json:"message_id"`
		Text string `json:"text"`
	} `json:"message"`
	Edited   *struct{ Text string }     `json:"edited_message"`
	Callback *struct{ ID, Data string } `json:"callback_query"`
	Member   *struct {
		New struct{ Status string } `json:"new_chat_member"`
	} `json:"my_chat_member"`
}

// hook is a webhook that answers as told and remembers what it was given.
type hook struct {
	*httptest.Server
	mu      sync.Mutex
	got     []update
	headers []http.Header
	bodies  []string
	answer  func(n int, u update) int // the n-th request from 1; nil: 200
	retry   string
}

func startHook(t *testing.T, s *telegramtest.Server, answer func(int, update) int) *hook {
	t.Helper()
	h := &hook{answer: answer}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	a := call(t, s, "setWebhook", "url", h.URL, "secret_token", "s-1", "allowed_updates", `["message","edited_message","callback_query","my_chat_member"]`)
	if !a.OK || a.Description != "Webhook was set" {
		t.Fatalf("set webhook: %+v", a)
	}
	return h
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var u update
	if err != nil || json.Unmarshal(body, &u) != nil {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	h.mu.Lock()
	h.got = append(h.got, u)
	h.headers = append(h.headers, r.Header)
	h.bodies = append(h.bodies, string(body))
	n, answer, retry := len(h.got), h.answer, h.retry
	h.mu.Unlock()
	code := 200
	if answer != nil {
		code = answer(n, u)
	}
	if code != 200 && retry != "" {
		w.Header().Set("Retry-After", retry)
	}
	w.WriteHeader(code)
}

func (h *hook) updates() []update {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.got)
}

func TestDelivery(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{AllowHTTP: true, Breaking: true})
	p := s.Person(1, "Олена", "uk")
	call(t, s, "sendMessage", "chat_id", "1", "text", "x") // refused: nobody wrote yet
	h := startHook(t, s, nil)
	first := p.Start("promo")
	if err := s.Drain(soon(t)); err != nil {
		t.Fatal(err)
	}
	call(t, s, "sendMessage", "chat_id", "1", "text", "<Меню>", "reply_markup", `{"inline_keyboard":[[{"text":"Так","callback_data":"1~yes"},{"text":"Сайт","url":"https://a.b"}]]}`)
	menu, err := s.WaitText(soon(t), 1, "Меню")
	if err != nil {
		t.Fatal(err)
	}
	press, err := p.Press(menu, "Так")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Press(menu, "Сайт"); err == nil {
		t.Error("a link was pressed")
	}
	if _, err := p.Press(menu, "Ні"); err == nil {
		t.Error("a missing button was pressed")
	}
	if err := p.Edit(first.ID, "виправлено"); err != nil {
		t.Error(err)
	}
	if err := p.Edit(menu.ID, "чуже"); err == nil {
		t.Error("a message of the bot was edited")
	}
	if err := s.Drain(soon(t)); err != nil {
		t.Fatal(err)
	}
	p.Block()
	p.Block()
	if a := call(t, s, "sendMessage", "chat_id", "1", "text", "x"); a.Status != 403 {
		t.Errorf("to one who blocked: %+v", a)
	}
	if err := s.Drain(soon(t)); err != nil {
		t.Fatal(err)
	}
	p.Write("я знову тут")
	if err := s.Drain(soon(t)); err != nil {
		t.Fatal(err)
	}

	var got []string
	ids := map[int64]bool{}
	for _, u := range h.updates() {
		ids[u.ID] = true
		switch {
		case u.Message != nil:
			got = append(got, "message "+u.Message.Text)
		case u.Edited != nil:
			got = append(got, "edited "+u.Edited.Text)
		case u.Callback != nil:
			got = append(got, "press "+u.Callback.Data)
			if u.Callback.ID != press {
				t.Errorf("press %s, want %s", u.Callback.ID, press)
			}
		case u.Member != nil:
			got = append(got, "member "+u.Member.New.Status)
		}
	}
	slices.Sort(got) // the order between queues is open
	want := []string{"edited виправлено", "member kicked", "member member", "message /start promo", "message я знову тут", "press 1~yes"}
	if !slices.Equal(got, want) || len(ids) != len(want) {
		t.Errorf("got %q, ids %v", got, ids)
	}
	for _, head := range h.headers {
		if head.Get("X-Telegram-Bot-Api-Secret-Token") != "s-1" || head.Get("Content-Type") != "application/json" {
			t.Errorf("header %v", head)
		}
	}
	if a := call(t, s, "answerCallbackQuery", "callback_query_id", press, "text", "ок"); !a.OK || s.Answers()[0].Text != "ок" {
		t.Errorf("answer: %+v", a)
	}
	if a := call(t, s, "answerCallbackQuery", "callback_query_id", press, "text", strings.Repeat("ї", 201)); a.OK {
		t.Error("201 characters were shown")
	}
}

// TestOrder: the messages of a chat come one by one in order, whatever fails;
// another chat does not wait for them.
func TestOrder(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{AllowHTTP: true, Second: time.Millisecond})
	h := startHook(t, s, func(n int, _ update) int {
		if n%3 == 1 {
			return 503
		}
		return 200
	})
	for i := range 20 {
		s.Person(1, "А", "").Write(fmt.Sprint("a", i))
		s.Person(2, "Б", "").Write(fmt.Sprint("b", i))
	}
	if err := s.Drain(soon(t)); err != nil {
		t.Fatal(err)
	}
	last := map[string]int64{}
	tries := map[int64]int{}
	for _, u := range h.updates() {
		chat := u.Message.Text[:1]
		if u.ID < last[chat] {
			t.Errorf("%s came after %d", u.Message.Text, last[chat])
		}
		last[chat] = u.ID
		tries[u.ID]++
	}
	st := s.Stats()
	if len(tries) != 40 || st.Acked != 40 || st.Posts != 40+st.Refused || st.Refused == 0 {
		t.Errorf("%d updates, %+v", len(tries), st)
	}
}

func TestOneChatDoesNotHoldAnother(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{AllowHTTP: true, Second: time.Hour})
	h := startHook(t, s, func(_ int, u update) int {
		if u.Message.Text == "bad" {
			return 500
		}
		return 200
	})
	s.Person(1, "А", "").Write("bad")
	s.Person(2, "Б", "").Write("good")
	err := s.Wait(soon(t), func() bool { st := s.Stats(); return st.Acked == 1 && st.Refused == 2 })
	if err != nil {
		t.Fatalf("%v: %+v", err, h.updates()) // the first repeat comes at once, the next in hours
	}
	if info := call(t, s, "getWebhookInfo"); !strings.Contains(string(info.Result), "500 Internal Server Error") || !strings.Contains(string(info.Result), `"pending_update_count":1`) {
		t.Errorf("info %s", info.Result)
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{AllowHTTP: true, Second: 40 * time.Millisecond})
	var mu sync.Mutex
	var times []time.Time
	h := startHook(t, s, func(n int, _ update) int {
		mu.Lock()
		defer mu.Unlock()
		times = append(times, time.Now())
		if n < 3 {
			return 503
		}
		return 200
	})
	h.mu.Lock()
	h.retry = "2"
	h.mu.Unlock()
	s.Person(1, "А", "").Write("x")
	if err := s.Drain(soon(t)); err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(times); i++ {
		if gap := times[i].Sub(times[i-1]); gap < 80*time.Millisecond {
			t.Errorf("repeated after %s", gap)
		}
	}
}

func TestWebhookTimeout(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{AllowHTTP: true, Timeout: 20 * time.Millisecond})
	done := make(chan struct{})
	h := startHook(t, s, func(n int, _ update) int {
		if n == 1 {
			<-done
		}
		return 200
	})
	s.Person(1, "А", "").Write("x")
	if err := s.Drain(soon(t)); err != nil {
		t.Fatal(err)
	}
	close(done)
	// More than twice where the machine is slow to answer the second in time.
	if got := h.updates(); len(got) < 2 || got[0].ID != got[1].ID {
		t.Errorf("updates %+v", got)
	}
}

func TestCopies(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{AllowHTTP: true})
	h := startHook(t, s, nil)
	s.Copies(19)
	s.Person(1, "А", "").Write("x")
	if err := s.Drain(soon(t)); err != nil {
		t.Fatal(err)
	}
	got := h.updates()
	if len(got) != 20 || slices.ContainsFunc(got, func(u update) bool { return u.ID != got[0].ID }) {
		t.Errorf("%d deliveries", len(got))
	}
}

func TestJump(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{AllowHTTP: true})
	h := startHook(t, s, nil)
	p := s.Person(1, "А", "")
	p.Write("x")
	s.Jump(5)
	p.Write("y")
	if err := s.Drain(soon(t)); err != nil {
		t.Fatal(err)
	}
	if got := h.updates(); got[0].ID != 10001 || got[1].ID != 5 || s.LastUpdate() != 5 {
		t.Errorf("updates %+v", got)
	}
}

func TestRaw(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{AllowHTTP: true})
	if _, err := s.Raw(t.Context(), nil); err == nil {
		t.Error("posted to nowhere")
	}
	h := startHook(t, s, nil)
	for body, want := range map[string]int{`{"update_id":1}`: 200, "garbage": 418, "": 418} {
		if code, err := s.Raw(t.Context(), []byte(body)); err != nil || code != want {
			t.Errorf("%q: %d, %v", body, code, err)
		}
	}
	if n := len(h.updates()); n != 1 {
		t.Errorf("%d updates", n)
	}
}

func TestGetUpdates(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{AllowHTTP: true})
	p := s.Person(1, "А", "")
	p.Write("a")
	p.Write("b")
	read := func(params ...string) []update {
		t.Helper()
		a := call(t, s, "getUpdates", params...)
		var got []update
		if err := json.Unmarshal(a.Result, &got); err != nil {
			t.Fatalf("%+v: %v", a, err)
		}
		return got
	}
	first := read()
	if len(first) != 2 || first[0].Message.Text != "a" {
		t.Fatalf("updates %+v", first)
	}
	if again := read("offset", fmt.Sprint(first[0].ID)); len(again) != 2 {
		t.Errorf("confirmed too early: %+v", again)
	}
	if rest := read("offset", fmt.Sprint(first[0].ID+1), "limit", "1"); len(rest) != 1 || rest[0].Message.Text != "b" {
		t.Errorf("after the first: %+v", rest)
	}
	if last := read("offset", "-1"); len(last) != 1 {
		t.Errorf("the last: %+v", last)
	}
	if rest := read("offset", fmt.Sprint(first[1].ID+1)); len(rest) != 0 || s.Stats().Acked != 2 || s.Stats().Pending != 0 {
		t.Errorf("after all: %+v, %+v", rest, s.Stats())
	}

	// A long poll ends when something comes.
	ctx := soon(t)
	polls := make(chan answer, 2)
	poll := func() {
		a, err := try(ctx, s, "getUpdates", "timeout", "600")
		if err != nil {
			a.Description = err.Error()
		}
		polls <- a
	}
	calls := s.Stats().Calls
	go poll()
	if err := s.Wait(ctx, func() bool { return s.Stats().Calls == calls+1 }); err != nil {
		t.Fatal(err)
	}
	p.Write("c")
	if a := <-polls; !strings.Contains(string(a.Result), `"text":"c"`) {
		t.Errorf("long poll: %+v", a)
	}
	read("offset", fmt.Sprint(s.LastUpdate()+1))

	// Of two pollers the first is sent away.
	go poll()
	if err := s.Wait(ctx, func() bool { return s.Stats().Calls == calls+3 }); err != nil {
		t.Fatal(err)
	}
	waitForPoller(ctx, t, s)
	go poll()
	if a := <-polls; a.Status != 409 || !strings.Contains(a.Description, "terminated by other getUpdates request") {
		t.Errorf("the first of two: %+v", a)
	}
	p.Write("d")
	if a := <-polls; !a.OK {
		t.Errorf("the second of two: %+v", a)
	}

	startHook(t, s, nil)
	if a := call(t, s, "getUpdates"); a.Status != 409 || !strings.Contains(a.Description, "can't use getUpdates method while webhook is active") {
		t.Errorf("beside a webhook: %+v", a)
	}
	if err := s.Drain(ctx); err != nil { // what waited goes to the webhook
		t.Error(err)
	}
}

// waitForPoller returns when a long poll holds the place.
func waitForPoller(ctx context.Context, t *testing.T, s *telegramtest.Server) {
	t.Helper()
	if err := s.Wait(ctx, s.Polling); err != nil {
		t.Fatal(err)
	}
}

func TestAllowedUpdates(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{})
	call(t, s, "getUpdates", "allowed_updates", `["my_chat_member"]`)
	p := s.Person(1, "А", "")
	p.Write("x")
	p.Block()
	if st := s.Stats(); st.Updates != 1 {
		t.Errorf("%d updates", st.Updates)
	}
	call(t, s, "deleteWebhook", "drop_pending_updates", "true")
	if st := s.Stats(); st.Pending != 0 || st.Dropped != 1 {
		t.Errorf("%+v", st)
	}
}

func TestFiles(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{})
	p := s.Person(1, "А", "")
	p.SendDocument(telegramtest.File{Name: "a.txt", Type: "text/plain", Data: []byte("вміст")}, "ось")
	p.SendDocument(telegramtest.File{Name: "big.iso", Size: 1 << 30}, "")
	p.SendPhoto([]byte("jpeg"), "")
	p.SendVoice(3)
	p.SendSticker("😀")
	p.SendAlbum("", "", "підпис")
	p.Contact("380501234567")
	p.Locate(50.45, 30.52)
	var got []struct {
		Message struct {
			Document *struct {
				ID string `json:"file_id"`
			}
			Album   string `json:"media_group_id"`
			Caption string
		}
	}
	a := call(t, s, "getUpdates")
	if err := json.Unmarshal(a.Result, &got); err != nil || len(got) != 10 {
		t.Fatalf("%d updates, %v", len(got), err)
	}
	if got[5].Message.Album == "" || got[5].Message.Album != got[7].Message.Album || got[5].Message.Caption != "" || got[7].Message.Caption != "підпис" {
		t.Errorf("album %+v", got[5:8])
	}
	a = call(t, s, "getFile", "file_id", got[0].Message.Document.ID)
	var file struct {
		Path string `json:"file_path"`
	}
	if err := json.Unmarshal(a.Result, &file); err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(s.URL() + "/file/bot" + s.Token() + "/" + file.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if data, err := io.ReadAll(resp.Body); err != nil || string(data) != "вміст" {
		t.Errorf("data %q, %v", data, err)
	}
	if a := call(t, s, "getFile", "file_id", got[1].Message.Document.ID); a.Description != "Bad Request: file is too big" {
		t.Errorf("1 GiB: %+v", a)
	}
}

// A letter that is not English takes six bytes on the way, as it does from the
// real server, and what its queue would not take is not delivered.
func TestLargeUpdates(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{AllowHTTP: true})
	p := s.Person(1, "Olena", "uk")
	h := startHook(t, s, nil)
	p.Write("ї😀")
	p.Write(strings.Repeat("ї", 80_000)) // 480 KB
	p.Write(strings.Repeat("ї", 88_000)) // 528 KB
	p.Write("last")
	if err := s.Drain(soon(t)); err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if n := s.Stats().Oversize; n != 1 || len(h.bodies) != 3 {
		t.Fatalf("%d updates came, %d were too large", len(h.bodies), n)
	}
	if first := h.bodies[0]; !strings.Contains(first, `"text":"\u0457\ud83d\ude00"`) {
		t.Errorf("the first is %s", first)
	}
	if n := len(h.bodies[1]); n < 480_000 || n > telegramtest.MaxUpdate || len([]rune(h.got[1].Message.Text)) != 80_000 {
		t.Errorf("the large one has %d bytes", n)
	}
}
