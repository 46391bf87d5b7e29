package link

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// house is a door over a database that can go away.
type house struct {
	*Door
	web   *echo.Echo
	store *storage.Store
}

func newHouse(t *testing.T, store *storage.Store) *house {
	h := &house{store: store, web: echo.New()}
	h.Door = New(Config{
		Store:   func() *storage.Store { return h.store },
		Tracker: bot.NewTracker([]byte("0123456789abcdef"), "https://bot.example"),
	})
	h.Mount(h.web)
	return h
}

func (h *house) put(t *testing.T, all ...bot.TrackedLink) {
	t.Helper()
	if err := h.store.InTx(t.Context(), func(tx *storage.Tx) error { return tx.PutLinks(t.Context(), all) }); err != nil {
		t.Fatal(err)
	}
}

func (h *house) follow(method, token, agent string) *httptest.ResponseRecorder {
	q := httptest.NewRequest(method, bot.LinkPath+token, nil)
	q.Header.Set("User-Agent", agent)
	a := httptest.NewRecorder()
	h.web.ServeHTTP(a, q)
	return a
}

const browser = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0 Mobile Safari/537.36"

func sale() bot.TrackedLink { return bot.TrackedLinkOf("b1", "https://shop.example/sale?a=1&b=2#x") }

func TestLeadsOn(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		h := newHouse(t, s)
		h.put(t, sale())
		h.put(t, sale()) // twice is once
		got := h.follow("GET", h.Tracker.Token(sale().ID, "c1"), browser)
		if got.Code != http.StatusFound || got.Header().Get("Location") != sale().URL {
			t.Errorf("%d to %q", got.Code, got.Header().Get("Location"))
		}
		for name, want := range map[string]string{"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"} {
			if got.Header().Get(name) != want {
				t.Errorf("%s: %q", name, got.Header().Get(name))
			}
		}
	})
}

// Only what we made leads anywhere, and only where it was approved to lead (S65).
func TestForgedLinksLeadNowhere(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		h := newHouse(t, s)
		changed := bot.TrackedLinkOf("b1", "https://shop.example/")
		changed.URL = "https://evil.example/" // somebody wrote into the database
		h.put(t, sale(), changed)
		mine := bot.NewTracker([]byte("another secret"), "https://bot.example")
		good := h.Tracker.Token(sale().ID, "c1")
		for what, token := range map[string]string{
			"another secret": mine.Token(sale().ID, "c1"), "no such link": h.Tracker.Token(42, "c1"), "changed": h.Tracker.Token(changed.ID, "c1"),
			"cut": good[:len(good)-4], "an address": "https:%2F%2Fevil.example", "with a target": good + "?to=https://evil.example/x", "dots": "..%2f..%2f", "one letter": "A",
		} {
			got := h.follow("GET", token, browser)
			to := got.Header().Get("Location")
			if what == "with a target" {
				if to != sale().URL {
					t.Errorf("%s: to %q", what, to)
				}
				continue
			}
			if got.Code != http.StatusNotFound || to != "" || strings.Contains(got.Body.String(), "evil") {
				t.Errorf("%s: %d to %q: %s", what, got.Code, to, got.Body)
			}
		}
	})
}

// A link that was learnt leads on while the database is away, and the clicks are
// written when it is back.
func TestLeadsOnWhileTheDatabaseIsAway(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		h := newHouse(t, s)
		h.put(t, sale())
		if _, err := h.Learn(t.Context(), time.Time{}); err != nil {
			t.Fatal(err)
		}
		h.store = nil
		if got := h.follow("GET", h.Tracker.Token(sale().ID, "c1"), browser); got.Code != http.StatusFound || got.Header().Get("Location") != sale().URL {
			t.Errorf("%d", got.Code)
		}
		unknown := h.follow("GET", h.Tracker.Token(7, "c1"), browser)
		if unknown.Code != http.StatusServiceUnavailable || unknown.Header().Get("Retry-After") == "" {
			t.Errorf("of one not known: %d", unknown.Code)
		}
		h.write(t.Context())
		h.store = s
		h.write(t.Context())
		if n := clicks(t, s); n != [2]int{1, 0} {
			t.Errorf("counted %v", n)
		}
	})
}

func clicks(t *testing.T, s *storage.Store) (n [2]int) {
	t.Helper()
	var rows []struct {
		Clicks   int `db:"clicks"`
		Previews int `db:"previews"`
	}
	if err := s.DB().Reader().Select(t.Context(), &rows, `SELECT clicks, previews FROM links`); err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	return [2]int{rows[0].Clicks, rows[0].Previews}
}

// People are counted, programs apart.
func TestPreviewsAreNoClicks(t *testing.T) {
	people := []string{
		browser, "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Viber/22.3.0",
		"Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 Telegram-Android/10.14.5 (Xiaomi)",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0", "Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
	}
	programs := []string{
		"TelegramBot (like TwitterBot)", "WhatsApp/2.23.20.0", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
		"Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5", "Twitterbot/1.0",
	}
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		h := newHouse(t, s)
		h.put(t, sale())
		token := h.Tracker.Token(sale().ID, "c1")
		for _, agent := range append(people, programs...) {
			if got := h.follow("GET", token, agent); got.Code != http.StatusFound {
				t.Errorf("%s: %d", agent, got.Code)
			}
		}
		h.follow("HEAD", token, browser)
		q := httptest.NewRequest("GET", bot.LinkPath+token, nil)
		q.Header.Set("User-Agent", browser)
		q.Header.Set("Sec-Purpose", "prefetch;prerender")
		h.web.ServeHTTP(httptest.NewRecorder(), q)
		h.write(t.Context())
		if n := clicks(t, s); n != [2]int{len(people), len(programs) + 2} {
			t.Errorf("%v, want %d people and %d programs", n, len(people), len(programs)+2)
		}
	})
}

// Clicks of many at once are all counted, and a full memory loses the newest and
// leads on all the same.
func TestClicksAtOnce(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	h := newHouse(t, s)
	h.put(t, sale())
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); h.Run(ctx) }()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := range 50 {
				h.follow("GET", h.Tracker.Token(sale().ID, fmt.Sprint(i, n%25)), browser)
			}
		})
	}
	wg.Wait()
	stop()
	<-done // writes what is left
	if n := clicks(t, s); n[0] != 400 {
		t.Errorf("%v", n)
	}
	for i := range mostClicks + 1 {
		h.count(sale(), fmt.Sprint(i), false)
	}
	if h.lost != 1 {
		t.Errorf("%d lost", h.lost)
	}
	if h.follow("GET", h.Tracker.Token(sale().ID, "new"), browser).Code != http.StatusFound {
		t.Error("it does not lead on")
	}
}

// What a click costs us, without the network: far below 20 ms.
func BenchmarkFollow(b *testing.B) {
	h := &house{web: echo.New()}
	h.Door = New(Config{Store: func() *storage.Store { return nil }, Tracker: bot.NewTracker([]byte("0123456789abcdef"), "https://bot.example")})
	h.Mount(h.web)
	h.learn(sale())
	token := h.Tracker.Token(sale().ID, "0193f9d2-7d4e-7a3b-9c1d-2f6e8a5b4c3d")
	for b.Loop() {
		if got := h.follow("GET", token, browser); got.Code != http.StatusFound {
			b.Fatal(got.Code)
		}
	}
}
