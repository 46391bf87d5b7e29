package server

import (
	"math/rand/v2"
	"sync"
	"time"
)

// breaker keeps requests away from an inbox that fails, but for one every now
// and then that tries it.
type breaker struct {
	limits Limits
	now    func() time.Time
	pause  func() time.Duration // before the next try, at most Limits.Probe

	mu   sync.Mutex
	open bool
	next time.Time
}

func newBreaker(l Limits) *breaker {
	return &breaker{
		limits: l,
		now:    time.Now,
		pause:  func() time.Duration { return l.Probe/4 + rand.N(l.Probe*3/4) },
	}
}

// allow tells whether a request may try.
func (b *breaker) allow() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.open {
		return true
	}
	now := b.now()
	if now.Before(b.next) {
		return false
	}
	b.next = now.Add(b.limits.Probe) // the try itself reports earlier
	return true
}

// report takes the outcome of a try and tells whether the state changed.
func (b *breaker) report(err error) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	was := b.open
	b.open = err != nil
	b.next = b.now().Add(b.pause())
	return b.open != was
}

// patience gives how long a commit may take: a try of a failing inbox is cut
// early, so that its return is noticed soon.
func (b *breaker) patience() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open {
		return min(b.limits.Probe, b.limits.Commit)
	}
	return b.limits.Commit
}
