package vibertest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"visnyk/bot/viber/vibertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func timeout(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// hook is a bot's webhook that records what comes.
type hook struct {
	url string

	mu     sync.Mutex
	bodies []string
	badly  int // callbacks whose signature is wrong
	// answer, when set, answers in place of 200; n counts the callbacks from 0.
	answer func(n int, w http.ResponseWriter, r *http.Request)
}

// got returns the callbacks so far.
func (h *hook) got() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.bodies)
}

// kinds returns the events of the callbacks so far.
func (h *hook) kinds() []string {
	var out []string
	for _, b := range h.got() {
		var e struct{ Event string }
		_ = json.Unmarshal([]byte(b), &e)
		out = append(out, e.Event)
	}
	return out
}

// start starts a fake with a webhook at h; the ping of set_webhook is left out.
func start(t *testing.T, o vibertest.Options, h *hook) *vibertest.Server {
	t.Helper()
	s := vibertest.Start(t, o)
	set := false
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		if r.Header.Get("X-Viber-Content-Signature") != s.Sign(body) {
			h.badly++
		}
		if !set {
			set = true
			h.mu.Unlock()
			return
		}
		n, answer := len(h.bodies), h.answer
		h.bodies = append(h.bodies, string(body))
		h.mu.Unlock()
		if answer != nil {
			answer(n, w, r)
		}
	}))
	t.Cleanup(srv.Close)
	t.Cleanup(func() {
		if h.badly > 0 {
			t.Errorf("%d callbacks with a wrong signature", h.badly)
		}
	})
	h.url = srv.URL
	if got := call(t, s, "set_webhook", `{"url":"`+h.url+`","send_name":true}`); got.Status != 0 {
		t.Fatalf("set_webhook: %+v", got)
	}
	return s
}

type answer struct {
	Status  int    `json:"status"`
	Message string `json:"status_message"`
	Token   uint64 `json:"message_token"`
	Failed  []struct {
		Receiver string `json:"receiver"`
		Status   int    `json:"status"`
	} `json:"failed_list"`
}

// call calls the API with the right token.
func call(t testing.TB, s *vibertest.Server, method, body string) answer {
	t.Helper()
	code, raw := post(t, s.URL()+method, s.Token(), body)
	var a answer
	if err := json.Unmarshal(raw, &a); err != nil || code != http.StatusOK {
		t.Fatalf("%s: HTTP %d %s", method, code, raw)
	}
	return a
}

func post(t testing.TB, address, token, body string) (int, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(timeout(t), http.MethodPost, address, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("X-Viber-Auth-Token", token)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return 0, []byte(err.Error())
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, raw
}

// text is a send_message to A= with extra fields.
func text(extra string) string {
	return `{"receiver":"A=","sender":{"name":"Бот"},"type":"text","text":"Привіт"` + extra + `}`
}

// writing starts a fake where A= has written already, and forgets the callbacks of that.
func writing(t *testing.T, o vibertest.Options, h *hook) (*vibertest.Server, *vibertest.Person) {
	t.Helper()
	s := start(t, o, h)
	p := s.Person("A=", "Іван", "uk")
	p.Write("так")
	if err := s.Drain(timeout(t)); err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	h.bodies = nil
	h.mu.Unlock()
	return s, p
}

func drained(t *testing.T, s *vibertest.Server) {
	t.Helper()
	if err := s.Drain(timeout(t)); err != nil {
		t.Fatal(err)
	}
}
