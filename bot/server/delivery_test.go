package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// lines is a delivery of n updates.
func lines(from, n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("%d x", from+i))
	}
	return strings.Join(all, "\n")
}

// What several people did in one delivery is one entry of one commit, and what
// of it is malformed or known already stands in no other's way.
func TestDeliveryOfSeveral(t *testing.T) {
	inbox := &memory{}
	w := serve(t, inbox, nil)
	if got := w.post(t, "2 x"); got.status != 200 {
		t.Fatalf("answer %+v", got)
	}
	for range 2 {
		if got := w.post(t, "1 x\n2 x\n?bad\n3 x\n3 x"); got.status != 200 || got.body != "" {
			t.Errorf("answer %+v", got)
		}
	}
	if rows := inbox.all(); len(rows) != 4 || string(rows["fake/3"].Update.Payload) != "3 x" || rows["fake/hash?bad"].Update.Defect == "" {
		t.Errorf("rows %v", rows)
	}
	if got := inbox.calls(); got != 3 {
		t.Errorf("%d commits", got)
	}
	for result, want := range map[string]float64{"stored": 3, "parked": 1, "duplicate": 7} {
		if n := w.figure(t, "visnyk_updates_total", "fake", result); n != want {
			t.Errorf("%v %s, want %v", n, result, want)
		}
	}
	if got := strings.Count(w.log.String(), "update parked"); got != 1 {
		t.Errorf("the malformed one is told %d times", got)
	}
}

// A delivery is stored whole or not at all, and acknowledged only then.
func TestDeliveryIsWholeOrNothing(t *testing.T) {
	inbox := &memory{arrived: make(chan int, 10), release: make(chan struct{})}
	w := serve(t, inbox, func(c *Config) { c.Limits.Batch = 4 })
	var all sync.WaitGroup
	post := func(body string) { all.Go(func() { w.post(t, body) }) }
	post("0 x")
	if n := <-inbox.arrived; n != 1 {
		t.Fatalf("%d in the first commit", n)
	}
	for i, n := range []int{3, 3, 9, 1} { // of which no two fit four together, and one is larger alone
		post(lines(10*(i+1), n))
		queued := func() int {
			w.committer.mu.Lock()
			defer w.committer.mu.Unlock()
			return len(w.committer.queue)
		}
		w.await(t, "it to wait", func() bool { return queued() == i+1 })
	}
	close(inbox.release)
	all.Wait()
	inbox.mu.Lock()
	batches := slices.Clone(inbox.batches)
	inbox.mu.Unlock()
	if !slices.Equal(batches, []int{1, 3, 3, 9, 1}) {
		t.Errorf("commits of %d: no delivery is cut, and none waits for room", batches)
	}
	inbox.fail(errDown)
	if got := w.post(t, lines(100, 5)); got.status != 503 || got.header.Get("Retry-After") != "2" {
		t.Errorf("answer %+v", got)
	}
	if n := len(inbox.all()); n != 17 {
		t.Errorf("%d rows", n)
	}
}

// More than we take at once is kept and put aside: refused, it would come again
// for days.
func TestDeliveryOfTooMany(t *testing.T) {
	inbox := &memory{}
	w := serve(t, inbox, func(c *Config) { c.Limits.Updates = 10 })
	for range 2 {
		if got := w.post(t, lines(0, 11)); got.status != 200 {
			t.Errorf("answer %+v", got)
		}
	}
	rows := inbox.all()
	if len(rows) != 1 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, row := range rows {
		if row.Update.Chat != "" || string(row.Update.Payload) != lines(0, 11) || !strings.Contains(row.Update.Defect, "11 updates in one delivery, more than 10") {
			t.Errorf("row %+v", row)
		}
	}
	if got := w.post(t, lines(0, 10)); got.status != 200 || len(inbox.all()) != 11 {
		t.Errorf("as many as may be: %+v, %d rows", got, len(inbox.all()))
	}
}

// The same into real databases: hundreds of updates, in their order, and twice.
func TestDeliveryIntoARealInbox(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		w := serve(t, s, func(c *Config) { c.Limits.Updates, c.Limits.Commit = 300, patience })
		for range 2 {
			if got := w.post(t, lines(0, 300)+"\n?bad"); got.status != 200 {
				t.Fatalf("answer %+v", got)
			}
		}
		if parked, err := s.Parked(t.Context(), 10); err != nil || len(parked) != 1 || !strings.Contains(parked[0].Reason, "301 updates in one delivery") {
			t.Errorf("parked %+v, %v", parked, err)
		}
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if got := w.post(t, lines(0, 300)); got.status != 200 {
					t.Errorf("answer %+v", got)
				}
			})
		}
		both.Wait()
		all := rows(t, s)
		if len(all) != 300 {
			t.Fatalf("%d rows", len(all))
		}
		for i, row := range all {
			if row.ID != fmt.Sprint(i) {
				t.Fatalf("row %d is %s", i, row.ID)
			}
		}
	})
}

// A messenger that wants an answer of its own gets it after the commit, and the
// same to the same delivery.
func TestReplyOfTheMessengersShape(t *testing.T) {
	inbox := &memory{}
	w := serve(t, inbox, nil)
	for range 2 {
		got := w.post(t, "sms x")
		if got.status != http.StatusAccepted || got.body != "<ok/>" || got.header.Get("Content-Type") != "text/xml" || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("answer %+v", got)
		}
	}
	if row := inbox.all()["fake/sms"]; row.Greeted {
		t.Error("the row says that somebody was greeted")
	}
	inbox.fail(errDown)
	if got := w.post(t, "sms again"); got.status != 503 || got.body != "" {
		t.Errorf("answered without a commit: %+v", got)
	}
}

// A handshake is answered without a database, to the messenger alone, and where
// there is one.
func TestHandshake(t *testing.T) {
	inbox := &memory{}
	inbox.fail(errors.New("not to be asked"))
	w := serve(t, inbox, nil)
	ask := func(method, bot, secret string) answer {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		r := w.request(t, method, "/webhooks/"+bot+"?challenge=<b>42</b>", nil).WithContext(ctx)
		r.Header.Set(secretHeader, secret)
		return w.do(t, r)
	}
	got := ask(http.MethodGet, "shaking", "s4")
	if got.status != 200 || got.body != "<b>42</b>" || !strings.HasPrefix(got.header.Get("Content-Type"), "text/plain") || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("answer %+v", got)
	}
	if got := ask(http.MethodGet, "shaking", "s1"); got.status != 401 || got.body != "" {
		t.Errorf("to a stranger: %+v", got)
	}
	if got := ask(http.MethodGet, "fake", "s1"); got.status != 405 || got.header.Get("Allow") != "POST" || got.body != "" {
		t.Errorf("where there is none: %+v", got)
	}
	if got := ask(http.MethodGet, "nobody", "s1"); got.status != 404 {
		t.Errorf("at no bot: %+v", got)
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodHead, http.MethodPatch, http.MethodOptions} {
		if got := ask(method, "shaking", "s4"); got.status != 405 || got.header.Get("Allow") != "GET, POST" {
			t.Errorf("%s: %+v", method, got)
		}
	}
	if inbox.calls() != 0 {
		t.Error("a handshake went to the inbox")
	}
}

// A handshake is bounded as any delivery is: what follows it is not read when it
// is too much, nor before it is known who asks.
func TestHandshakeIsBounded(t *testing.T) {
	w := serve(t, &memory{}, func(c *Config) { c.Limits.Body, c.Limits.BodyTime = 1000, 200*time.Millisecond })
	const head = "GET /webhooks/shaking?challenge=1 HTTP/1.1\r\nHost: a\r\n"
	for name, tt := range map[string]struct{ send, want string }{
		"announced":       {head + "X-Fake-Secret: s4\r\nContent-Length: 1001\r\n\r\n", "HTTP/1.1 413 "},
		"in chunks":       {head + "X-Fake-Secret: s4\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + strings.Repeat("x", 1001) + "\r\n0\r\n\r\n", "HTTP/1.1 413 "},
		"never comes":     {head + "X-Fake-Secret: s4\r\nContent-Length: 10\r\n\r\n", "HTTP/1.1 408 "},
		"forged":          {head + "Content-Length: 10\r\n\r\n", "HTTP/1.1 401 "},
		"a large address": {"GET /webhooks/shaking?challenge=" + strings.Repeat("x", 100<<10) + " HTTP/1.1\r\nHost: a\r\nX-Fake-Secret: s4\r\n\r\n", "HTTP/1.1 431 "},
		"compressed":      {head + "X-Fake-Secret: s4\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", "HTTP/1.1 415 "},
	} {
		if got, closed := w.raw(t, 5*time.Second, tt.send); !closed || !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: answer %.60q, closed: %v", name, got, closed)
		}
	}
}
