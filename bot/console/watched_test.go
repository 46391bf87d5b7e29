package console_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/console/consoletest"
	"visnyk/bot/staff"
	"visnyk/locales"
	"visnyk/storage"
)

// ear is an open page: the events that its stream told it, and when.
type ear struct {
	http.ResponseWriter
	mu   sync.Mutex
	told []string
	at   []time.Time
}

func (e *ear) Write(b []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if strings.HasPrefix(string(b), "event: ") {
		e.told, e.at = append(e.told, string(b)), append(e.at, time.Now())
	}
	return len(b), nil
}

func (e *ear) Flush() {}

// heard is when the page was told the words first; zero: never.
func (e *ear) heard(words string) time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i, told := range e.told {
		if strings.Contains(told, words) {
			return e.at[i]
		}
	}
	return time.Time{}
}

// TestWatched: what moves is a second old at most on every open page, while it is read once
// a second for all of them and drawn once for those who see the same; nobody hears of what
// their role may not see, and while nobody listens nothing is read.
func TestWatched(t *testing.T) {
	const pages = 20
	synctest.Test(t, func(t *testing.T) {
		texts, err := locales.New()
		if err != nil {
			t.Fatal(err)
		}
		log := slog.New(slog.DiscardHandler)
		live := console.NewLive(func() *storage.Store { return nil }, log)
		var (
			mu           sync.Mutex
			reads, draws int
			stands       int // how far it is
		)
		live.Watch(console.Watch{Name: "broadcast", May: bot.ReadAudience, Read: func(context.Context) ([]console.Watched, error) {
			mu.Lock()
			defer mu.Unlock()
			reads++
			is := fmt.Sprintf("stands at %d.", stands)
			return []console.Watched{{ID: "b", Revision: is, Draw: func(*console.Visit) ([]byte, error) {
				mu.Lock()
				defer mu.Unlock()
				draws++
				return []byte(is), nil
			}}}, nil
		}})
		c := console.New(console.Config{
			Session: func(_ context.Context, role string) (storage.Session, error) {
				return storage.Session{ID: role, User: storage.User{ID: role, Login: role, Role: bot.Role(role)}}, nil
			},
			Staff: func() *staff.Staff { return staff.New(nil) }, Texts: texts, Log: log,
		})
		c.Stream("/live", console.Anybody, live.Stream(nil))
		e := echo.New()
		c.Mount(e)
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { live.Run(ctx) })
		time.Sleep(5 * time.Second)
		if reads != 0 {
			t.Errorf("%d reads for nobody", reads)
		}
		opens := func(r bot.Role) *ear {
			page := &ear{ResponseWriter: httptest.NewRecorder()}
			asks := httptest.NewRequestWithContext(ctx, http.MethodGet, "/console/live", nil)
			asks.AddCookie(consoletest.Cookie(r))
			running.Go(func() { e.ServeHTTP(page, asks) })
			synctest.Wait()
			return page
		}
		var open []*ear
		for i := range pages {
			open = append(open, opens([]bot.Role{bot.Marketer, bot.Approver}[i%2]))
		}
		const seconds = 10
		for range seconds {
			mu.Lock()
			stands++
			live.Wake() // somebody else has news
			words, since := fmt.Sprintf("stands at %d.", stands), time.Now()
			mu.Unlock()
			time.Sleep(time.Second)
			synctest.Wait()
			for i, page := range open {
				if at := page.heard(words); at.IsZero() || at.Sub(since) > time.Second {
					t.Errorf("page %d heard of %q after %v", i, words, at.Sub(since))
				}
			}
		}
		mu.Lock()
		if reads > seconds+1 || draws > 2*reads { // one more when the first came
			t.Errorf("%d reads and %d drawings for %d pages in %d seconds", reads, draws, pages, seconds)
		}
		mu.Unlock()
		late := opens(bot.Admin)
		if late.heard(fmt.Sprintf("stands at %d.", seconds)).IsZero() {
			t.Error("who comes later waits for the next news")
		}
		cancel()
		running.Wait()
	})
}
