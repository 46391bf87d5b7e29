package server

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// asked is a check that is made for each who asks.
func asked(check func(context.Context) error) func(context.Context) (time.Time, error) {
	return func(ctx context.Context) (time.Time, error) {
		began := time.Now()
		return began, check(ctx)
	}
}

// Ready means the door: whoever hears it is let in, at once and by the crowd, at
// the start and when a database has come back.
func TestReadyMeansTheDoor(t *testing.T) {
	inbox := &memory{}
	inbox.fail(errDown)
	w := serve(t, inbox, func(c *Config) {
		c.Limits.Probe = time.Hour // the breaker by itself would not try again
		c.Ready = asked(func(context.Context) error {
			inbox.mu.Lock()
			defer inbox.mu.Unlock()
			return inbox.err
		})
	})
	next := 0
	for range 5 {
		for range 3 {
			if got := w.post(t, "early x"); got.status != 503 {
				t.Fatalf("stored without a database: %d", got.status)
			}
		}
		if got := w.get(t, "/readyz"); got.status != 503 {
			t.Fatalf("ready without a database: %d", got.status)
		}
		inbox.fail(nil)
		if got := w.get(t, "/readyz"); got.status != 200 {
			t.Fatalf("not ready: %d", got.status)
		}
		var all sync.WaitGroup
		for range 20 {
			next++
			id := next
			all.Go(func() {
				if got := w.post(t, fmt.Sprintf("%d x", id)); got.status != 200 {
					t.Errorf("after ready: %d", got.status)
				}
			})
		}
		all.Wait()
		inbox.fail(errDown)
	}
}

// A try that hung from before says nothing of a database that has answered since,
// and takes nobody with it.
func TestOldTriesSayNothing(t *testing.T) {
	inbox := &memory{arrived: make(chan int, 10), release: make(chan struct{})}
	w := serve(t, inbox, func(c *Config) { c.Limits.Probe, c.Limits.Commit = time.Hour, time.Minute })
	inbox.fail(errDown)
	first := make(chan answer, 1)
	go func() { first <- w.post(t, "1 x") }()
	<-inbox.arrived // it hangs, and will fail
	if got := w.get(t, "/readyz"); got.status != 200 {
		t.Fatalf("readyz: %d", got.status)
	}
	second := make(chan answer, 1)
	go func() { second <- w.post(t, "2 x") }()
	w.await(t, "the second to wait", func() bool {
		w.committer.mu.Lock()
		defer w.committer.mu.Unlock()
		return len(w.committer.queue) == 1
	})
	inbox.release <- struct{}{}
	if got := <-first; got.status != 503 {
		t.Errorf("the first: %d", got.status)
	}
	inbox.fail(nil)
	close(inbox.release)
	if got := <-second; got.status != 200 {
		t.Errorf("the second: %d", got.status)
	}
}

// Who is let in between a failure and its end is not sent away with those who waited
// for it: the batch that failed takes its time where the machine is busy.
func TestOldFailuresSendNobodyAway(t *testing.T) {
	inbox := &memory{arrived: make(chan int, 10), release: make(chan struct{})}
	w := serve(t, inbox, func(c *Config) { c.Limits.Probe, c.Limits.Commit = time.Hour, time.Minute })
	c := w.committer
	inbox.fail(errDown)
	first := make(chan answer, 1)
	go func() { first <- w.post(t, "1 x") }()
	<-inbox.arrived
	c.mu.Lock()
	close(inbox.release)
	w.await(t, "the failure to be known", c.breaker.Open)
	time.Sleep(10 * time.Millisecond) // its batch comes to the queue, which it finds taken
	inbox.fail(nil)
	if !c.proven(time.Now()) {
		t.Fatal("a check that all is well does not open the door")
	}
	late := &entry{updates: []bot.Update{{Bot: "fake", ID: "2"}}, done: make(chan struct{})}
	c.queue = append(c.queue, late)
	c.mu.Unlock()
	if got := <-first; got.status != 503 {
		t.Errorf("the first: %d", got.status)
	}
	if got := w.post(t, "3 x"); got.status != 200 {
		t.Errorf("the third: %d", got.status)
	}
	if <-late.done; late.err != nil {
		t.Errorf("let in, and sent away: %v", late.err)
	}
}

// A check that began before the last failure does not make the door ready.
func TestOldChecksSayNothing(t *testing.T) {
	inbox := &memory{}
	began, release := make(chan struct{}, 1), make(chan struct{})
	w := serve(t, inbox, func(c *Config) {
		c.Limits.Probe = time.Hour
		c.Ready = asked(func(context.Context) error {
			began <- struct{}{}
			<-release
			return nil
		})
	})
	check := make(chan answer, 1)
	go func() { check <- w.get(t, "/readyz") }()
	<-began
	inbox.fail(errDown)
	if got := w.post(t, "1 x"); got.status != 503 {
		t.Fatalf("status %d", got.status)
	}
	close(release)
	if got := <-check; got.status != 503 {
		t.Errorf("ready while the door is shut: %d", got.status)
	}
	inbox.fail(nil)
	if got := w.get(t, "/readyz"); got.status != 200 {
		t.Errorf("the next check: %d", got.status)
	}
	if got := w.post(t, "1 x"); got.status != 200 {
		t.Errorf("after it: %d", got.status)
	}
}

// With a real database that was killed, and connections to it that do not know:
// after /readyz has said yes, nobody is sent away.
func TestReadyAfterAKill(t *testing.T) {
	cluster, s := killable(t)
	w := serve(t, s, func(c *Config) { c.Ready = asked(s.Ready) })
	next := 0
	crowd := func(n, want int) {
		t.Helper()
		var all sync.WaitGroup
		for range n {
			next++
			id := next
			all.Go(func() {
				if got := w.post(t, fmt.Sprintf("%d x", id)); want != 0 && got.status != want {
					t.Errorf("answered %d, want %d", got.status, want)
				}
			})
		}
		all.Wait()
	}
	for range 2 {
		var busy sync.WaitGroup
		for range 8 { // connections of the pool
			busy.Go(func() { _ = s.Ready(t.Context()) })
		}
		busy.Wait()
		crowd(20, 200)
		if err := cluster.Kill(); err != nil {
			t.Fatal(err)
		}
		crowd(20, 0)
		w.await(t, "the door to be shut", func() bool { return w.post(t, "shut x").status == 503 })
		if err := cluster.Start(); err != nil {
			t.Fatal(err)
		}
		w.await(t, "the service to be ready", func() bool { return w.get(t, "/readyz").status == 200 })
		crowd(30, 200)
	}
}

// An answer that is shared by all who ask within a second says nothing of what
// failed in that second.
func TestSharedChecksAreAsOldAsTheyAre(t *testing.T) {
	inbox := &memory{}
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	w := serve(t, inbox, func(c *Config) { c.Limits.Probe, c.Ready = time.Hour, s.Writable })
	began := time.Now()
	if got := w.get(t, "/readyz"); got.status != 200 {
		t.Fatalf("not ready: %d", got.status)
	}
	inbox.fail(errDown)
	if got := w.post(t, "1 x"); got.status != 503 {
		t.Fatalf("stored without a database: %d", got.status)
	}
	inbox.fail(nil)
	if got := w.get(t, "/readyz"); got.status == 200 && time.Since(began) < time.Second {
		t.Error("ready by an answer from before the failure")
	}
	w.await(t, "the next check", func() bool { return w.get(t, "/readyz").status == 200 })
	if got := w.post(t, "2 x"); got.status != 200 {
		t.Errorf("after it: %d", got.status)
	}
}

// A crowd that checks makes nobody hear that we are not ready.
func TestACrowdChecks(t *testing.T) {
	const crowd = 20
	began, release := make(chan struct{}, crowd), make(chan struct{})
	w := serve(t, &memory{}, func(c *Config) {
		c.Ready = asked(func(context.Context) error {
			began <- struct{}{}
			<-release
			return nil
		})
	})
	answers := make(chan answer, crowd)
	for range crowd {
		go func() { answers <- w.get(t, "/readyz") }()
	}
	for range crowd {
		select {
		case <-began:
		case got := <-answers:
			t.Fatalf("one of them hears %d %q", got.status, got.body)
		}
	}
	close(release)
	for range crowd {
		if got := <-answers; got.status != 200 {
			t.Errorf("one of them hears %d %q", got.status, got.body)
		}
	}
}

// Who asked before the stop, and has the answer after it, hears of the stop.
func TestReadyAskedBeforeTheStop(t *testing.T) {
	var w *world
	w = serve(t, &memory{}, func(c *Config) {
		c.Ready = asked(func(context.Context) error {
			w.stop()
			for !w.draining.Load() {
				runtime.Gosched()
			}
			return nil
		})
	})
	if got := w.get(t, "/readyz"); got.status != 503 {
		t.Errorf("%d while it stops", got.status)
	}
}
