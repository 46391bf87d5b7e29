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

	mu     sync.Mutex
	open   bool
	next   time.Time
	failed time.Time // when the last try that failed began
	proven time.Time // when the last check that the database answered began
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

// report takes the outcome of a try that began then, and tells whether the state
// changed. A try that began before the database answered a check, and fails, is
// no news.
func (b *breaker) report(began time.Time, err error) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil && began.Before(b.proven) {
		return false
	}
	was := b.open
	if b.open = err != nil; b.open {
		b.failed = began
	}
	b.next = b.now().Add(b.pause())
	return b.open != was
}

// prove takes that the database has answered a check that began then, and tells
// whether requests are let in: all of them, unless a later try has failed.
func (b *breaker) prove(began time.Time) (in, changed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.open || b.failed.Before(began) {
		changed, b.open = b.open, false
		if began.After(b.proven) {
			b.proven = began
		}
	}
	return !b.open, changed
}

// shut tells whether requests are kept away.
func (b *breaker) shut() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.open
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
