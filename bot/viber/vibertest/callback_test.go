package vibertest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"visnyk/bot/viber/vibertest"
)

func TestRetry(t *testing.T) {
	h := hook{answer: func(n int, w http.ResponseWriter, _ *http.Request) {
		if n < 2 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}}
	s := start(t, vibertest.Options{Retry: []time.Duration{0, 0, 0}, NoReceipts: true}, &h)
	d := s.Person("A=", "Іван", "uk").Write("раз")
	if _, err := d.Wait(timeout(t)); err != nil {
		t.Fatal(err)
	}
	got := h.got()
	if len(got) != 3 || got[0] != got[2] || len(d.Attempts()) != 3 {
		t.Errorf("callbacks %v, attempts %+v", got, d.Attempts())
	}
}

func TestGivesUp(t *testing.T) {
	h := hook{answer: func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) }}
	s := start(t, vibertest.Options{Retry: []time.Duration{0}, NoReceipts: true}, &h)
	d := s.Person("A=", "Іван", "uk").Write("раз")
	if _, err := d.Wait(timeout(t)); !errors.Is(err, vibertest.ErrGaveUp) || len(h.got()) != 2 {
		t.Errorf("error %v after %d callbacks", err, len(h.got()))
	}
	drained(t, s)
	if lost := s.Lost(); len(lost) != 1 || lost[0] != d {
		t.Errorf("lost %v", lost)
	}
}

// TestLateAnswer: an answer that takes too long brings the same callback again,
// while the first is still in work.
func TestLateAnswer(t *testing.T) {
	second := make(chan struct{})
	h := hook{answer: func(n int, _ http.ResponseWriter, r *http.Request) {
		if n == 0 {
			select {
			case <-second: // the first is answered only once the second is there
			case <-r.Context().Done():
			}
			return
		}
		close(second)
	}}
	s := start(t, vibertest.Options{CallbackTimeout: 2 * time.Second, Retry: []time.Duration{time.Hour}, NoReceipts: true}, &h)
	if _, err := s.Person("A=", "Іван", "uk").Write("раз").Wait(timeout(t)); err != nil {
		t.Fatal(err)
	}
	if got := h.got(); len(got) != 2 || got[0] != got[1] {
		t.Errorf("callbacks %v", got)
	}
}

// TestRetryGoesWhereTheWebhookIs: a bot that has moved gets what its old address
// refused.
func TestRetryGoesWhereTheWebhookIs(t *testing.T) {
	var moved []string
	var s *vibertest.Server
	there := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		moved = append(moved, string(body))
	}))
	t.Cleanup(there.Close)
	h := hook{answer: func(_ int, w http.ResponseWriter, _ *http.Request) {
		if got := call(t, s, "set_webhook", `{"url":"`+there.URL+`"}`); got.Status != 0 {
			t.Errorf("set_webhook: %+v", got)
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	}}
	s = start(t, vibertest.Options{Retry: []time.Duration{0}, NoReceipts: true}, &h)
	d := s.Person("A=", "Іван", "uk").Write("раз")
	if _, err := d.Wait(timeout(t)); err != nil {
		t.Fatal(err)
	}
	there.Close() // waits for what it answers
	if got := h.got(); len(got) != 1 || len(moved) != 2 || moved[1] != got[0] {
		t.Errorf("the old address got %v, the new one %v", got, moved)
	}
}

func TestOrderOfOnePerson(t *testing.T) {
	h := hook{answer: func(n int, w http.ResponseWriter, _ *http.Request) {
		if n%2 == 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}}
	s := start(t, vibertest.Options{Retry: []time.Duration{0, 0}, NoReceipts: true}, &h)
	p := s.Person("A=", "Іван", "uk")
	var sent []string
	for range 20 {
		sent = append(sent, string(p.Write("x").Body))
	}
	drained(t, s)
	for i, got := range h.got() {
		if got != sent[i/2] {
			t.Fatalf("callback %d is %s, want %s", i, got, sent[i/2])
		}
	}
}

func TestCopiesInParallel(t *testing.T) {
	const copies = 5
	all := make(chan struct{})
	h := hook{answer: func(n int, _ http.ResponseWriter, r *http.Request) {
		if n == copies-1 {
			close(all)
		}
		select {
		case <-all: // nobody is answered before all are there
		case <-r.Context().Done():
		}
	}}
	s := start(t, vibertest.Options{Copies: copies, Parallel: true, NoReceipts: true}, &h)
	d := s.Person("A=", "Іван", "uk").Write("раз")
	if _, err := d.Wait(timeout(t)); err != nil {
		t.Fatal(err)
	}
	got := h.got()
	for _, b := range got {
		if len(got) != copies || b != got[0] {
			t.Fatalf("callbacks %v", got)
		}
	}
}

func TestAgainAndRaw(t *testing.T) {
	var h hook
	s, p := writing(t, vibertest.Options{NoReceipts: true}, &h)
	d := p.Write("раз")
	d.Again()
	drained(t, s)
	if _, err := s.Raw([]byte("{\xff")).Wait(timeout(t)); err != nil {
		t.Fatal(err)
	}
	if got := h.got(); len(got) != 3 || got[0] != got[1] || got[2] != "{\xff" {
		t.Errorf("callbacks %q", got)
	}
}

func TestDeclinedEvents(t *testing.T) {
	var h hook
	s, p := writing(t, vibertest.Options{}, &h)
	call(t, s, "set_webhook", `{"url":"`+h.url+`","event_types":["seen"]}`)
	if _, err := p.Open("").Wait(timeout(t)); !errors.Is(err, vibertest.ErrDeclined) {
		t.Errorf("error %v", err)
	}
	p.Leave()
	call(t, s, "set_webhook", `{"url":""}`)
	if _, err := p.Write("раз").Wait(timeout(t)); !errors.Is(err, vibertest.ErrNoWebhook) {
		t.Errorf("error %v", err)
	}
	drained(t, s)
	if kinds := h.kinds(); len(kinds) != 2 || kinds[0] != "webhook" || kinds[1] != "unsubscribed" {
		t.Errorf("callbacks %v", kinds)
	}
}

func TestClose(t *testing.T) {
	h := hook{answer: func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }}
	s := start(t, vibertest.Options{Retry: []time.Duration{time.Hour}}, &h)
	p := s.Person("A=", "Іван", "uk")
	d := p.Write("раз")
	ctx, cancel := context.WithCancel(timeout(t))
	cancel()
	if err := s.Drain(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("drain: %v", err)
	}
	s.Close()
	for _, d := range []*vibertest.Delivery{d, p.Write("два")} {
		if _, err := d.Wait(timeout(t)); err == nil {
			t.Error("delivered after the end")
		}
	}
}
