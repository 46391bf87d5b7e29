package db

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A server that stands still, with its machine or its disk, keeps its connections open
// and says nothing. Who waits for an answer waits for ever, the driver's deadlines or
// not, even when another server has long taken its place. So the listener asks every
// so often, and when a question is still open at the second turn after it, all
// connections are cut.
const usualPing = 5 * time.Second

// wires are the open connections to PostgreSQL.
type wires struct {
	pingEvery time.Duration // the listener's

	mu   sync.Mutex
	open map[*wire]bool
}

// wire is one of them, which knows since when it waits.
type wire struct {
	net.Conn
	of           *wires
	asked, heard atomic.Int64 // when, in nanoseconds
}

func (ws *wires) add(c net.Conn) *wire {
	w := &wire{Conn: c, of: ws}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.open == nil {
		ws.open = map[*wire]bool{}
	}
	ws.open[w] = true
	return w
}

// cut ends all connections as they are: whoever waits has an error, and what is asked
// next is asked on a new one.
func (ws *wires) cut() {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for w := range ws.open {
		_ = w.Conn.Close()
	}
}

func (w *wire) Write(b []byte) (int, error) {
	w.asked.Store(time.Now().UnixNano())
	return w.Conn.Write(b)
}

func (w *wire) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	w.heard.Store(time.Now().UnixNano())
	return n, err
}

func (w *wire) Close() error {
	w.of.mu.Lock()
	delete(w.of.open, w)
	w.of.mu.Unlock()
	return w.Conn.Close()
}

// silent returns how long the wire waits for an answer by now; 0: it does not.
func (w *wire) silent() time.Duration {
	asked := w.asked.Load()
	if asked <= w.heard.Load() {
		return 0
	}
	return time.Duration(time.Now().UnixNano() - asked)
}

// dialer notices a peer that is gone: keep-alives on an idle connection, a limit on
// unacknowledged bytes on a busy one.
type dialer struct{ wires *wires }

const silence = 5 * time.Second

func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

func (d dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	nd := net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: silence, Interval: time.Second, Count: 3},
		Control:         limitSilence,
	}
	c, err := nd.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return d.wires.add(c), nil
}

// listening is the dialer of a listener, whose wire it keeps in sight.
type listening struct {
	dialer
	wire *atomic.Pointer[wire]
}

func (l listening) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := l.dialer.DialContext(ctx, network, address)
	if err == nil {
		l.wire.Store(c.(*wire))
	}
	return c, err
}
