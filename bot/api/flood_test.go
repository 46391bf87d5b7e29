package api

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
)

func wrongToken() string {
	random := make([]byte, 32)
	rand.Read(random)
	return "visnyk_" + base64.RawURLEncoding.EncodeToString(random)
}

// A flood of tokens that are not ours turns no honest request away, though it
// comes from the same address, nor one whose token is used for the first time.
func TestWrongTokensTurnNobodyAway(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		fresh := h.token("admin1", "fresh")
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var flood sync.WaitGroup
		var refused atomic.Int64
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 200}}
		defer client.CloseIdleConnections()
		for range 150 {
			flood.Go(func() {
				for ctx.Err() == nil {
					r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url+"/articles", nil)
					if err != nil {
						t.Error(err)
						return
					}
					r.Header.Set("Authorization", "Bearer "+wrongToken())
					answer, err := client.Do(r)
					if err != nil {
						if !errors.Is(err, context.Canceled) {
							t.Error(err)
						}
						return
					}
					answer.Body.Close()
					if answer.StatusCode != 401 {
						t.Errorf("a wrong token is answered %d", answer.StatusCode)
					}
					refused.Add(1)
				}
			})
		}
		for i := range 5 {
			for next := refused.Load() + 100; refused.Load() < next && !t.Failed(); { // until the flood is on
				h.as(roles()[i%4], 200, "GET", "/articles", "")
			}
			if i == 2 {
				if got := h.do(fresh, "GET", "/articles", ""); got.status != 200 {
					t.Errorf("a token used for the first time is answered %d", got.status)
				}
			}
		}
		stop()
		flood.Wait()
		t.Logf("%d wrong tokens were refused", refused.Load())
	})
}

func TestStrangers(t *testing.T) {
	s := newStrangers(3, 2)
	enter := func(what, client, token string, status int) func(bool) {
		t.Helper()
		leave, err := s.enter(client, token)
		got := 200
		if err != nil {
			got = explain(err).Status
		}
		if got != status {
			t.Errorf("%s: %d, want %d", what, got, status)
		}
		return leave
	}
	enter("ours, the first time", "a", "good", 200)(true)
	one, two := enter("one", "a", "x", 200), enter("two", "a", "y", 200)
	enter("a third of the address", "a", "z", 429)
	enter("ours, from there", "a", "good", 200)(true)
	three := enter("another address", "b", "x", 200)
	enter("a fourth of all", "", "z", 503)
	enter("ours, beside all", "c", "good", 200)(false)
	enter("no longer ours", "c", "good", 503)
	one(false)
	enter("when one has left", "a", "z", 200)(false)
	two(false)
	three(false)
	if s.all != 0 || len(s.of) != 0 || len(s.known) != 0 {
		t.Errorf("%d inside, of %v, %d known", s.all, s.of, len(s.known))
	}
}
