package server

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// half opens a connection from the address of this machine and sends half a
// request with a signature of somebody's own making, as a stranger may.
func (w *world) half(t *testing.T, from net.IP) net.Conn {
	t.Helper()
	dial := net.Dialer{LocalAddr: &net.TCPAddr{IP: from}}
	c, err := dial.DialContext(t.Context(), "tcp", w.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	// The fake's bodies are judged when they are in, as Viber's are.
	if _, err := fmt.Fprintf(c, "POST /webhooks/fake HTTP/1.1\r\nHost: a\r\nX-Fake-Secret: s1\r\nContent-Length: 1000\r\n\r\n%s", strings.Repeat("x", 500)); err != nil {
		t.Fatal(err)
	}
	return c
}

// Half-sent bodies, however many and from wherever, do not close a door whose
// messenger signs the body: genuine updates are stored as ever meanwhile.
func TestHalfSentBodiesDoNotCloseTheDoor(t *testing.T) {
	for name, from := range map[string]func(i int) net.IP{
		"one address":    func(int) net.IP { return net.IPv4(127, 0, 0, 1) },
		"many addresses": func(i int) net.IP { return net.IPv4(127, 0, 1, byte(1+i%200)) },
	} {
		t.Run(name, func(t *testing.T) {
			inbox := &memory{}
			w := serve(t, inbox, func(c *Config) { c.Limits.BodyTime = time.Minute }) // they are not merely outlived
			const attackers = 600
			for i := range attackers {
				w.half(t, from(i))
			}
			w.await(t, "all of them to be at the door", func() bool {
				return w.figure(t, "visnyk_webhooks_in_flight", "fake")+w.figure(t, "visnyk_updates_total", "fake", "busy") >= attackers
			})
			for i := range 50 {
				began := time.Now()
				if got := w.post(t, fmt.Sprintf("%d x", i)); got.status != 200 {
					t.Fatalf("a genuine update is answered %d", got.status)
				}
				if took := time.Since(began); took > 20*time.Second { // of the minute that they may take
					t.Errorf("a genuine update took %v", took)
				}
			}
			if n := len(inbox.all()); n != 50 {
				t.Errorf("%d updates are stored, want 50", n)
			}
		})
	}
}

// await waits until it holds.
func (w *world) await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
		w.get(t, "/livez")
	}
}

// A door with a limit of bytes holds no more, whatever comes, and lets small
// bodies in.
func TestManyLargeBodiesHoldLittle(t *testing.T) {
	const most = 64 << 20
	w := serve(t, &memory{}, func(c *Config) { c.Limits.Body, c.Limits.BodyTime = 1<<20, time.Minute })
	large := strings.Repeat("x", 1<<20-1)
	for i := range 120 {
		dial := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+i))}}
		c, err := dial.DialContext(t.Context(), "tcp", w.addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		go func() {
			_, _ = fmt.Fprintf(c, "POST /webhooks/fake HTTP/1.1\r\nHost: a\r\nX-Fake-Secret: s1\r\nContent-Length: %d\r\n\r\n%s", 1<<20, large)
		}()
		if held := w.cfg.Entrance.Reserved(); held > most {
			t.Fatalf("%d bytes are held", held)
		}
	}
	w.await(t, "as many bytes as may be", func() bool { return w.cfg.Entrance.Reserved() > most-4<<20 })
	for i := range 20 {
		if got := w.post(t, fmt.Sprintf("%d x", i)); got.status != 200 {
			t.Fatalf("a small body is answered %d", got.status)
		}
		if held := w.cfg.Entrance.Reserved(); held > most {
			t.Fatalf("%d bytes are held", held)
		}
	}
}

// A connection whose body was cut ends; others of the same peer go on.
func TestConnectionsAfterACut(t *testing.T) {
	inbox := &memory{}
	w := serve(t, inbox, func(c *Config) { c.Limits.BodyTime = 100 * time.Millisecond })
	if got := w.post(t, "1 x"); got.status != 200 {
		t.Fatalf("status %d", got.status)
	}
	body, feed := io.Pipe()
	defer feed.Close()
	if got := w.do(t, w.request(t, http.MethodPost, "/webhooks/fake", body)); got.status != 408 {
		t.Errorf("a body that does not come is answered %d", got.status)
	}
	if got := w.post(t, "2 x"); got.status != 200 { // on the connection of the first
		t.Errorf("status %d", got.status)
	}
	if n := len(inbox.all()); n != 2 {
		t.Errorf("%d rows", n)
	}
}
