package web

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections are pipes, so that their deadlines keep
// the time of the test.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return named("here") }

// named is a peer's address.
type named string

func (named) Network() string  { return "pipe" }
func (n named) String() string { return string(n) }

// pipe is our end of a connection from a peer.
type pipe struct {
	net.Conn
	peer named
}

func (p pipe) RemoteAddr() net.Addr { return p.peer }

// street is one door behind a server of HTTP, in the time of the test.
type street struct {
	*Entrance
	t     *testing.T
	pipes *pipes
	// busy is what the handler does with a body that is in, before it answers.
	busy func(*http.Request)
}

// inStreet runs f with a door that takes up to a megabyte.
func inStreet(t *testing.T, c Config, caps Caps, f func(s *street)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &street{Entrance: New(c), t: t, pipes: &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}, busy: func(*http.Request) {}}
		door := s.Door(caps)
		srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := door.Read(w, r, 1<<20)
			if err != nil {
				HangUp(w, r)
				status := http.StatusBadRequest
				for e, code := range map[error]int{ErrSlow: 408, ErrTooLarge: 413, ErrBusy: 503} {
					if errors.Is(err, e) {
						status = code
					}
				}
				w.WriteHeader(status)
				return
			}
			defer body.Close()
			s.busy(r)
			fmt.Fprint(w, len(body.Bytes()))
		})}
		ended := make(chan error, 1)
		go func() { ended <- srv.Serve(s.pipes) }()
		f(s)
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
		<-ended
		time.Sleep(time.Second) // connections that were cut linger for half of it
		if n := s.Reserved(); n != 0 {
			t.Errorf("%d bytes are held at the end", n)
		}
		for _, d := range s.doors {
			if len(d.reading)+len(d.clients) != 0 {
				t.Errorf("%d bodies of %d clients are being read at the end", len(d.reading), len(d.clients))
			}
		}
	})
}

// sender is one connection of a peer. What it sends is written in the
// background, as a network would.
type sender struct {
	s       *street
	conn    net.Conn
	out     chan []byte
	answers chan string // the status and the body of each, then "closed"
}

// from opens a connection of the peer.
func (s *street) from(peer string) *sender {
	theirs, ours := net.Pipe()
	x := &sender{s: s, conn: theirs, out: make(chan []byte, 10_000), answers: make(chan string, 10)}
	s.pipes.conns <- pipe{ours, named(net.JoinHostPort(peer, "4000"))}
	go func() {
		for p := range x.out {
			if _, err := theirs.Write(p); err != nil {
				for range x.out {
				}
				return
			}
		}
	}()
	go func() {
		defer close(x.answers)
		for in := bufio.NewReader(theirs); ; {
			resp, err := http.ReadResponse(in, nil)
			if err != nil {
				x.answers <- "closed"
				return
			}
			body, _ := io.ReadAll(resp.Body)
			x.answers <- strings.TrimSpace(fmt.Sprint(resp.StatusCode, " ", string(body)))
		}
	}()
	s.t.Cleanup(func() {
		close(x.out)
		_ = theirs.Close()
	})
	return x
}

// head begins a request with a body of n bytes; of unknown length if n < 0.
func (x *sender) head(n int, more ...string) *sender {
	h := "POST / HTTP/1.1\r\nHost: here\r\n" + strings.Join(more, "")
	if n < 0 {
		x.out <- []byte(h + "Transfer-Encoding: chunked\r\n\r\n")
	} else {
		x.out <- []byte(fmt.Sprintf("%sContent-Length: %d\r\n\r\n", h, n))
	}
	return x
}

// bytes sends n bytes of a body.
func (x *sender) bytes(n int) *sender {
	x.out <- make([]byte, n)
	return x
}

// now returns the answer that is there by now; "" when there is none.
func (x *sender) now() string {
	synctest.Wait()
	select {
	case a := <-x.answers:
		return a
	default:
		return ""
	}
}

// wants checks the answer that is there by now.
func (x *sender) wants(what, want string) {
	x.s.t.Helper()
	if got := x.now(); got != want {
		x.s.t.Errorf("%s: answered %q, want %q", what, got, want)
	}
}
