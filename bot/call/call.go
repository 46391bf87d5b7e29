// Package call makes calls to others over HTTP: one call, and what is known of
// it when no answer came; when to try again, and when to leave the other side
// alone.
//
// It knows no messenger and no words of an answer: what a status means beyond
// HTTP is for whoever calls. Nothing here repeats a call by itself.
package call

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// idleTimeout lets go of a connection before the other side is likely to: a
// call on a connection that is just being closed has no certain outcome.
const idleTimeout = 30 * time.Second

// ErrHuge says that an answer is larger than it may be.
var ErrHuge = errors.New("the answer is larger than it may be")

// Transport returns a way to one host, which keeps up to idle connections open.
func Transport(idle int) http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.IdleConnTimeout = idleTimeout
	t.MaxResponseHeaderBytes = 64 << 10
	t.MaxIdleConnsPerHost = idle
	t.DisableCompression = true // so that the bound on answers means what it says
	return t
}

// Client makes calls. Its methods may be called by many goroutines.
type Client struct{ way http.RoundTripper }

// New returns a client that goes the way of the transport itself: so it follows no
// redirects, for what proves who calls would go along, to a stranger. Only the
// request's context bounds its time.
func New(t http.RoundTripper) *Client { return &Client{t} }

// Close lets go of idle connections.
func (c *Client) Close() {
	if way, keeps := c.way.(interface{ CloseIdleConnections() }); keeps {
		way.CloseIdleConnections()
	}
}

// Outcome is what is known of a call from the exchange alone.
type Outcome int

// The outcomes.
const (
	// Unsent: surely nothing of it left.
	Unsent Outcome = iota
	// Unknown: it may have arrived, and nobody who would know has said so.
	Unknown
	// Refused: it was answered, and not taken.
	Refused
	// Taken: it was answered with success.
	Taken
)

// Answer is what came back of a call.
type Answer struct {
	Status int // 0 while there is none
	Header http.Header
	Body   []byte // all of it; the beginning, where Do gives an error
	// Sent reports whether bytes of the request may have left.
	Sent bool
}

// Outcome returns what became of the call. The page of a gateway (500 and above)
// says nothing of what became of the bytes behind it.
func (a Answer) Outcome() Outcome {
	switch {
	case a.Status == 0 && !a.Sent:
		return Unsent
	case a.Status == 0, a.Status >= http.StatusInternalServerError:
		return Unknown
	case a.Status/100 == 2:
		return Taken
	}
	return Refused
}

// RetryAfter returns how long the answer asks to be left alone, at most most; 0
// where it does not say so in seconds.
func (a Answer) RetryAfter(most time.Duration) time.Duration {
	seconds, _ := strconv.ParseInt(strings.TrimSpace(a.Header.Get("Retry-After")), 10, 64) // beyond 64 bits it is the largest
	return time.Duration(min(max(seconds, 0), int64(most/time.Second))) * time.Second
}

// Do makes a call and reads its answer, at most most bytes of it. An error that is
// not ErrHuge may hold the address.
func (c *Client) Do(req *http.Request, most int64) (Answer, error) {
	if err := gather(req); err != nil {
		return Answer{}, err
	}
	req, sent := traced(req.Context(), req)
	return c.exchange(req, sent, most)
}

// traced returns the request under a context, and whether bytes of it may have left.
func traced(ctx context.Context, req *http.Request) (*http.Request, *atomic.Bool) {
	var sent atomic.Bool
	return req.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:      func(string) { sent.Store(false) }, // a new try follows only if nothing was written
		WroteHeaders: func() { sent.Store(true) },
	})), &sent
}

// exchange makes a traced call and reads its answer.
func (c *Client) exchange(req *http.Request, sent *atomic.Bool, most int64) (a Answer, err error) {
	resp, err := c.way.RoundTrip(req)
	if a.Sent = sent.Load(); err != nil {
		return a, err
	}
	defer func() { _ = resp.Body.Close() }()
	a.Status, a.Header = resp.StatusCode, resp.Header
	if a.Body, err = read(resp, most+1); err != nil {
		return a, err
	}
	if int64(len(a.Body)) > most {
		return a, ErrHuge
	}
	return a, nil
}

// read reads an answer, at most most bytes of it. Of one that says how long it is no more
// memory is taken than that.
func read(resp *http.Response, most int64) ([]byte, error) {
	if resp.ContentLength < 0 || resp.ContentLength > most {
		return io.ReadAll(io.LimitReader(resp.Body, most))
	}
	body := make([]byte, resp.ContentLength+1) // room for its end to be seen, which frees the connection
	n, err := io.ReadFull(resp.Body, body)
	if int64(n) == resp.ContentLength {
		err = nil
	}
	return body[:n], err
}

// Open makes a call whose answer is read as it comes: its Body is the caller's to
// close, and to bound. An error may hold the address.
func (c *Client) Open(req *http.Request) (*http.Response, error) {
	a, err := c.way.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	a.Body = inTime{a.Body, req.Context()}
	return a, nil
}

// inTime is a body of which nothing is whole once the time for it is over: who hears that
// nobody listens any more may end it in good order, in the middle of a file.
type inTime struct {
	io.ReadCloser
	ctx context.Context
}

// Read implements io.Reader.
func (b inTime) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if over := b.ctx.Err(); over != nil && errors.Is(err, io.EOF) {
		err = over
	}
	return n, err
}

// gather reads a body that is streamed, so that it can be begun again.
func gather(req *http.Request) error {
	if req.Body == nil || req.GetBody != nil {
		return nil
	}
	body, err := io.ReadAll(req.Body)
	if err == nil {
		fill(req, body)
	}
	return err
}

// Cut returns context.Canceled or context.DeadlineExceeded where that is why a
// call broke; else nil.
func Cut(err error) error {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return context.DeadlineExceeded
	}
	return nil
}
