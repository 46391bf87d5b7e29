package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

var setUpLink = regexp.MustCompile(`http://\S+/setup/[A-Za-z0-9_-]{43}`)

// TestServeOffersSetUp: who starts the service on an empty database gets one link
// that opens; once somebody works here none is printed. It never stands in the log.
func TestServeOffersSetUp(t *testing.T) {
	cfg, err := readConfig([]string{
		"VISNYK_LISTEN=127.0.0.1:0", "VISNYK_INTERNAL_LISTEN=127.0.0.1:0", "VISNYK_DATABASE_URL=" + storagetest.SQLiteURL(t),
		"VISNYK_SECRET=a secret for tests alone", "VISNYK_CHAT_ORIGINS=https://example.com",
	})
	if err != nil {
		t.Fatal(err)
	}
	for start, want := range []int{1, 1, 0} {
		var terminal, log bytes.Buffer
		s, err := newService(cfg, slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		s.terminal = &terminal
		ctx, stop := context.WithCancel(t.Context())
		s.started = func(s *service, _ net.Addr) error {
			defer stop()
			links := setUpLink.FindAllString(terminal.String(), -1)
			if len(links) != want {
				t.Errorf("start %d printed %q", start, terminal.String())
				return nil
			}
			for _, link := range links {
				if status, page := fetch(t, link); status != http.StatusOK || !strings.Contains(page, `action="/setup/`) {
					t.Errorf("the link is answered %d: %s", status, page)
				}
			}
			if start == 1 {
				if err := s.staff().AddUser(t.Context(), bot.System(), "olena", bot.Admin, "довгий пароль для всіх"); err != nil {
					t.Error(err)
				}
			}
			return nil
		}
		if err := s.run(ctx); err != nil {
			t.Error(err)
		}
		stop()
		if setUpLink.MatchString(log.String()) || strings.Contains(log.String(), "/setup/") {
			t.Error("the link stands in the log")
		}
	}
}

func fetch(t *testing.T, address string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer got.Body.Close()
	read, err := io.ReadAll(got.Body)
	if err != nil {
		t.Error(err)
	}
	return got.StatusCode, string(read)
}

// TestAddressOfLinks: a link leads to the public address, else to one that a
// browser on this machine can open.
func TestAddressOfLinks(t *testing.T) {
	for _, tt := range []struct{ public, listen, want string }{
		{"https://bot.example.com/", "[::]:8080", "https://bot.example.com"},
		{"", "[::]:8080", "http://localhost:8080"},
		{"", "0.0.0.0:80", "http://localhost:80"},
		{"", ":8080", "http://localhost:8080"},
		{"", "127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"", "[::1]:8080", "http://[::1]:8080"},
	} {
		c := config{PublicURL: tt.public}
		if got := c.Address(tt.listen); got != tt.want {
			t.Errorf("%q at %q: %q, want %q", tt.public, tt.listen, got, tt.want)
		}
	}
}
