package embed

import (
	"errors"
	"sync"
	"time"
)

const (
	patient  = 3                // failures in a row are borne
	leastOff = 10 * time.Second // then turns do without for so long, twice as long after each try
	mostOff  = 2 * time.Minute
)

// breaker keeps turns from waiting for an endpoint that is away, but for one
// turn every now and then, which tries it.
type breaker struct {
	now func() time.Time
	try time.Duration // how long a try takes at most

	mu       sync.Mutex
	failures int           // in a row
	off      time.Duration // 0: not away
	until    time.Time     // nobody asks before
	trying   bool
}

// up tells whether allow would.
func (b *breaker) up() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.now().Before(b.until)
}

// allow tells whether a turn may ask.
func (b *breaker) allow() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if now.Before(b.until) {
		return false
	}
	if b.off > 0 {
		b.trying, b.until = true, now.Add(b.try) // by then the one that tries has reported
	}
	return true
}

// report takes how asking ended and tells whether the endpoint is away, or back,
// from now on.
func (b *breaker) report(err error) (changed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	away, tried := b.off > 0, b.trying
	b.trying = false
	if err == nil {
		b.failures, b.off, b.until = 0, 0, time.Time{}
		return away
	}
	if away && !tried { // it was asked before it was known to be away
		return false
	}
	b.failures++
	var e *Error
	asked := errors.As(err, &e) && e.After > 0
	if !away && b.failures < patient && !asked {
		return false
	}
	b.off = min(max(2*b.off, leastOff), mostOff)
	if asked {
		b.off = min(e.After, mostOff)
	}
	b.until = b.now().Add(b.off)
	return !away
}
