package telegram_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
)

// hook is a webhook that takes everything.
type hook struct {
	*httptest.Server
	requests chan taken
}

type taken struct {
	header http.Header
	body   []byte
}

func newHook(t *testing.T) *hook {
	h := &hook{requests: make(chan taken, 100)}
	h.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			h.requests <- taken{r.Header, body}
		}
	}))
	t.Cleanup(h.Close)
	return h
}

// poll asks the fake server for updates as a plain client.
func poll(ctx context.Context, s *telegramtest.Server, offset int64) ([][]byte, error) {
	url := fmt.Sprintf("%s/bot%s/getUpdates?offset=%d", s.URL(), s.Token(), offset)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct{ Result []json.RawMessage }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return nil, err
	}
	var bodies [][]byte
	for _, r := range answer.Result {
		bodies = append(bodies, r)
	}
	return bodies, nil
}

// quiet drops what a server would log of clients that hang up.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// accepted returns the one update of an authentic delivery, and what answers it.
func accepted(t testing.TB, ch bot.Channel, h http.Header, body []byte) (bot.Update, *bot.Reply) {
	t.Helper()
	in, reply, err := ch.Accept(bot.Request{Method: http.MethodPost, Header: h, Body: body})
	if err != nil || len(in) != 1 {
		t.Fatalf("an authentic body gives %d updates, %v", len(in), err)
	}
	return in[0], reply
}
