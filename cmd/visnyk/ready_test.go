package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"visnyk/storage/storagetest"
)

// TestReadyAtTheStart: messengers that knocked before the database was there are
// sent away, and that keeps nobody out once the service says that it is ready.
func TestReadyAtTheStart(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close()
	cfg, err := readConfig([]string{
		"VISNYK_LISTEN=" + address, "VISNYK_INTERNAL_LISTEN=127.0.0.1:0", "VISNYK_DATABASE_URL=" + storagetest.SQLiteURL(t),
		"VISNYK_SECRET=a secret for tests alone", "VISNYK_PUBLIC_URL=http://127.0.0.1",
		"VISNYK_TELEGRAM_TOKEN=1234:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "VISNYK_TELEGRAM_SECRET=s", "VISNYK_TELEGRAM_API_URL=http://127.0.0.1:9",
	})
	if err != nil {
		t.Fatal(err)
	}
	post := func(id int) int {
		body := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"from":{"id":5,"is_bot":false,"first_name":"x"},"text":"x"}}`, id)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+"/webhooks/telegram", strings.NewReader(body))
		if err != nil {
			t.Error(err)
			return 0
		}
		r.Header.Set(telegramSecretHeader, "s")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			return 0 // nobody listens yet
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	for round := range 3 {
		s, err := newService(cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		knocked, answers := make(chan struct{}), make(chan int, 1)
		s.started = func(*service, net.Addr) error {
			<-knocked // after it was sent away, which may still be before
			answers <- post(1000 * (round + 1))
			return nil
		}
		ended := make(chan error, 1)
		go func() { ended <- s.run(ctx) }()
		for end, sent := time.Now().Add(patience), 0; sent != http.StatusServiceUnavailable; {
			if sent = post(1); sent == http.StatusOK || time.Now().After(end) {
				break // it was quicker than we; the next round may not be
			}
		}
		close(knocked)
		if got := <-answers; got != http.StatusOK {
			t.Errorf("a webhook after ready is answered %d", got)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}
