// Package vibertest is a strict fake of Viber on loopback: its REST API on one
// side, the people who write to a bot and Viber's callbacks on the other.
//
// It knows nothing of the adapter it tests and is written from Viber's
// documentation alone; where sources differ it is the stricter. It never
// leaves this machine and never sleeps: whoever waits, waits for a signal.
package vibertest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// firstToken is where message tokens begin: beyond 2^53, so that whoever reads
// them through a float64 mistakes one for another.
const firstToken = 4912661846655238145

// Options tell how this Viber behaves. The zero value is the real one.
type Options struct {
	Token string // the account's authentication token; a made-up one if ""
	Name  string // the account's name
	URI   string // the account's URI, for deep links
	// HourlyLimit is how many messages a person gets in an hour without writing; 100 if 0, no limit if negative.
	HourlyLimit int
	// CallbackTimeout is after how long a callback is delivered once more, while the first is still being answered; 5 s if 0.
	CallbackTimeout time.Duration
	// Retry is how long to wait before each further try of a callback that is not answered by 200; over about an hour if nil.
	Retry []time.Duration
	// Copies is how often every callback is delivered, 1 if 0.
	Copies int
	// Parallel delivers all callbacks, and their copies, at once and in no order. Without it, those of one person go one after another.
	Parallel bool
	// ReceiptsFirst tells that a message was delivered before it answers send_message.
	ReceiptsFirst bool
	// NoReceipts leaves out the delivered callbacks.
	NoReceipts bool
	// Now is the clock of timestamps and of the hourly limit; time.Now if nil.
	Now func() time.Time
}

// Server is a running fake. Its methods may be called by many goroutines.
type Server struct {
	opts   Options
	url    string
	http   *http.Server
	client *http.Client
	ctx    context.Context // ends with Close
	stop   context.CancelFunc
	work   sync.WaitGroup

	mu         sync.Mutex
	webhook    webhook
	users      map[string]*user
	next       []Fault // for the next calls, whatever they are
	token      uint64
	broadcasts []time.Time
	requests   []Request
	lines      map[string][]*Delivery // waiting callbacks by person
	pending    int                    // callbacks that are neither answered nor given up
	lost       []*Delivery
	media      map[string]media // by path
	changed    chan struct{}    // closed, and made anew, whenever something happens
}

// New starts a fake on a free port of loopback; it panics where there is none,
// as httptest does.
func New(o Options) *Server {
	if o.Token == "" {
		o.Token = "4c3b2a1908f7e6d5-0123456789abcdef-fedcba9876543210"
	}
	if o.Name == "" {
		o.Name = "Sandbox"
	}
	if o.URI == "" {
		o.URI = "sandbox"
	}
	if o.HourlyLimit == 0 {
		o.HourlyLimit = 100
	}
	if o.CallbackTimeout == 0 {
		o.CallbackTimeout = 5 * time.Second
	}
	if o.Retry == nil {
		o.Retry = []time.Duration{
			time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute,
			5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 22 * time.Minute,
		}
	}
	o.Copies = max(o.Copies, 1)
	if o.Now == nil {
		o.Now = time.Now
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(fmt.Sprintf("vibertest: no port on loopback: %v", err))
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	s := &Server{
		opts:    o,
		url:     "http://" + listener.Addr().String() + "/pa/",
		users:   map[string]*user{},
		token:   firstToken,
		lines:   map[string][]*Delivery{},
		media:   map[string]media{},
		changed: make(chan struct{}),
		client: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.http = &http.Server{
		Handler:           http.HandlerFunc(s.serve),
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return s.ctx },
	}
	s.work.Go(func() { _ = s.http.Serve(listener) })
	return s
}

// URL is the address of the API, with its last slash.
func (s *Server) URL() string { return s.url }

// Token is the account's authentication token.
func (s *Server) Token() string { return s.opts.Token }

// Close stops the fake, drops what is still to be delivered, and waits until
// nothing of it runs.
func (s *Server) Close() {
	s.mu.Lock()
	s.stop() // under mu: nothing new begins after it
	s.mu.Unlock()
	_ = s.http.Close()
	s.work.Wait()
	s.client.CloseIdleConnections()
}

// Changed returns a channel that is closed when something happens next: a
// message, a callback, a refusal.
func (s *Server) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// tell wakes whoever waits. The caller holds mu.
func (s *Server) tell() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// await returns when done is true, which it asks under mu, or ctx ends.
func (s *Server) await(ctx context.Context, done func() bool) error {
	for {
		s.mu.Lock()
		ok, changed := done(), s.changed
		s.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Jump makes the next message token a later one, so that a fake which begins
// anew does not repeat the tokens of the one before it. Never an earlier one.
func (s *Server) Jump(by uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token += by
}

// newToken returns the next message token. The caller holds mu.
func (s *Server) newToken() uint64 {
	s.token++
	return s.token
}

// TB is as much of testing.TB as Start needs; the program, which uses this
// package for its demo, need not carry package testing.
type TB interface {
	Helper()
	Cleanup(func())
}

// Start is New for a test: the fake is closed at the test's end.
func Start(t TB, o Options) *Server {
	t.Helper()
	s := New(o)
	t.Cleanup(s.Close)
	return s
}
