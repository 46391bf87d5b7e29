package viber_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"visnyk/bot"
	"visnyk/bot/viber"
)

// webhook serves callbacks and gives the address.
func webhook(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL + "/webhooks/viber"
}

// door is the door of a service with nothing behind it: it verifies, answers,
// and hands on what it understood.
type door struct {
	url    string
	events chan bot.Event
}

func serveDoor(t *testing.T, ch *viber.Channel) door {
	t.Helper()
	d := door{events: make(chan bot.Event, 100)}
	d.url = webhook(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || ch.Admit(r.Header) != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		u, err := ch.Accept(r.Header, body)
		switch {
		case errors.Is(err, bot.ErrPing):
			return
		case err != nil:
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		events, err := ch.Decode(u)
		if err != nil {
			return
		}
		for _, e := range events {
			if !e.Receipt() {
				d.events <- e
			}
		}
		if answer, ok := ch.Greet(u); ok {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(answer)
		}
	})
	return d
}

// next gives the next event that is not a receipt.
func (d door) next(t *testing.T) bot.Event {
	t.Helper()
	select {
	case e := <-d.events:
		return e
	case <-timeout(t).Done():
		t.Fatal("no event")
		return bot.Event{}
	}
}
