package server

import (
	"net"
	"sync/atomic"
	"time"
)

const (
	// stride is written within Limits.Write, or the connection ends: whoever
	// reads, however slowly, goes on; who reads nothing is cut.
	stride = 32 << 10 // bytes
	// sendBuffer bounds what the system keeps of an answer for its reader.
	sendBuffer = 128 << 10 // bytes
)

// moving gives every connection a write deadline that moves with what its reader
// takes.
type moving struct {
	net.Listener
	patience time.Duration
}

// Accept implements net.Listener.
func (l moving) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(sendBuffer) // else the system chooses, some megabytes
	}
	return &movingConn{Conn: c, patience: l.patience}, nil
}

// movingConn sets the deadline of each write, unless a handler has set its own,
// as that of an event stream does.
type movingConn struct {
	net.Conn
	patience time.Duration
	own      atomic.Bool
}

// SetWriteDeadline implements net.Conn. The zero time gives it back to us, as
// the HTTP server does after each answer.
func (c *movingConn) SetWriteDeadline(t time.Time) error {
	c.own.Store(!t.IsZero())
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline implements net.Conn.
func (c *movingConn) SetDeadline(t time.Time) error {
	c.own.Store(!t.IsZero())
	return c.Conn.SetDeadline(t)
}

// CloseWrite lets the peer read the answer before the connection ends.
func (c *movingConn) CloseWrite() error {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		return tcp.CloseWrite()
	}
	return nil
}

// Write implements net.Conn.
func (c *movingConn) Write(p []byte) (n int, err error) {
	if c.own.Load() {
		return c.Conn.Write(p)
	}
	for {
		if err := c.Conn.SetWriteDeadline(time.Now().Add(c.patience)); err != nil {
			return n, err
		}
		wrote, err := c.Conn.Write(p[n:min(n+stride, len(p))])
		n += wrote
		if err != nil || n == len(p) {
			return n, err
		}
	}
}
