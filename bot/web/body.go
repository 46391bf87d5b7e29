package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"time"
)

const (
	// smallest is the first buffer of a body that does not say how long it is.
	smallest = 4 << 10
	// credit is how far ahead a body can be of those that are behind. What came
	// longer ago helps nobody: else a body that was sent at once but for its last
	// byte would outlive honest ones.
	credit = time.Second
	// earning is how many bytes earn a second of it.
	earning = 32 << 10
)

// Body is the body of one request, on its way in. Read and Close are for one
// goroutine.
type Body struct {
	door      *Door
	client    string // "" when nobody can tell
	request   *http.Request
	from      io.Reader
	control   *http.ResponseController
	limit     int64
	announced int64 // bytes; negative when the sender does not say
	data      []byte

	// What follows is guarded by the entrance.
	reserved int64
	received int64
	waited   time.Duration // for the sender
	waits    bool          // for the sender, now
	began    time.Time     // to wait
	ended    time.Time     // to wait, the last time
	earned   time.Time     // until when it is not behind
	gone     bool          // cut for others
	closed   bool
}

// Bytes is the whole body, of Door.Read.
func (b *Body) Bytes() []byte { return b.data }

// Close lets go of what the body holds. What is left of it is not read.
func (b *Body) Close() error {
	e := b.door.entrance
	e.mu.Lock()
	defer e.mu.Unlock()
	if b.closed {
		return nil
	}
	b.closed, b.data = true, nil
	b.door.leave(b)
	e.free(b, b.reserved)
	return nil
}

// Read reads what comes next. ErrSlow, ErrTooLarge and ErrBusy say why there is
// no more; any other error but io.EOF is the connection's.
func (b *Body) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if err := b.reserve(int64(len(p))); err != nil {
		return 0, err
	}
	return b.read(p)
}

// all reads the whole body. A buffer grows only as it fills: what is announced
// is no reason to hold anything.
func (b *Body) all() error {
	for {
		if len(b.data) == cap(b.data) {
			if err := b.grow(); err != nil {
				return err
			}
		}
		n, err := b.read(b.data[len(b.data):cap(b.data)])
		b.data = b.data[:len(b.data)+n]
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// grow gives data a larger buffer. One byte more than may come is room for, so
// that the end shows, and what is too much.
func (b *Body) grow() error {
	was := int64(cap(b.data))
	size := max(smallest, 2*was)
	if b.announced >= 0 {
		size = min(size, b.announced+1)
	}
	size = min(size, b.limit+1)
	if err := b.reserve(was + size); err != nil {
		return err
	}
	data := make([]byte, len(b.data), size)
	copy(data, b.data)
	b.data = data
	if was > 0 {
		b.let(size)
	}
	return nil
}

// reserve waits until the body may hold n bytes, and counts them.
func (b *Body) reserve(n int64) error {
	e := b.door.entrance
	for {
		changed, err := e.room(b, n)
		if changed == nil {
			return err
		}
		<-changed // those that were cut let go at once
	}
}

// room counts n bytes for the body, where there is room, and else cuts bodies
// that are farther behind than it. With changed the caller tries again then.
func (e *Entrance) room(b *Body, n int64) (changed <-chan struct{}, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if b.gone {
		return nil, ErrBusy
	}
	if n <= b.reserved {
		return nil, nil
	}
	more, over := n-b.reserved, false
	for _, in := range []struct {
		*space
		doors []*Door
	}{{&b.door.space, []*Door{b.door}}, {&e.space, e.doors}} {
		for in.over(more) > in.leaving {
			now := time.Now()
			slowest := slowest(in.doors, now)
			if slowest == nil || slowest.behind(now) <= b.behind(now) {
				return nil, ErrBusy
			}
			slowest.cut()
		}
		over = over || in.over(more) > 0
	}
	if over {
		return e.change(), nil
	}
	b.take(more)
	return nil, nil
}

// take counts n bytes more as held; fewer where n is negative.
func (b *Body) take(n int64) {
	b.reserved += n
	b.door.reserved += n
	b.door.entrance.reserved += n
}

// let gives back all but n of the bytes that the body holds.
func (b *Body) let(n int64) {
	e := b.door.entrance
	e.mu.Lock()
	defer e.mu.Unlock()
	e.free(b, b.reserved-n)
}

// free gives back n of the bytes that the body holds.
func (e *Entrance) free(b *Body, n int64) {
	if n == 0 {
		return
	}
	b.take(-n)
	if b.gone {
		b.door.leaving -= n
		e.leaving -= n
	}
	e.notify()
}

// slowest returns the body at the doors that is farthest behind and holds
// something.
func slowest(doors []*Door, now time.Time) (slowest *Body) {
	for _, d := range doors {
		for b := range d.reading {
			if b.waits && b.reserved > 0 && (slowest == nil || b.behind(now) > slowest.behind(now)) {
				slowest = b
			}
		}
	}
	return slowest
}

// change is closed when whoever waits for room may look again.
func (e *Entrance) change() <-chan struct{} {
	if e.changed == nil {
		e.changed = make(chan struct{})
	}
	return e.changed
}

// notify lets everybody who waits for room look again.
func (e *Entrance) notify() {
	if e.changed != nil {
		close(e.changed)
		e.changed = nil
	}
}

// behind returns how far the body is behind.
func (b *Body) behind(now time.Time) time.Duration {
	if !b.waits {
		now = b.ended
	}
	return now.Sub(b.earned)
}

// cut ends a body that waits for its sender, to make room.
func (b *Body) cut() {
	b.gone = true
	b.door.leaving += b.reserved
	b.door.entrance.leaving += b.reserved
	b.door.leave(b)
	_ = b.control.SetReadDeadline(time.Now())
}

// read waits for the sender, as long as the pace lets it.
func (b *Body) read(p []byte) (int, error) {
	if err := b.begin(); err != nil {
		return 0, err
	}
	n, err := b.from.Read(p)
	return n, b.came(n, err)
}

func (b *Body) begin() error {
	e := b.door.entrance
	e.mu.Lock()
	defer e.mu.Unlock()
	if b.gone {
		return ErrBusy
	}
	pace, now := b.door.caps.Pace, time.Now()
	b.earned = b.earned.Add(now.Sub(b.ended)) // that time was not the sender's
	left := pace.allowed(b.received) - b.waited
	if left <= 0 {
		return ErrSlow
	}
	if pace.Stall > 0 {
		left = min(left, pace.Stall)
	}
	b.waits, b.began = true, now
	// Only a real connection has a deadline. It is set under the lock, or it
	// would take back a cut. The server forgets it with the end of a body; of a request
	// without one it reads on already, and would end what is being worked on.
	if b.announced != 0 {
		_ = b.control.SetReadDeadline(now.Add(left))
	}
	return nil
}

// came takes what has come, or has not.
func (b *Body) came(n int, err error) error {
	e := b.door.entrance
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	b.waits, b.ended = false, now
	b.waited += now.Sub(b.began)
	b.received += int64(n)
	b.earned = b.earned.Add(time.Duration(n) * time.Second / earning)
	if most := now.Add(credit); b.earned.After(most) {
		b.earned = most
	}
	switch {
	case b.received > b.limit:
		return ErrTooLarge
	case errors.Is(err, io.EOF):
		if b.gone {
			return ErrBusy
		}
		b.door.leave(b)
		b.request.Body = http.NoBody // nothing is left: see HangUp
		return io.EOF
	case b.gone:
		return ErrBusy
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return ErrSlow
	}
	return err
}
