package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"visnyk/bot"
)

// However many open links while a messenger does not tell the bot's name, one
// call at a time asks for it, and rarely.
func TestIntroduction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var (
			i     introduction
			calls atomic.Int64
			fails atomic.Bool
		)
		down := errors.New("down")
		fails.Store(true)
		ask := func(ctx context.Context) error {
			calls.Add(1)
			time.Sleep(100 * time.Millisecond)
			if fails.Load() {
				return down
			}
			return ctx.Err()
		}
		crowd := func(n int, want error) {
			t.Helper()
			var all sync.WaitGroup
			for range n {
				all.Go(func() {
					if err := i.make(t.Context(), ask); !errors.Is(err, want) {
						t.Errorf("got %v, want %v", err, want)
					}
				})
			}
			all.Wait()
		}
		crowd(1000, down)
		if n := calls.Load(); n != 1 {
			t.Errorf("a thousand at once asked %d times", n)
		}
		for range 600 { // a minute
			crowd(10, down)
			time.Sleep(100 * time.Millisecond)
		}
		if n := calls.Load(); n < 5 || n > 7 {
			t.Errorf("in a minute the messenger was asked %d times, want about 6", n)
		}
		hasty, cancel := context.WithCancel(t.Context())
		cancel()
		time.Sleep(time.Minute)
		if err := i.make(hasty, ask); !errors.Is(err, context.Canceled) {
			t.Errorf("who went away got %v", err)
		}
		synctest.Wait()
		time.Sleep(2 * time.Minute) // that call goes on without them, and fails
		fails.Store(false)
		before := calls.Load()
		crowd(100, nil)
		crowd(100, nil)
		if n := calls.Load() - before; n != 1 {
			t.Errorf("at the end it was asked %d times", n)
		}
	})
}

// The page for join links is anybody's to open, and asks a messenger that is
// down once, whatever comes.
func TestJoinPageAsksSeldom(t *testing.T) {
	var asked atomic.Int64
	down := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusInternalServerError)
	}))
	defer down.Close()
	cfg, err := readConfig([]string{
		"VISNYK_TELEGRAM_TOKEN=1234:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "VISNYK_TELEGRAM_SECRET=s", "VISNYK_TELEGRAM_API_URL=" + down.URL,
		"VISNYK_VIBER_TOKEN=4dc5aa1f-aaaaaaaaaaaaaaaa", "VISNYK_VIBER_SENDER_NAME=x", "VISNYK_VIBER_API_URL=" + down.URL,
		"VISNYK_PUBLIC_URL=http://127.0.0.1", "VISNYK_SECRET=a secret for tests alone", "VISNYK_DATABASE_URL=sqlite:" + t.TempDir() + "/x.db",
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := newService(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				view, err := s.joinView(t.Context(), bot.Ukrainian, "aaaaaaaaaaaaaaaaaaaaaa")
				if err != nil || len(view.Links) != 0 {
					t.Errorf("%+v, %v", view, err)
				}
			})
		}
		all.Wait()
	}
	// Two messengers; a loaded machine may take longer than the first rest.
	if n := asked.Load(); n < 2 || n > 8 {
		t.Errorf("200 looks at the page asked %d times", n)
	}
}
