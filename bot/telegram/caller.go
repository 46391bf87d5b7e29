package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	client "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// What is read of an answer of the API, in bytes: a hundred updates may come in
// one, of all other answers none is long.
const (
	maxAnswer  = 1 << 20
	maxUpdates = 8 << 20
)

// idleTimeout lets go of a connection before the other side is likely to: a
// call on a connection that is just being closed has no certain outcome.
const idleTimeout = 30 * time.Second

var errHuge = errors.New("the answer is larger than any of the API")

// ownTransport is the way to Telegram when the configuration gives none.
func ownTransport() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.IdleConnTimeout = idleTimeout
	t.MaxResponseHeaderBytes = 64 << 10
	t.MaxIdleConnsPerHost = 32
	t.DisableCompression = true // so that the bound on answers means what it says
	return t
}

// facts are what the outcome of a call depends on and the library does not tell.
type facts struct {
	wrote  atomic.Bool // bytes of the request may have left
	status int         // of the answer; 0 while there is none
	header http.Header
	body   []byte
	err    error // what broke the exchange
}

// message gives the id of the message the API says it has made; 0 when it does
// not say so.
func (f *facts) message() int64 {
	var answer struct {
		OK     bool `json:"ok"`
		Result struct {
			ID int64 `json:"message_id"`
		} `json:"result"`
	}
	if f.status/100 != 2 || json.Unmarshal(f.body, &answer) != nil || !answer.OK {
		return 0
	}
	return answer.Result.ID
}

type factsKey struct{}

// watch gives a context under which a call fills the facts.
func watch(ctx context.Context) (context.Context, *facts) {
	f := &facts{}
	return context.WithValue(ctx, factsKey{}, f), f
}

// caller carries the library's requests.
type caller struct {
	http *http.Client
	most int64 // bytes of an answer; of a larger one the facts hold the beginning
}

// Do sends one request and reads the whole answer. The library streams its
// request; it is gathered here, so that the transport may begin again, but only
// where nothing of it was written (there is deliberately no Idempotency-Key).
func (c caller) Do(req *http.Request) (*http.Response, error) {
	f, ok := req.Context().Value(factsKey{}).(*facts)
	if !ok {
		f = &facts{}
	}
	resp, err := c.do(req, f)
	f.err = err
	return resp, err
}

func (c caller) do(req *http.Request, f *facts) (*http.Response, error) {
	form, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		GetConn:      func(string) { f.wrote.Store(false) }, // a new try follows only if nothing was written
		WroteHeaders: func() { f.wrote.Store(true) },
	}))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(form)), nil }
	req.Body, _ = req.GetBody()
	req.ContentLength = int64(len(form))
	if len(form) == 0 {
		req.Body = http.NoBody
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	f.status, f.header = resp.StatusCode, resp.Header
	stream := resp.Body
	defer func() { _ = stream.Close() }()
	f.body, err = io.ReadAll(io.LimitReader(stream, c.most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(f.body)) > c.most {
		return nil, errHuge
	}
	resp.Body = io.NopCloser(bytes.NewReader(f.body))
	return resp, nil
}

// nothing stands in for the library's handler of updates, which would log them.
func nothing(context.Context, *client.Bot, *models.Update) {}
