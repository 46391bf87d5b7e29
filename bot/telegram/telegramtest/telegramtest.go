// Package telegramtest is a strict stand-in for Telegram's Bot API on loopback:
// it refuses what the real server refuses, delivers updates the way the real
// server does, plays people who write and press, and misbehaves on demand.
//
// It never imports the adapter it is there to examine, and it knows nothing of
// Visnyk. It serves tests, benchmarks and the demo, and is never part of a
// service that talks to people.
package telegramtest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options say how strict the server is. The zero value is a usable server.
type Options struct {
	Token    string // "100200300:TEST-token_0123456789" when empty
	Username string // "visnyk_test_bot" when empty
	Listen   string // "127.0.0.1:0" when empty
	// Strict enforces the rates of the real server: one message a second in a
	// chat, 30 a second for the bot, one setWebhook a second.
	Strict bool
	// Second is how long a second lasts for rates, bans and the delays between
	// deliveries, so that tests need not wait; time.Second when 0.
	Second time.Duration
	// Timeout is how long a webhook may take to answer; 60 s when 0.
	Timeout time.Duration
	// AllowHTTP lets a webhook be plain http, on any port, on loopback.
	AllowHTTP bool
	// OpenChats lets the bot write to any person who did not block it, without
	// having been written to first.
	OpenChats bool
	// Unrecorded keeps no record of calls, and of each chat the last message only.
	Unrecorded bool
	// Breaking says that calls break the table on purpose: they are refused as
	// ever, and Start does not fail the test for them.
	Breaking bool
	// Copies is how many more times each update is delivered, all at once.
	Copies int
}

// Server is one fake Bot API with one bot. Its methods may be called by many
// goroutines at once.
type Server struct {
	opts    Options
	listen  net.Listener
	http    *http.Server
	hooks   *http.Client // delivers to the webhook
	ctx     context.Context
	cancel  context.CancelFunc
	workers sync.WaitGroup

	mu        sync.Mutex
	changed   chan struct{} // closed at the next change of anything below
	chats     map[int64]*chat
	people    map[int64]*Person
	files     map[string]File
	links     map[string]link  // to files, by their paths
	serves    http.HandlerFunc // instead of the files; nil: nothing does
	presses   map[string]press
	answers   []Answer
	calls     []Call
	next      []Fault // for the next calls, whatever their chat
	bans      limits  // of the whole bot
	hook      hook
	queues    map[string]*queue
	poller    chan struct{} // closed to end the long poll under way; nil when there is none
	update    int64         // the last update_id given
	serial    int64         // of presses, files and albums
	stats     Stats
	breach    string // how the call under way breaks the table; "" when it does not
	setHookAt time.Time
}

// New starts a server. It listens before New returns.
func New(o Options) (*Server, error) {
	defaults(&o)
	l, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return nil, fmt.Errorf("fake telegram: %w", err)
	}
	s := &Server{
		opts:    o,
		listen:  l,
		changed: make(chan struct{}),
		chats:   map[int64]*chat{},
		people:  map[int64]*Person{},
		files:   map[string]File{},
		links:   map[string]link{},
		presses: map[string]press{},
		queues:  map[string]*queue{},
		hook:    hook{maxConnections: 40},
		update:  10000,
		stats:   Stats{Unknown: map[string]int{}},
		hooks: &http.Client{
			Transport:     &http.Transport{MaxIdleConnsPerHost: 40, DisableCompression: true},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	s.workers.Go(func() { _ = s.http.Serve(l) })
	return s, nil
}

func defaults(o *Options) {
	if o.Token == "" {
		o.Token = "100200300:TEST-token_0123456789"
	}
	if o.Username == "" {
		o.Username = "visnyk_test_bot"
	}
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.Second <= 0 {
		o.Second = time.Second
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
}

// T is what Start needs of a test.
type T interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Start starts a server that lives as long as the test. The test fails for every
// call that no state of a chat would have made right: an unknown parameter, a
// broken keyboard, a text too long.
func Start(t T, o Options) *Server {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	t.Cleanup(func() {
		s.Close()
		if wrong := s.Stats().Breaches; len(wrong) > 0 && !o.Breaking {
			t.Errorf("fake telegram: %d calls that Telegram refuses:\n%s", len(wrong), strings.Join(wrong, "\n"))
		}
	})
	return s
}

// URL is the address of the API, without the token.
func (s *Server) URL() string { return "http://" + s.listen.Addr().String() }

// Token is the bot's token.
func (s *Server) Token() string { return s.opts.Token }

// Close ends every connection and every delivery under way.
func (s *Server) Close() {
	s.mu.Lock() // no delivery begins after this
	s.cancel()
	s.mu.Unlock()
	_ = s.http.Close()
	s.workers.Wait()
	s.hooks.CloseIdleConnections()
}

// Changes returns a channel that is closed at the next change: a message, an
// answer, a delivery.
func (s *Server) Changes() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// change wakes all who wait. The lock is held.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Wait returns when the condition holds, or with the context's error. The
// condition may ask the server anything; it is asked again after every change.
func (s *Server) Wait(ctx context.Context, holds func() bool) error {
	for {
		changed := s.Changes()
		if holds() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("fake telegram: what was waited for did not come: %w", ctx.Err())
		}
	}
}

// Stats counts what happened.
type Stats struct {
	Updates    int // made by people
	Posts      int // requests to the webhook, repeats and copies included
	Acked      int // updates answered with 2xx, or confirmed by getUpdates
	Refused    int // answers that were not 2xx, and timeouts
	Dropped    int // updates that grew too old to be delivered
	Pending    int // updates not yet acknowledged
	Oversize   int // updates larger than the real server's queue takes; they are lost there and here
	Calls      int // of the API, with the right token
	Sends      int // messages accepted
	Uploads    int // files that came with a call
	Uploaded   int // bytes of those
	Violations int // sends over the rates, in strict mode
	InBan      int // sends while a 429 forbade them
	// Breaches tells of every call that broke the table or was otherwise refused
	// for what it was, as "method: why".
	Breaches []string
	// Unknown counts parameters that the method does not have, as
	// "method.parameter". The real server ignores them, the fake refuses them.
	Unknown map[string]int
}

// Stats returns the counts so far.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.stats
	st.Unknown = make(map[string]int, len(s.stats.Unknown))
	for k, n := range s.stats.Unknown {
		st.Unknown[k] = n
	}
	st.Breaches = slices.Clone(s.stats.Breaches)
	return st
}
