package webchat_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/webchat"
	"visnyk/bot/webchat/webchattest"
)

// refused wants the error to be a refusal of that status and code.
func refused(t *testing.T, err error, status int, code string) *webchattest.RefusedError {
	t.Helper()
	var r *webchattest.RefusedError
	if !errors.As(err, &r) || r.Status != status || r.Code != code {
		t.Fatalf("got %v, want %d %s", err, status, code)
	}
	return r
}

func TestAVisitIsStoredAndAnswered(t *testing.T) {
	s := newSite(t, nil)
	v := s.comes(t, webchattest.Options{Locale: "ru"})
	ok(t, v.Start(t.Context(), "change-tariff"))
	ok(t, v.Write(t.Context(), "Привіт"))
	s.says(t, v, bot.Message{Text: "Вітаємо", Screen: 3, Buttons: [][]bot.Button{{{Label: "Меню", Action: "menu"}, {Label: "Так", Word: true}}}})
	lines, err := v.FetchAll(t.Context())
	ok(t, err)
	ok(t, v.PressOn(t.Context(), lines, "Меню"))
	ok(t, v.PressOn(t.Context(), lines, "Так"))

	var got []string
	for _, u := range s.updates() {
		events, err := s.Decode(u)
		ok(t, err)
		for _, e := range events {
			got = append(got, fmt.Sprint(e.Kind, " ", e.Text, e.Profile.Locale))
			if e.Kind == bot.Tapped && (*e.Press != bot.Press{Screen: 3, Action: "menu"} || e.ID != fmt.Sprint(lines[2].Seq)) {
				t.Errorf("press %+v under %s", e.Press, e.ID)
			}
		}
	}
	if want := []string{"started change-tariffru", "typed Привітru", "tapped ru", "typed Такru"}; !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
	lines, err = v.FetchAll(t.Context())
	ok(t, err)
	var kinds []string
	for _, l := range lines {
		kinds = append(kinds, l.Said.Kind+l.Text())
	}
	if want := []string{"startchange-tariff", "textПривіт", "Вітаємо", "press", "textТак"}; !slices.Equal(kinds, want) {
		t.Errorf("the thread is %q, want %q", kinds, want)
	}
}

// E134.
func TestSentAgainIsOne(t *testing.T) {
	s := newSite(t, nil)
	v := s.comes(t, webchattest.Options{})
	s.setAway(true)
	refused(t, v.Post(t.Context(), "m1", "text", map[string]any{"text": "раз"}), http.StatusServiceUnavailable, "away")
	s.setAway(false)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := v.Post(t.Context(), "m1", "text", map[string]any{"text": "раз"}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	lines, err := v.FetchAll(t.Context())
	ok(t, err)
	if n := len(s.updates()); n != 1 || len(lines) != 1 {
		t.Errorf("%d rows in the inbox and %d in the thread, want one each", n, len(lines))
	}
}

func TestTenThousandCharacters(t *testing.T) {
	s := newSite(t, nil)
	v := s.comes(t, webchattest.Options{Locale: "uk"})
	for _, text := range []string{strings.Repeat("ї", 10_000), strings.Repeat("😀", 10_000), strings.Repeat("<script>", 1250)} {
		ok(t, v.Write(t.Context(), text))
		u := s.updates()
		events, err := s.Decode(u[len(u)-1])
		ok(t, err)
		if events[0].Text != text {
			t.Errorf("%d bytes came in as %d", len(text), len(events[0].Text))
		}
	}
	r := refused(t, v.Write(t.Context(), strings.Repeat("ї", 10_001)), http.StatusBadRequest, "long")
	if r.Detail != "uk problem_long" {
		t.Errorf("the words %q", r.Detail)
	}
	refused(t, v.Write(t.Context(), strings.Repeat("ї", 40_000)), http.StatusRequestEntityTooLarge, "large")
}

// S53.
func TestVisitorIDOR(t *testing.T) {
	s := newSite(t, nil)
	her, him := s.comes(t, webchattest.Options{}), s.comes(t, webchattest.Options{})
	if s.chat(t, her) == s.chat(t, him) || her.Token() == him.Token() {
		t.Fatal("two visitors are one")
	}
	if strings.Contains(her.Token(), s.chat(t, her)) {
		t.Error("the chat's id gives the token away, or the reverse")
	}
	ok(t, her.Write(t.Context(), "таємниця"))
	file, err := her.Upload(t.Context(), "f1", "таємниця.txt", []byte("таємниця"))
	ok(t, err)
	s.says(t, her, bot.Message{Text: "таємниця"})

	lines, err := him.FetchAll(t.Context())
	ok(t, err)
	if len(lines) > 0 {
		t.Errorf("he reads %+v", lines)
	}
	_, _, err = him.Download(t.Context(), "f1")
	refused(t, err, http.StatusNotFound, "missing")
	refused(t, him.Attach(t.Context(), file, ""), http.StatusNotFound, "missing")

	for name, token := range map[string]string{
		"none": "", "his chat's id": s.chat(t, her), "cut": her.Token()[:42], "longer": her.Token() + "A",
		"another half":  her.Token()[:22] + him.Token()[22:],
		"unsigned":      strings.Repeat("A", 43),
		"with a header": her.Token() + "\tx",
	} {
		stranger := webchattest.New(s.srv.URL, webchattest.Options{})
		stranger.SetToken(token)
		_, err := stranger.Fetch(t.Context(), 0)
		if r := refused(t, err, http.StatusUnauthorized, "stranger"); r.Detail == "" {
			t.Errorf("%s: no words", name)
		}
		refused(t, stranger.Write(t.Context(), "x"), http.StatusUnauthorized, "stranger")
		refused(t, stranger.Listen(t.Context()), http.StatusUnauthorized, "stranger")
		_, _, err = stranger.Download(t.Context(), "f1")
		refused(t, err, http.StatusUnauthorized, "stranger")
	}
	other := channel(t, webchat.Config{
		Key: []byte("another key, as long"), Threads: s.shelf, Words: words(), Log: config(nil, roomy()).Log,
	})
	if err := other.Admit(bot.Request{Header: http.Header{"Authorization": {"Bearer " + her.Token()}}}); !errors.Is(err, bot.ErrForged) {
		t.Errorf("a service with another key: %v", err)
	}
}

func TestBodiesAreReadStrictly(t *testing.T) {
	s := newSite(t, nil)
	v := s.comes(t, webchattest.Options{})
	for name, body := range map[string]string{
		"nothing": "", "null": "null", "a list": `[{"id":"1","kind":"text","at":1,"text":"x"}]`, "a form": "id=1&kind=text",
		"two":             `{"id":"1","kind":"text","at":1,"text":"x"}{"id":"2","kind":"text","at":1,"text":"x"}`,
		"an unknown name": `{"id":"1","kind":"text","at":1,"text":"x","from":"webchat:other"}`,
		"no id":           `{"kind":"text","at":1,"text":"x"}`, "a strange id": `{"id":"../x","kind":"text","at":1,"text":"x"}`,
		"no moment": `{"id":"1","kind":"text","text":"x"}`, "a far one": `{"id":"1","kind":"text","at":9223372036854775807,"text":"x"}`,
		"no kind": `{"id":"1","at":1,"text":"x"}`, "a strange kind": `{"id":"1","kind":"left","at":1}`,
		"no words": `{"id":"1","kind":"text","at":1,"text":" \n\u0000\u200b"}`, "a press with words": `{"id":"1","kind":"press","at":1,"text":"x","press":{"line":1,"screen":1,"action":"a"}}`,
		"a press of nothing":   `{"id":"1","kind":"press","at":1}`,
		"a press in capitals":  `{"id":"1","kind":"press","at":1,"press":{"line":1,"screen":1,"action":"A"}}`,
		"a screen below zero":  `{"id":"1","kind":"press","at":1,"press":{"line":1,"screen":-1,"action":"a"}}`,
		"a receipt of nothing": `{"id":"1","kind":"receipt","at":1}`, "a receipt of a negative": `{"id":"1","kind":"receipt","at":1,"delivered":[-1]}`,
		"a receipt of many":    `{"id":"1","kind":"receipt","at":1,"delivered":[` + strings.Repeat("1,", 200) + `1]}`,
		"a start with a space": `{"id":"1","kind":"start","at":1,"text":"a b"}`,
		"a file of nothing":    `{"id":"1","kind":"file","at":1}`,
	} {
		refused(t, v.PostRaw(t.Context(), []byte(body)), http.StatusBadRequest, "body")
		if n := len(s.updates()); n != 0 {
			t.Fatalf("%s: is stored", name)
		}
	}
	ok(t, v.PostRaw(t.Context(), []byte(`{"id":"1","kind":"text","at":1,"text":"a\u0000b\ud800c"}`)))
	events, err := s.Decode(s.updates()[0])
	ok(t, err)
	if events[0].Text != "ab\uFFFDc" {
		t.Errorf("cleaned to %q", events[0].Text)
	}
}

func TestReceipts(t *testing.T) {
	s := newSite(t, nil)
	v := s.comes(t, webchattest.Options{})
	first, second := s.says(t, v, bot.Message{Text: "раз"})[0], s.says(t, v, bot.Message{Text: "два"})[0]
	lines, err := v.FetchAll(t.Context())
	ok(t, err)
	ok(t, v.Tell(t.Context(), []int64{lines[0].Seq, lines[1].Seq}, lines[1].Seq))
	events, err := s.Decode(s.updates()[0])
	ok(t, err)
	var got []string
	for _, e := range events {
		got = append(got, fmt.Sprint(e.Kind, " ", e.ID))
	}
	if want := []string{"delivered " + first, "delivered " + second, "seen " + second}; !slices.Equal(got, want) {
		t.Errorf("receipts %q, want %q", got, want)
	}
	page, err := v.Fetch(t.Context(), 0)
	ok(t, err)
	if page.Delivered != lines[1].Seq || page.Seen != lines[1].Seq {
		t.Errorf("marks %d and %d, want %d", page.Delivered, page.Seen, lines[1].Seq)
	}
	if len(page.Lines) != 2 {
		t.Error("a receipt stands in the thread")
	}
}

func TestThreadByPages(t *testing.T) {
	s := newSite(t, nil)
	v := s.comes(t, webchattest.Options{})
	const n = 120
	for i := range n {
		ok(t, v.Write(t.Context(), fmt.Sprint("слово", i)))
	}
	page, err := v.Fetch(t.Context(), 0)
	ok(t, err)
	if len(page.Lines) != 50 || !page.More || page.Lines[49].Text() != fmt.Sprint("слово", n-1) {
		t.Errorf("the end has %d lines, more %v", len(page.Lines), page.More)
	}
	all, err := v.FetchAll(t.Context())
	ok(t, err)
	for i, l := range all {
		if l.Text() != fmt.Sprint("слово", i) {
			t.Fatalf("line %d is %q", i, l.Text())
		}
	}
	if len(all) != n {
		t.Errorf("%d lines, want %d", len(all), n)
	}
}

// S72 webchat.flood.
func TestRateLimits(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	var clock sync.Mutex
	pass := func(d time.Duration) {
		clock.Lock()
		defer clock.Unlock()
		now = now.Add(d)
	}
	s := newSite(t, func(c *webchat.Config) {
		c.Limits = webchat.Limits{}
		c.Now = func() time.Time {
			clock.Lock()
			defer clock.Unlock()
			return now
		}
	})
	v := s.comes(t, webchattest.Options{Locale: "ru"})
	for range 20 {
		ok(t, v.Write(t.Context(), "раз"))
	}
	r := refused(t, v.Write(t.Context(), "раз"), http.StatusTooManyRequests, "flood")
	if r.RetryAfter != "2" || r.Detail != "ru problem_flood" {
		t.Errorf("wait %q, words %q", r.RetryAfter, r.Detail)
	}
	if n := len(s.updates()); n != 20 {
		t.Errorf("%d are stored, want 20", n)
	}
	ok(t, v.Tell(t.Context(), []int64{1}, 1)) // receipts have their own
	pass(2 * time.Second)
	ok(t, v.Write(t.Context(), "раз"))
	refused(t, v.Write(t.Context(), "раз"), http.StatusTooManyRequests, "flood")

	// Many visitors behind one address share what it may; another has its own.
	for range 19 {
		ok(t, webchattest.New(s.srv.URL, webchattest.Options{}).Open(t.Context()))
	}
	refused(t, webchattest.New(s.srv.URL, webchattest.Options{}).Open(t.Context()), http.StatusTooManyRequests, "flood")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.srv.URL+"/chat/session", nil)
	ok(t, err)
	req.Header.Set("X-Forwarded-For", "203.0.113.7")
	res, err := http.DefaultClient.Do(req)
	ok(t, err)
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("another address gets %d", res.StatusCode)
	}
}

// S72 webchat.cors, S41: other sites' pages get nothing, and no answer ever
// lets them read one.
func TestOtherSites(t *testing.T) {
	s := newSite(t, func(c *webchat.Config) {
		c.Origins = []string{"https://shop.example"}
		c.PublicURL = "https://bot.example/"
	})
	v := s.comes(t, webchattest.Options{})
	for _, tt := range []struct {
		name   string
		header http.Header
		want   int
	}{
		{"our page", http.Header{"Sec-Fetch-Site": {"same-origin"}, "Origin": {"https://bot.example"}}, 200},
		{"our page behind a proxy", http.Header{"Origin": {"https://bot.example"}}, 200},
		{"a program", http.Header{}, 200},
		{"another site", http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}}, 403},
		{"another site of an old browser", http.Header{"Origin": {"https://evil.example"}}, 403},
		{"a neighbour", http.Header{"Sec-Fetch-Site": {"same-site"}, "Origin": {"https://www.bot.example"}}, 403},
		{"a site that may show us", http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://shop.example"}}, 403},
		{"nobody's", http.Header{"Origin": {"null"}}, 403},
		{"nonsense", http.Header{"Origin": {"::"}}, 403},
	} {
		for _, route := range []string{"POST /chat/session", "GET /chat/thread", "POST /chat/messages", "POST /chat/join", "GET /chat/files/x", "POST /chat/files?id=a&name=b", "GET /chat/stream"} {
			method, path, _ := strings.Cut(route, " ")
			if tt.want == 200 && path == "/chat/stream" {
				continue // it would not end
			}
			body := `{"id":"x","kind":"text","at":1,"text":"x"}`
			r, err := http.NewRequestWithContext(t.Context(), method, s.srv.URL+path, strings.NewReader(body))
			ok(t, err)
			r.Header = tt.header.Clone()
			r.Header.Set("Authorization", "Bearer "+v.Token())
			res, err := http.DefaultClient.Do(r)
			ok(t, err)
			res.Body.Close()
			if (res.StatusCode == http.StatusForbidden) != (tt.want == http.StatusForbidden) {
				t.Errorf("%s: %s is %d, want %d", tt.name, route, res.StatusCode, tt.want)
			}
			if cors := res.Header.Values("Access-Control-Allow-Origin"); len(cors) > 0 {
				t.Errorf("%s: %s lets %q read it", tt.name, route, cors)
			}
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, s.srv.URL+"/chat/messages", nil)
	ok(t, err)
	r.Header.Set("Origin", "https://shop.example")
	r.Header.Set("Access-Control-Request-Method", "POST")
	res, err := http.DefaultClient.Do(r)
	ok(t, err)
	res.Body.Close()
	for name := range res.Header {
		if strings.HasPrefix(name, "Access-Control") {
			t.Errorf("a preflight gets %s", name)
		}
	}
}

func TestFiles(t *testing.T) {
	s := newSite(t, func(c *webchat.Config) { c.Limits.Files = 3000 })
	v := s.comes(t, webchattest.Options{Locale: "uk"})
	png := append([]byte("\x89PNG\x0D\x0A\x1A\x0A"), make([]byte, 100)...)
	picture, err := v.Upload(t.Context(), "p1", `C:\мої\..\фото "1".png`, png)
	ok(t, err)
	if picture != (webchattest.File{ID: "p1", Name: "фото 1.png", Type: "image/png", Size: int64(len(png))}) {
		t.Errorf("kept as %+v", picture)
	}
	again, err := v.Upload(t.Context(), "p1", "інше.png", []byte("інше"))
	ok(t, err)
	if again != picture {
		t.Errorf("sent again it is %+v", again)
	}
	page, err := v.Upload(t.Context(), "h1", "x.html", []byte("<!doctype html><script>alert(1)</script>"))
	ok(t, err)
	ok(t, v.Attach(t.Context(), picture, "ось"))
	ok(t, v.Attach(t.Context(), page, ""))
	lied := picture
	lied.Name = "інше.png"
	refused(t, v.Attach(t.Context(), lied, ""), http.StatusNotFound, "missing")
	forged, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.srv.URL+"/chat/messages", strings.NewReader(fmt.Sprintf(
		`{"id":"forged","kind":"file","at":%d,"file":{"id":"p1","name":"фото 1.png","type":"image/png","size":%d,"key":"another"}}`, time.Now().UnixMilli(), len(png))))
	ok(t, err)
	forged.Header.Set("Authorization", "Bearer "+v.Token())
	forged.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(forged)
	ok(t, err)
	answer.Body.Close()
	if answer.StatusCode/100 != 4 {
		t.Errorf("a page names what we keep a file by: %d", answer.StatusCode)
	}
	var got []bot.Attachment
	for _, u := range s.updates() {
		events, err := s.Decode(u)
		ok(t, err)
		got = append(got, *events[0].Attachment)
	}
	if want := []bot.Attachment{
		{Kind: bot.Photo, Ref: "p1", File: "key1", Name: "фото 1.png", Type: "image/png", Size: int64(len(png))},
		{Kind: bot.File, Ref: "h1", File: "key3", Name: "x.html", Type: "text/html", Size: page.Size},
	}; !slices.Equal(got, want) {
		t.Errorf("attachments %+v, want %+v", got, want)
	}
	for id, kind := range map[string]string{"p1": "image/png", "h1": "application/octet-stream"} {
		data, header, err := v.Download(t.Context(), id)
		ok(t, err)
		if id == "p1" && !bytes.Equal(data, png) {
			t.Error("the picture came back as something else")
		}
		if header.Get("Content-Type") != kind || !strings.HasPrefix(header.Get("Content-Disposition"), "attachment; filename") ||
			header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
			t.Errorf("%s comes with %v", id, header)
		}
	}
	_, err = v.Upload(t.Context(), "big", "x", make([]byte, 3000))
	refused(t, err, http.StatusConflict, "full")
	_, err = v.Upload(t.Context(), "huge", "x", make([]byte, 10<<20+1))
	refused(t, err, http.StatusRequestEntityTooLarge, "large")
	_, err = v.Upload(t.Context(), "none", "x", nil)
	refused(t, err, http.StatusBadRequest, "body")
	_, err = v.Upload(t.Context(), "../x", "x", []byte("x"))
	refused(t, err, http.StatusBadRequest, "body")
}

func TestJoin(t *testing.T) {
	s := newSite(t, nil)
	v := s.comes(t, webchattest.Options{})
	post := func() (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.srv.URL+"/chat/join", nil)
		ok(t, err)
		r.Header.Set("Authorization", "Bearer "+v.Token())
		res, err := http.DefaultClient.Do(r)
		ok(t, err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		ok(t, err)
		return res.StatusCode, string(body)
	}
	if status, body := post(); status != http.StatusNotFound {
		t.Errorf("where there is nothing to join: %d %s", status, body)
	}
	var from bot.Address
	s = newSite(t, func(c *webchat.Config) {
		c.Join = func(_ context.Context, a bot.Address) (string, error) {
			from = a
			return "https://t.me/x?start=join-1", nil
		}
	})
	v = s.comes(t, webchattest.Options{})
	status, body := post()
	var answer struct{ URL string }
	if err := json.Unmarshal([]byte(body), &answer); err != nil || status != 200 || answer.URL != "https://t.me/x?start=join-1" {
		t.Errorf("%d %s", status, body)
	}
	if from != (bot.Address{Bot: "webchat", Chat: s.chat(t, v)}) {
		t.Errorf("joined from %v", from)
	}
}
