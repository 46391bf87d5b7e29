package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	client "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"visnyk/bot/call"
)

// What is read of an answer of the API, in bytes: a hundred updates may come in
// one, of all other answers none is long.
const (
	maxAnswer  = 1 << 20
	maxUpdates = 8 << 20
)

// idle is how many connections wait for the next call.
const idle = 64

// facts are what the outcome of a call depends on and the library does not tell.
type facts struct {
	call.Answer
	err error // what broke the exchange
}

// taken reports whether the API says that it has done what it was asked, and the id of
// the message it says it has made; 0 where it names none.
func (f *facts) taken() (message int64, ok bool) {
	said := bytes.TrimSpace(f.Body)
	if f.Outcome() != call.Taken || !json.Valid(said) {
		return 0, false
	}
	message, _ = strconv.ParseInt(string(within(within(said, "result"), "message_id")), 10, 64)
	return message, string(within(said, "ok")) == "true"
}

type factsKey struct{}

// watch returns a context under which a call fills the facts.
func watch(ctx context.Context) (context.Context, *facts) {
	f := &facts{}
	return context.WithValue(ctx, factsKey{}, f), f
}

// caller carries the library's requests.
type caller struct {
	calls *call.Client
	most  int64         // bytes of an answer; of a larger one the facts hold the beginning
	time  time.Duration // of one call
}

// Do sends one request and reads the whole answer.
func (c caller) Do(req *http.Request) (*http.Response, error) {
	f, ok := req.Context().Value(factsKey{}).(*facts)
	if !ok {
		f = &facts{}
	}
	ctx, cancel := context.WithTimeout(req.Context(), c.time)
	defer cancel()
	if f.Answer, f.err = c.calls.Do(req.WithContext(ctx), c.most); f.err != nil {
		return nil, f.err
	}
	return &http.Response{
		StatusCode: f.Status, Header: f.Header, Request: req,
		Body: io.NopCloser(bytes.NewReader(f.Body)), ContentLength: int64(len(f.Body)),
	}, nil
}

// nothing stands in for the library's handler of updates, which would log them.
func nothing(context.Context, *client.Bot, *models.Update) {}
