package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"
)

// Why a body is not read to its end.
var (
	// ErrSlow: the body comes too slowly.
	ErrSlow = errors.New("the body comes too slowly")
	// ErrTooLarge: the body is larger than it may be.
	ErrTooLarge = errors.New("the body is too large")
	// ErrEncoded: the body is not sent as it is.
	ErrEncoded = errors.New("the body is compressed")
	// ErrBusy: there is no room for the body, or it was the slowest when room was
	// needed. It may come again.
	ErrBusy = errors.New("there is no room for the body")
)

// Pace is how a body must come. Only time that is spent waiting for its sender
// counts.
type Pace struct {
	// First is how long nothing need come; with no Rate, until all of it is in.
	First time.Duration
	// Rate is how many bytes must have come for each second after First.
	Rate int64
	// Stall is how long nothing at all may come; 0 leaves that to the others.
	Stall time.Duration
}

// WebhookPace is that of messengers, which are servers with good lines.
func WebhookPace() Pace { return Pace{First: 3 * time.Second} }

// PersonPace is that of people and programs, on lines of any kind.
func PersonPace() Pace { return Pace{First: 3 * time.Second, Rate: 32 << 10, Stall: 15 * time.Second} }

// allowed returns how long in all may be waited for what comes after the first n
// bytes.
func (p Pace) allowed(n int64) time.Duration {
	if p.Rate == 0 {
		return p.First
	}
	return p.First + time.Duration(float64(n)/float64(p.Rate)*float64(time.Second))
}

// Caps are the limits of one door. With 0 there is no such limit.
type Caps struct {
	Pace    Pace
	Readers int // bodies being read at once
	// OfClient are those of one address, where addresses can be told apart.
	OfClient int
	// Turn is how long one more of the same address waits for its turn. A body
	// that keeps its pace is not cut then. With 0 nobody waits: the slowest of
	// that address is cut for it.
	Turn time.Duration
	// Memory is how many bytes of its bodies may be held at once, so that they leave
	// room for those of other doors.
	Memory int64
}

// Door reads the bodies of one kind of request.
type Door struct {
	entrance *Entrance
	caps     Caps
	reading  map[*Body]bool // those that are not in yet
	clients  map[string]int // how many of them an address has
	space
}

// Door returns a door with limits of its own, beside those that all doors share.
func (e *Entrance) Door(c Caps) *Door {
	d := &Door{entrance: e, caps: c, reading: map[*Body]bool{}, clients: map[string]int{}, space: space{most: c.Memory}}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.doors = append(e.doors, d)
	return d
}

// Open begins to read the body of r, at most limit bytes of it. The largest
// buffer it is read into counts as held until it is closed, which must be before
// the request's handler returns. Where there is no room the slowest body is cut
// and this one takes its place; ErrBusy where that helps nobody.
func (d *Door) Open(w http.ResponseWriter, r *http.Request, limit int64) (*Body, error) {
	if err := Check(r, limit); err != nil {
		return nil, err
	}
	b := &Body{
		door: d, client: d.entrance.Client(r), request: r, from: r.Body, limit: limit, announced: r.ContentLength,
		control: http.NewResponseController(w),
	}
	if b.from == nil {
		b.from = http.NoBody
	}
	if err := d.enter(r.Context(), b); err != nil {
		return nil, err
	}
	return b, nil
}

// Read returns the whole body of r, at most limit bytes of it. Its Bytes count as
// held until it is closed; see Open.
func (d *Door) Read(w http.ResponseWriter, r *http.Request, limit int64) (*Body, error) {
	b, err := d.Open(w, r, limit)
	if err != nil {
		return nil, err
	}
	if err := b.all(); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

// enter lets a body in, in the place of another one if need be.
func (d *Door) enter(ctx context.Context, b *Body) (err error) {
	if d.caps.Turn > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, d.caps.Turn)
		defer cancel()
	}
	for {
		changed, again, in := d.admit(b)
		switch {
		case in:
			return nil
		case d.caps.Turn == 0:
			return ErrBusy
		}
		look := time.NewTimer(again)
		select {
		case <-changed:
		case <-look.C:
		case <-ctx.Done():
			err = ErrBusy
		}
		if look.Stop(); err != nil {
			return err
		}
	}
}

// admit lets a body in if there is room, or another one can make it. Else it is
// worth trying again when changed tells so, or after a while.
func (d *Door) admit(b *Body) (changed <-chan struct{}, again time.Duration, in bool) {
	e := d.entrance
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	if n := d.caps.OfClient; n > 0 && b.client != "" && d.clients[b.client] >= n {
		slowest := d.slowest(now, b.client)
		switch {
		case slowest == nil:
			return e.change(), d.caps.Turn, false
		case d.caps.Turn > 0 && slowest.behind(now) <= 0:
			return e.change(), max(-slowest.behind(now), 10*time.Millisecond), false
		}
		slowest.cut()
	}
	if n := d.caps.Readers; n > 0 && len(d.reading) >= n {
		slowest := d.slowest(now, "")
		if slowest == nil {
			return e.change(), d.caps.Turn, false
		}
		slowest.cut()
	}
	b.ended, b.earned = now, now.Add(credit)
	d.reading[b] = true
	d.clients[b.client]++
	return nil, 0, true
}

// leave takes a body off those being read.
func (d *Door) leave(b *Body) {
	if !d.reading[b] {
		return
	}
	delete(d.reading, b)
	if d.clients[b.client]--; d.clients[b.client] == 0 {
		delete(d.clients, b.client)
	}
	d.entrance.notify()
}

// slowest returns the body of the client, or of anybody, that is farthest behind;
// nil when none waits for its sender.
func (d *Door) slowest(now time.Time, client string) (slowest *Body) {
	for b := range d.reading {
		if b.waits && (client == "" || b.client == client) && (slowest == nil || b.behind(now) > slowest.behind(now)) {
			slowest = b
		}
	}
	return slowest
}

// Check returns ErrEncoded or ErrTooLarge where the headers tell already that the
// body will not be taken.
func Check(r *http.Request, limit int64) error {
	switch {
	case Encoded(r.Header):
		return ErrEncoded
	case r.ContentLength > limit:
		return ErrTooLarge
	}
	return nil
}

// Encoded reports whether a body is not sent as it is. No messenger does that, and
// what small compressed bodies become has no bound.
func Encoded(h http.Header) bool {
	for _, v := range h.Values("Content-Encoding") {
		if v = strings.TrimSpace(v); v != "" && !strings.EqualFold(v, "identity") {
			return true
		}
	}
	return false
}
