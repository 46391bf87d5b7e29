package viber_test

import (
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
		request := bot.Request{Method: r.Method, URL: r.URL, Header: r.Header}
		if err != nil || ch.Admit(request) != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		request.Body = body
		in, reply, err := ch.Accept(request)
		switch {
		case err != nil:
			w.WriteHeader(http.StatusUnauthorized)
			return
		case len(in) == 0:
			return
		}
		events, err := ch.Decode(in[0])
		if err != nil {
			return
		}
		for _, e := range events {
			if !e.Receipt() {
				d.events <- e
			}
		}
		if reply != nil {
			w.Header().Set("Content-Type", reply.Type)
			_, _ = w.Write(reply.Body)
		}
	})
	return d
}

// next returns the next event that is not a receipt.
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

// accepted returns the one update of an authentic delivery, and what answers it.
func accepted(t testing.TB, ch bot.Channel, h http.Header, body []byte) (bot.Update, *bot.Reply) {
	t.Helper()
	in, reply, err := ch.Accept(bot.Request{Method: http.MethodPost, Header: h, Body: body})
	if err != nil || len(in) != 1 {
		t.Fatalf("an authentic body gives %d updates, %v", len(in), err)
	}
	return in[0], reply
}
