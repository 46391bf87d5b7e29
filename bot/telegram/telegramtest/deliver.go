package telegramtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// update waits for its delivery.
type update struct {
	id      int64
	serial  int64 // order of making; ids may jump back
	kind    string
	body    []byte
	chat    int64 // whose message it tells of; 0 for anything else
	message int64
	copies  int // besides those of the options
	tries   int
	expires time.Time
}

// queue holds the updates that are delivered one after another: those of one
// chat, or the presses of one user.
type queue struct {
	items   []*update
	running bool
}

// MaxUpdate is the largest update the real server queues, in bytes.
const MaxUpdate = 512 << 10

// escaped writes a document as the real server does, in ASCII: a letter that is
// not English takes six bytes, or twelve.
func escaped(doc []byte) []byte {
	out := make([]byte, 0, len(doc))
	for _, r := range string(doc) {
		switch {
		case r < utf8.RuneSelf:
			out = append(out, byte(r))
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, "\\u%04x\\u%04x", high, low)
		default:
			out = fmt.Appendf(out, "\\u%04x", r)
		}
	}
	return out
}

// post makes an update of the document and queues it; nil when nobody wants its
// kind, or when it is too large. The lock is held.
func (s *Server) post(chat int64, kind, key string, doc []byte) *update {
	if !s.hook.allows(kind) {
		return nil
	}
	if doc = escaped(doc); len(doc) > MaxUpdate-64 { // the envelope
		s.stats.Oversize++
		return nil
	}
	s.update++
	s.serial++
	life := 24 * time.Hour
	if kind == "callback_query" {
		life = pressLife
	}
	u := &update{
		id: s.update, serial: s.serial, kind: kind, expires: time.Now().Add(life),
		body: fmt.Appendf(nil, "{\"update_id\":%d,\n%q:%s}", s.update, kind, doc),
	}
	if c := s.chat(chat); c.twice {
		c.twice, u.copies = false, 1
	}
	q := s.queues[key]
	if q == nil {
		q = &queue{}
		s.queues[key] = q
	}
	q.items = append(q.items, u)
	s.stats.Updates++
	s.stats.Pending++
	s.dispatch()
	s.change()
	return u
}

// dispatch sees to it that every queue with something in it is being worked on.
// The lock is held.
func (s *Server) dispatch() {
	if s.hook.url == "" || s.ctx.Err() != nil {
		return
	}
	for key, q := range s.queues {
		if !q.running && len(q.items) > 0 {
			q.running = true
			s.workers.Go(func() { s.work(key, q) })
		}
	}
}

// work delivers a queue in order, one at a time, until it is empty or nobody
// wants it.
func (s *Server) work(key string, q *queue) {
	for {
		s.mu.Lock()
		if len(q.items) == 0 || s.hook.url == "" || s.ctx.Err() != nil {
			q.running = false
			if len(q.items) == 0 {
				delete(s.queues, key)
			}
			s.mu.Unlock()
			return
		}
		u, to := q.items[0], s.hook
		s.mu.Unlock()

		wait, err := s.deliverAll(to, u)

		s.mu.Lock()
		u.tries++
		done := err == nil
		if !done {
			s.stats.Refused++
			s.hook.lastError, s.hook.lastErrorAt = err.Error(), time.Now()
			if wait == 0 {
				wait = s.backoff(u.tries)
			}
			if time.Now().Add(wait).After(u.expires) {
				done = true
				s.stats.Dropped++
			}
		} else {
			s.stats.Acked++
			s.read(u)
		}
		if done && len(q.items) > 0 && q.items[0] == u { // unless it was dropped meanwhile
			q.items = q.items[1:]
			s.stats.Pending--
		}
		s.change()
		s.mu.Unlock()
		if !done {
			s.pause(wait)
		}
	}
}

// backoff is how long the server waits after so many failures: the first repeat
// comes at once, then 2, 4, 8 s and so on, up to a random minute or two.
func (s *Server) backoff(tries int) time.Duration {
	switch {
	case tries <= 1:
		return 0
	case tries > 7:
		return time.Duration(60+rand.IntN(61)) * s.opts.Second
	}
	return s.opts.Second << (tries - 1)
}

func (s *Server) pause(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-s.ctx.Done():
	}
}

// deliverAll posts the update and its copies at once. One 2xx is enough.
func (s *Server) deliverAll(to hook, u *update) (retry time.Duration, err error) {
	s.mu.Lock()
	n := 1 + s.opts.Copies + u.copies
	s.stats.Posts += n
	s.mu.Unlock()
	results := make([]error, n)
	retries := make([]time.Duration, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { _, retries[i], results[i] = s.request(s.ctx, to, u.body) })
	}
	all.Wait()
	for _, r := range results {
		if r == nil {
			return 0, nil
		}
	}
	return retries[0], results[0]
}

// request posts a body to the webhook. The error is what getWebhookInfo says.
func (s *Server) request(ctx context.Context, to hook, body []byte) (code int, retry time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.opts.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.url, bytes.NewReader(body))
	if err != nil {
		return 0, 0, fmt.Errorf("Wrong webhook address: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept-Encoding", "gzip, deflate")
	if to.secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", to.secret)
	}
	resp, err := s.hooks.Do(req)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return 0, 0, errors.New("Read timeout expired")
		}
		return 0, 0, errors.New("Connection failed")
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	if resp.StatusCode/100 == 2 {
		return resp.StatusCode, 0, nil
	}
	seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
	retry = time.Duration(max(0, min(seconds, 3600))) * s.opts.Second
	return resp.StatusCode, retry, fmt.Errorf("Wrong response from the webhook: %s", resp.Status)
}

// Raw posts any bytes to the webhook with the right secret, once and at once,
// and gives the status of the answer.
func (s *Server) Raw(ctx context.Context, body []byte) (int, error) {
	s.mu.Lock()
	to := s.hook
	s.stats.Posts++
	s.mu.Unlock()
	if to.url == "" {
		return 0, errors.New("fake telegram: there is no webhook")
	}
	code, _, err := s.request(ctx, to, body)
	if code != 0 {
		return code, nil
	}
	return 0, err
}

// Drain returns when every update is acknowledged or too old.
func (s *Server) Drain(ctx context.Context) error {
	return s.Wait(ctx, func() bool { return s.Stats().Pending == 0 })
}

// read marks the message that an acknowledged update told of. The lock is held.
func (s *Server) read(u *update) {
	if u.message == 0 {
		return
	}
	if m := s.chat(u.chat).find(u.message); m != nil {
		m.Read = true
	}
}

// Copies sets how many more times each update is delivered, all at once.
func (s *Server) Copies(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opts.Copies = n
}

// Jump makes the next update_id the given one, as the real server does at
// random after a quiet week.
func (s *Server) Jump(next int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.update = next - 1
}

// LastUpdate returns the last update_id.
func (s *Server) LastUpdate() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.update
}
