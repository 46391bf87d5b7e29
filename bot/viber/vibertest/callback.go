package vibertest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Why a callback did not arrive.
var (
	ErrNoWebhook = errors.New("no webhook is set")
	ErrDeclined  = errors.New("the webhook declined events of this kind")
	ErrGaveUp    = errors.New("never answered by 200")
	ErrClosed    = errors.New("the fake is closed")
	errLate      = errors.New("no answer in time")
)

// Delivery is one callback on its way to the webhook.
type Delivery struct {
	Body []byte

	server *Server
	key    string        // the person it is of
	then   func(Attempt) // called with the first good answer
	done   chan struct{}

	mu       sync.Mutex
	attempts []Attempt
	err      error
}

// Attempt is one try to deliver a callback.
type Attempt struct {
	Status int    // HTTP status; 0 when there was no answer
	Body   []byte // of the answer
	Err    error
}

// Wait returns when the callback is delivered, with the answer, or given up.
func (d *Delivery) Wait(ctx context.Context) (Attempt, error) {
	select {
	case <-d.done:
	case <-ctx.Done():
		return Attempt{}, ctx.Err()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range d.attempts {
		if a.Status == http.StatusOK {
			return a, d.err
		}
	}
	return Attempt{}, d.err
}

// Attempts returns the tries so far that have ended.
func (d *Delivery) Attempts() []Attempt {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.attempts)
}

// Again delivers the same bytes once more, as Viber does when it missed an answer.
func (d *Delivery) Again() *Delivery { return d.server.enqueue(d.key, d.Body, nil) }

func (d *Delivery) ended(a Attempt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.attempts = append(d.attempts, a)
}

// Raw delivers any bytes with a right signature, apart from any order.
func (s *Server) Raw(body []byte) *Delivery {
	return s.enqueue("", body, nil)
}

// Sign returns the signature of a body.
func (s *Server) Sign(body []byte) string {
	mac := hmac.New(sha256.New, []byte(s.opts.Token))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// Drain returns when every callback is delivered or given up.
func (s *Server) Drain(ctx context.Context) error {
	return s.await(ctx, func() bool { return s.pending == 0 })
}

// Lost returns the callbacks that were given up.
func (s *Server) Lost() []*Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.lost)
}

// enqueue delivers body after what else waits for the same person; at once and
// in no order where key is "".
func (s *Server) enqueue(key string, body []byte, then func(Attempt)) *Delivery {
	d := &Delivery{Body: body, server: s, key: key, then: then, done: make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		d.err = ErrClosed
		close(d.done)
		return d
	}
	s.pending++
	if s.opts.Parallel || key == "" {
		s.work.Go(func() { s.deliver(d) })
		return d
	}
	line, busy := s.lines[key]
	s.lines[key] = append(line, d)
	if !busy {
		s.work.Go(func() { s.walk(key) })
	}
	return d
}

// walk delivers the callbacks of one person, until none is left.
func (s *Server) walk(key string) {
	for {
		s.mu.Lock()
		line := s.lines[key]
		if len(line) == 0 {
			delete(s.lines, key)
			s.mu.Unlock()
			return
		}
		s.lines[key] = line[1:]
		s.mu.Unlock()
		s.deliver(line[0])
	}
}

// deliver sees the callback, and its copies, to their end.
func (s *Server) deliver(d *Delivery) {
	errs := make([]error, s.opts.Copies)
	if s.opts.Parallel {
		var copies sync.WaitGroup
		for i := range errs {
			copies.Go(func() { errs[i] = s.persist(d) })
		}
		copies.Wait()
	} else {
		for i := range errs {
			errs[i] = s.persist(d)
		}
	}
	d.mu.Lock()
	d.err = errors.Join(errs...)
	failed := d.err
	good := slices.IndexFunc(d.attempts, func(a Attempt) bool { return a.Status == http.StatusOK })
	var answer Attempt
	if good >= 0 {
		answer = d.attempts[good]
	}
	d.mu.Unlock()
	if d.then != nil && good >= 0 {
		d.then(answer)
	}
	close(d.done)
	if errors.Is(failed, ErrGaveUp) {
		s.mu.Lock()
		s.lost = append(s.lost, d)
		s.mu.Unlock()
	}
	s.pend(-1)
}

// pend changes how much is still to be delivered.
func (s *Server) pend(by int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending += by
	s.tell()
}

// address returns where callbacks go now, "" for nowhere.
func (s *Server) address() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.webhook.url
}

// persist tries until one try is answered by 200, each where callbacks go by
// then. A try that takes too long is left running while the next one begins.
func (s *Server) persist(d *Delivery) error {
	good := make(chan struct{}, len(s.opts.Retry)+1)
	for try := 0; ; try++ {
		address := s.address()
		if address == "" {
			return ErrNoWebhook
		}
		bad := make(chan struct{})
		s.work.Go(func() {
			a := s.post(address, d.Body, time.Minute)
			d.ended(a)
			if a.Status == http.StatusOK {
				good <- struct{}{}
			} else {
				close(bad)
			}
		})
		patience := time.NewTimer(s.opts.CallbackTimeout)
		late := false
		select {
		case <-good:
			patience.Stop()
			return nil
		case <-bad:
			patience.Stop()
		case <-patience.C:
			late = true
		case <-s.ctx.Done():
			patience.Stop()
			return ErrClosed
		}
		if try == len(s.opts.Retry) {
			return fmt.Errorf("%w after %d tries", ErrGaveUp, try+1)
		}
		pause := s.opts.Retry[try]
		if late && try == 0 {
			pause = 0
		}
		timer := time.NewTimer(pause)
		select {
		case <-good:
			timer.Stop()
			return nil
		case <-timer.C:
		case <-s.ctx.Done():
			timer.Stop()
			return ErrClosed
		}
	}
}

// post delivers a callback once.
func (s *Server) post(address string, body []byte, limit time.Duration) Attempt {
	ctx, cancel := context.WithTimeoutCause(s.ctx, limit, errLate)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return Attempt{Err: err}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Viber-Content-Signature", s.Sign(body))
	resp, err := s.client.Do(req)
	if err != nil {
		return Attempt{Err: err}
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return Attempt{Err: err}
	}
	return Attempt{Status: resp.StatusCode, Body: answer}
}
