package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"visnyk/bot"
)

func TestOneCommitForManyRequests(t *testing.T) {
	inbox := &memory{arrived: make(chan int, 100), release: make(chan struct{})}
	var mu sync.Mutex
	woken := 0
	w := serve(t, inbox, func(c *Config) {
		c.Limits.Batch = 20
		c.Wake = func(name string) {
			mu.Lock()
			defer mu.Unlock()
			if name == "fake" {
				woken++
			}
		}
	})
	var all sync.WaitGroup
	post := func(i int) {
		all.Go(func() {
			if got := w.post(t, fmt.Sprintf("%d x", i)); got.status != 200 {
				t.Errorf("update %d: status %d", i, got.status)
			}
		})
	}
	post(0)
	if n := <-inbox.arrived; n != 1 {
		t.Errorf("the lone first waited for others: a batch of %d", n)
	}
	for i := 1; i <= 30; i++ {
		post(i)
	}
	queued := func() int {
		w.committer.mu.Lock()
		defer w.committer.mu.Unlock()
		return len(w.committer.queue)
	}
	for deadline := time.Now().Add(5 * time.Second); queued() < 30 && time.Now().Before(deadline); {
		w.get(t, "/livez")
	}
	close(inbox.release)
	all.Wait()
	if n, m := <-inbox.arrived, <-inbox.arrived; n != 20 || m != 10 {
		t.Errorf("batches of %d and %d, want 20 and 10", n, m)
	}
	mu.Lock()
	defer mu.Unlock()
	if woken != 3 {
		t.Errorf("woken %d times, want once per commit", woken)
	}
}

// A lone update goes at once; those that come within a beat go together.
func TestCommitsKeepTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inbox := &memory{}
		c := newCommitter(inbox, func(string) {}, Limits{}.orDefaults(), newMetrics(nil), slog.New(slog.DiscardHandler))
		began := time.Now()
		var all sync.WaitGroup
		for i, at := range []time.Duration{0, batchInterval / 3, batchInterval / 2, 9 * batchInterval, 10*batchInterval + 1} {
			all.Go(func() {
				time.Sleep(at)
				u := bot.Update{Bot: "fake", ID: fmt.Sprint(i)}
				if fresh, err := c.commit(t.Context(), []bot.Update{u}, false); err != nil || !fresh[0] {
					t.Errorf("update %d: %v, %v", i, fresh, err)
				}
				waited := time.Since(began) - at
				if (at == 0 || at >= 9*batchInterval) && waited != 0 || waited > batchInterval {
					t.Errorf("update %d waited %v", i, waited)
				}
			})
		}
		all.Wait()
		c.wait()
		if !slices.Equal(inbox.batches, []int{1, 2, 1, 1}) {
			t.Errorf("batches %v", inbox.batches)
		}
	})
}

// Many that come at once wait for no others, fewer do.
func TestManyWaitForNoOthers(t *testing.T) {
	for _, many := range []int{batchMany - 1, batchMany} {
		synctest.Test(t, func(t *testing.T) {
			inbox := &memory{}
			c := newCommitter(inbox, func(string) {}, Limits{}.orDefaults(), newMetrics(nil), slog.New(slog.DiscardHandler))
			began := time.Now()
			var all sync.WaitGroup
			for i := range 1 + many {
				all.Go(func() {
					time.Sleep(time.Duration(min(i, 1)) * batchInterval / 3)
					if _, err := c.commit(t.Context(), []bot.Update{{Bot: "fake", ID: fmt.Sprint(i)}}, false); err != nil {
						t.Errorf("update %d: %v", i, err)
					}
					want := time.Duration(min(i, 1)) * batchInterval / 3
					if many < batchMany && i > 0 {
						want = batchInterval
					}
					if took := time.Since(began); took != want {
						t.Errorf("of %d at once number %d is stored after %v, want %v", many, i, took, want)
					}
				})
			}
			all.Wait()
			c.wait()
		})
	}
}

// What comes while the inbox waits to write goes along, and hears of it when that never
// comes to pass.
func TestWhatComesMeanwhileGoesAlong(t *testing.T) {
	for _, locked := range []time.Duration{9 * batchInterval, time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			inbox := &memory{locked: locked}
			c := newCommitter(inbox, func(string) {}, Limits{}.orDefaults(), newMetrics(nil), slog.New(slog.DiscardHandler))
			want := min(locked, c.limits.Commit)
			began := time.Now()
			var all sync.WaitGroup
			for i := range 8 {
				all.Go(func() {
					time.Sleep(time.Duration(i) * batchInterval)
					_, err := c.commit(t.Context(), []bot.Update{{Bot: "fake", ID: fmt.Sprint(i)}}, false)
					if took := time.Since(began); took != want || (err == nil) != (locked == want) {
						t.Errorf("update %d: %v after %v, want %v", i, err, took, want)
					}
				})
			}
			all.Wait()
			c.wait()
			if locked == want && !slices.Equal(inbox.batches, []int{8}) {
				t.Errorf("batches %v", inbox.batches)
			}
		})
	}
}

// A commit is bounded in bytes too; one update goes whatever its size.
func TestCommitsAreBoundedInBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inbox := &memory{}
		c := newCommitter(inbox, func(string) {}, Limits{}.orDefaults(), newMetrics(nil), slog.New(slog.DiscardHandler))
		mebibyte, huge := make([]byte, 1<<20), make([]byte, maxBatch+1)
		var all sync.WaitGroup
		for i := range 22 {
			all.Go(func() {
				u := bot.Update{Bot: "fake", ID: fmt.Sprint(i), Payload: mebibyte}
				if i == 21 {
					u.Payload = huge
				}
				time.Sleep(time.Duration(min(i, 1)) * batchInterval / time.Duration(24-i)) // in their order, after the first
				if fresh, err := c.commit(t.Context(), []bot.Update{u}, false); err != nil || !fresh[0] {
					t.Errorf("update %d: %v, %v", i, fresh, err)
				}
			})
		}
		all.Wait()
		c.wait()
		if !slices.Equal(inbox.batches, []int{1, 8, 8, 4, 1}) {
			t.Errorf("batches %v", inbox.batches)
		}
	})
}

func TestNothingIsAcknowledgedWithoutACommit(t *testing.T) {
	inbox := &memory{}
	inbox.fail(errDown)
	w := serve(t, inbox, nil)
	for i := range 3 {
		got := w.post(t, fmt.Sprintf("%d x", i))
		if got.status != 503 || got.header.Get("Retry-After") != "2" || got.body != "" {
			t.Errorf("answer %+v", got)
		}
	}
	if strings.Count(w.log.String(), errDown.Error()) != 1 {
		t.Errorf("the failure is told once, not per request: %s", w.log)
	}
}

func TestSlowCommitIsAnswered(t *testing.T) {
	inbox := &memory{arrived: make(chan int, 10), release: make(chan struct{})}
	w := serve(t, inbox, func(c *Config) { c.Limits.Commit = 50 * time.Millisecond })
	if got := w.post(t, "1 x"); got.status != 503 || got.header.Get("Retry-After") != "2" {
		t.Errorf("answer %+v", got)
	}
	if rows := inbox.all(); len(rows) != 0 {
		t.Errorf("rows %v", rows)
	}
}

func TestAbsentRequestIsNotStored(t *testing.T) {
	inbox := &memory{arrived: make(chan int, 10), release: make(chan struct{})}
	w := serve(t, inbox, nil)
	first := make(chan answer, 1)
	go func() { first <- w.post(t, "1 x") }()
	<-inbox.arrived
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	r := w.request(t, http.MethodPost, "/webhooks/fake", strings.NewReader("2 x")).WithContext(ctx)
	left := make(chan struct{})
	go func() {
		defer close(left)
		if resp, err := http.DefaultTransport.RoundTrip(r); err == nil {
			t.Errorf("answered %d", resp.StatusCode)
			_ = resp.Body.Close()
		}
	}()
	waiting := func() int {
		w.committer.mu.Lock()
		defer w.committer.mu.Unlock()
		return len(w.committer.queue)
	}
	for _, many := range []int{1, 0} { // it waits; it has left
		for deadline := time.Now().Add(patience); waiting() != many; w.get(t, "/livez") {
			if time.Now().After(deadline) {
				t.Fatalf("%d requests wait, want %d", waiting(), many)
			}
		}
		leave()
	}
	close(inbox.release)
	<-left
	if got := <-first; got.status != 200 {
		t.Errorf("the first: %+v", got)
	}
	w.stop()
	if err := w.ended(t); err != nil {
		t.Fatal(err)
	}
	if rows := inbox.all(); len(rows) != 1 {
		t.Errorf("rows %v", rows)
	}
}

func TestBreaker(t *testing.T) {
	l := Limits{}.orDefaults()
	c := newCommitter(&memory{}, func(string) {}, l, newMetrics(nil), slog.New(slog.DiscardHandler))
	for range 1000 {
		if p := c.breaker.Pause(0); p <= 0 || p > time.Second {
			t.Fatalf("pause %v", p)
		}
	}
	c.failed(time.Now(), errDown)
	if p := c.patience(); p != l.Probe {
		t.Errorf("a failing inbox is waited for %v", p)
	}
	c.breaker.Report(time.Now(), nil)
	if p := c.patience(); p != l.Commit {
		t.Errorf("an inbox that is back is waited for %v", p)
	}
}

func TestRecoveryIsQuick(t *testing.T) {
	inbox := &memory{}
	inbox.fail(errDown)
	w := serve(t, inbox, func(c *Config) { c.Limits.Probe = 20 * time.Millisecond })
	if got := w.post(t, "1 x"); got.status != 503 {
		t.Fatalf("status %d", got.status)
	}
	before := inbox.calls()
	for range 50 {
		w.post(t, "1 x")
	}
	if tried := inbox.calls() - before; tried >= 50 {
		t.Errorf("every request waited for the database: %d tries", tried)
	}
	inbox.fail(nil)
	began := time.Now()
	for w.post(t, "1 x").status != 200 {
		if time.Since(began) > 3*time.Second {
			t.Fatal("no ACK within 3 s of the database's return")
		}
	}
	// The answer may be quicker than the line of the log.
	for !strings.Contains(w.log.String(), "takes updates again") {
		if time.Since(began) > 3*time.Second {
			t.Fatalf("log %s", w.log.String())
		}
		w.post(t, "1 x")
	}
}

func TestHealth(t *testing.T) {
	ready := make(chan error, 1)
	w := serve(t, &memory{}, func(c *Config) {
		c.Ready = asked(func(context.Context) error { return <-ready })
	})
	if got := w.get(t, "/livez"); got.status != 200 {
		t.Errorf("livez %+v", got)
	}
	ready <- nil
	if got := w.get(t, "/readyz"); got.status != 200 {
		t.Errorf("readyz %+v", got)
	}
	ready <- errors.New("dial tcp 10.1.2.3: refused")
	if got := w.get(t, "/readyz"); got.status != 503 || strings.Contains(got.body, "10.1.2.3") {
		t.Errorf("readyz %+v", got)
	}
	ready <- nil
	if got := w.do(t, w.request(t, http.MethodHead, "/readyz", nil)); got.status != 200 {
		t.Errorf("HEAD readyz %+v", got)
	}
	if got := w.do(t, w.request(t, http.MethodPost, "/livez", strings.NewReader("x"))); got.status != 405 {
		t.Errorf("POST livez %+v", got)
	}
}

func TestDrain(t *testing.T) {
	inbox := &memory{arrived: make(chan int, 1), release: make(chan struct{})}
	w := serve(t, inbox, nil)
	first := make(chan answer, 1)
	go func() { first <- w.post(t, "1 x") }()
	<-inbox.arrived
	w.stop()
	for readiness(t, w.Server) != 503 {
		runtime.Gosched()
	}
	select {
	case err := <-w.stopped:
		t.Fatalf("Serve ended with a request in flight: %v", err)
	default:
	}
	close(inbox.release)
	if got := <-first; got.status != 200 {
		t.Errorf("in flight: %+v", got)
	}
	if err := w.ended(t); err != nil {
		t.Error(err)
	}
	if c, err := net.Dial("tcp", w.addr); err == nil {
		_ = c.Close()
		t.Error("still accepting")
	}
}

func TestDrainHasAnEnd(t *testing.T) {
	inbox := &memory{arrived: make(chan int, 1), release: make(chan struct{})}
	w := serve(t, inbox, func(c *Config) { c.Limits.Drain, c.Limits.Commit = 20*time.Millisecond, 300*time.Millisecond })
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		r := w.request(t, http.MethodPost, "/webhooks/fake", strings.NewReader("1 x"))
		if resp, err := http.DefaultTransport.RoundTrip(r); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode < 500 {
				t.Errorf("acknowledged: %d", resp.StatusCode)
			}
		}
	}()
	<-inbox.arrived
	w.stop()
	if err := w.ended(t); err != nil {
		t.Error(err)
	}
	<-gone
}
