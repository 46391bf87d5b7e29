package chaos

import (
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"visnyk/bot/telegram/telegramtest"
)

// TestTerm stops the service by SIGTERM, twice in a stream of 4,000 updates. At once it is not ready; within twelve seconds it has ended well,
// with nothing acknowledged lost and no send in doubt.
func TestTerm(t *testing.T) {
	const stops = 2
	for name, url := range databases() {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
			defer cancel()
			database, address, tg := url(t), free(t), fakeTelegram(t)
			db := open(t, database)
			p := start(t, database, tg.URL(), address)
			c := newCrowd(address, 400, 10)
			written := make(chan error, 1)
			go func() { written <- c.stream(ctx, time.Millisecond) }()
			for range stops {
				at := c.acked.Load() + int64(c.total()/8)
				until(ctx, t, "part of the updates", func() bool { return c.acked.Load() >= at })
				began := time.Now()
				p.signal(t, syscall.SIGTERM)
				p.unready(t)
				code := p.exit(t, 12*time.Second)
				acked := c.acked.Load()
				t.Logf("ended with %d after %v, %d updates acknowledged", code, time.Since(began).Round(time.Millisecond), acked)
				if acked >= int64(c.total()) {
					t.Error("there was no load left to stop in")
				}
				if code != 0 {
					t.Errorf("exit code %d, want 0", code)
				}
				var doubtful int
				must(t, db.Get(&doubtful, `SELECT count(*) FROM outbox WHERE state = 'sending' OR unknowns > 0`))
				if doubtful != 0 {
					t.Errorf("%d sends are in doubt after a stop by SIGTERM", doubtful)
				}
				p = start(t, database, tg.URL(), address)
			}
			c.finish(t, written)
			awaitEmpty(t, db)
			judge(t, db, c, tg)
			var sent int
			must(t, db.Get(&sent, `SELECT count(*) FROM outbox WHERE kind = 'say' AND state = 'sent'`))
			if n := tg.Stats().Sends; n != sent {
				t.Errorf("%d messages arrived, %d were sent: nothing may come twice", n, sent)
			}
		})
	}
}

// TestTermWhileAMessengerHangs ends in time all the same, and well: the send is
// given up and its outcome written.
func TestTermWhileAMessengerHangs(t *testing.T) {
	url := databases()["sqlite"](t) // the stop has nothing to do with the database
	p := hanging(t, url)
	p.signal(t, syscall.SIGTERM)
	p.unready(t)
	if code := p.exit(t, 12*time.Second); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	var sending int
	must(t, open(t, url).Get(&sending, `SELECT count(*) FROM outbox WHERE state = 'sending'`))
	if sending != 0 {
		t.Errorf("%d sends are left without an outcome", sending)
	}
}

// TestTermTwice: who cannot wait for a messenger that hangs says it twice.
func TestTermTwice(t *testing.T) {
	for name, url := range databases() {
		t.Run(name, func(t *testing.T) {
			p := hanging(t, url(t))
			p.signal(t, syscall.SIGTERM)
			p.unready(t)
			began := time.Now()
			p.signal(t, syscall.SIGTERM)
			if code := p.exit(t, time.Second); code == 0 {
				t.Error("exit code 0, though the drain was broken off")
			}
			t.Logf("ended %v after the second signal", time.Since(began).Round(time.Millisecond))
		})
	}
}

// stream writes like write, one update at a time every so often, so that there
// is load however quick the service is.
func (c *crowd) stream(ctx context.Context, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	var all sync.WaitGroup
	for group := range 32 {
		all.Go(func() {
			for n := range c.each {
				for chat := group; chat < c.chats; chat += 32 {
					select {
					case <-tick.C:
						c.deliver(ctx, chat, n)
					case <-ctx.Done():
					}
				}
			}
		})
	}
	all.Wait()
	return ctx.Err()
}

// hanging is a service in the middle of a send that the messenger never answers.
func hanging(t *testing.T, databaseURL string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	address := free(t)
	tg := telegramtest.Start(t, telegramtest.Options{Token: token, AllowHTTP: true, OpenChats: true})
	tg.Always(5000, telegramtest.Hang())
	p := start(t, databaseURL, tg.URL(), address)
	c := newCrowd(address, 1, 1)
	must(t, c.write(ctx))
	must(t, tg.Wait(ctx, func() bool {
		calls := tg.Calls()
		return len(calls) > 0 && strings.HasPrefix(calls[len(calls)-1].Method, "send")
	}))
	return p
}

func (p *process) signal(t *testing.T, s os.Signal) {
	t.Helper()
	must(t, p.cmd.Process.Signal(s))
}

// unready wants the very next answers to say that the service is not ready,
// while the door is still open.
func (p *process) unready(t *testing.T) {
	t.Helper()
	began := time.Now()
	for time.Since(began) < time.Second {
		resp, err := http.Get("http://" + p.address + "/readyz")
		if err != nil {
			t.Fatalf("nobody answers whether it is ready: %v", err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		switch took := time.Since(began); {
		case resp.StatusCode == http.StatusServiceUnavailable:
			return
		case took > 200*time.Millisecond: // a signal takes a moment to be heard
			t.Fatalf("still %d after %v", resp.StatusCode, took)
		}
	}
}

// exit waits until the process has ended and gives its code.
func (p *process) exit(t *testing.T, within time.Duration) int {
	t.Helper()
	limit := time.NewTimer(within)
	defer limit.Stop()
	select {
	case <-p.ended:
	case <-limit.C:
		t.Fatalf("still running %v after the signal", within)
	}
	return p.cmd.ProcessState.ExitCode()
}
