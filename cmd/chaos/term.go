package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"syscall"
	"time"

	"visnyk/bot/telegram/telegramtest"
)

// playTerm stops the service by SIGTERM, twice in a stream. At once it is not
// ready; within twelve seconds it has ended well, with nothing acknowledged
// lost and no send in doubt.
func playTerm(p *play) {
	ctx, cancel := context.WithTimeout(p.Context(), 4*time.Minute)
	defer cancel()
	database, address, tg := p.seededDatabase(), p.free(), p.fakeTelegram(telegramtest.Options{})
	db := p.open(database)
	s := p.settings(database).onTelegram(tg.URL())
	pr := p.start(s, address)
	c := p.newCrowd(of(p.size, 160, 300, 400), 10, address)
	written := make(chan error, 1)
	go func() { written <- c.stream(ctx, time.Millisecond) }()
	for range of(p.size, 1, 2, 4) {
		at := c.acked.Load() + int64(c.total()/8+p.rng.IntN(c.total()/20))
		p.until(ctx, "part of the updates", 2*time.Millisecond, func() bool { return c.acked.Load() >= at })
		began := time.Now()
		pr.signal(p, syscall.SIGTERM)
		pr.unready(p)
		code := pr.exit(p, 12*time.Second)
		acked := c.acked.Load()
		p.Logf("ended with %d after %v, %d acknowledged", code, time.Since(began).Round(time.Millisecond), acked)
		if acked >= int64(c.total()) {
			p.Errorf("there was no load left to stop in")
		}
		if code != 0 {
			p.Errorf("exit code %d, want 0", code)
		}
		var doubtful int
		p.must(db.Get(&doubtful, `SELECT count(*) FROM outbox WHERE state = 'sending' OR unknowns > 0`))
		if doubtful != 0 {
			p.Errorf("%d sends are in doubt after a stop by SIGTERM", doubtful)
		}
		pr = p.start(s, address)
	}
	c.finish(p, written)
	p.awaitEmpty(db, 2*time.Minute)
	if v := p.judge(db, tg, c); v.doubled != 0 {
		p.Errorf("%d messages came twice: after SIGTERM nothing may", v.doubled)
	}
}

func (pr *process) signal(t T, s os.Signal) {
	t.Helper()
	if err := pr.cmd.Process.Signal(s); err != nil {
		t.Fatalf("%v", err)
	}
}

// unready wants the service to say that it is not ready, while the door is still
// open: a signal takes a moment to be heard, and longer on a busy machine.
func (pr *process) unready(t T) {
	t.Helper()
	for began := time.Now(); ; {
		resp, err := http.Get("http://" + pr.address + "/readyz")
		if err != nil {
			if time.Since(began) > time.Second {
				return // so long the door is not kept open: we were too slow to see it
			}
			t.Fatalf("nobody answers whether it is ready: %v", err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if resp.StatusCode == http.StatusServiceUnavailable {
			return
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Fatalf("still %d after %v", resp.StatusCode, took)
		}
	}
}

// exit waits until the process has ended and gives its code.
func (pr *process) exit(t T, within time.Duration) int {
	t.Helper()
	limit := time.NewTimer(within)
	defer limit.Stop()
	select {
	case <-pr.ended:
	case <-limit.C:
		t.Fatalf("still running %v after the signal", within)
	}
	return pr.cmd.ProcessState.ExitCode()
}
