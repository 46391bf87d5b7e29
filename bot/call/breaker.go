package call

import (
	"sync"
	"time"
)

// Breaker keeps everybody away from something that fails, but for one every now
// and then, who tries it. Its methods may be called by many goroutines.
//
// It is our own and not sony/gobreaker, whose time until a try is one constant:
// here it doubles, or is what the other side asks for, or differs by chance
// among replicas; a try without an end is followed by another one; and a check
// from outside may close it.
type Breaker struct {
	// Patient is how many failures in a row open it; below 1 is 1.
	Patient int
	// Try is how long a try takes at most: after that somebody else may try.
	Try time.Duration
	// Pause returns how long to wait for the next try, from how long that was
	// before the last one (0 for the first).
	Pause func(last time.Duration) time.Duration
	Now   func() time.Time // nil: time.Now

	mu       sync.Mutex
	open     bool
	failures int           // in a row
	pause    time.Duration // before the next try
	next     time.Time     // nobody is let in before
	trying   bool
	failed   time.Time // when the last that failed began
	proven   time.Time // when the last check that it answered began
}

func (b *Breaker) now() time.Time {
	if b.Now == nil {
		return time.Now()
	}
	return b.Now()
}

// Allow reports whether a call may be made. Whoever is let in must Report.
func (b *Breaker) Allow() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if !b.open {
		return true
	}
	if now.Before(b.next) {
		return false
	}
	b.trying, b.next = true, now.Add(b.Try) // the try itself reports earlier
	return true
}

// Ready reports whether Allow would let a call in.
func (b *Breaker) Ready() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.open || !b.now().Before(b.next)
}

// Open reports whether calls are kept away.
func (b *Breaker) Open() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.open
}

// Failure is how a call failed.
type Failure struct {
	// After is how long the other side asks to be left alone: it is, at once. 0
	// asks for nothing.
	After time.Duration
}

// Report takes how a call that began then has ended, nil for well, and tells
// whether the state changed. A failure is no news if it began before a check
// found that all is well, or before it was known that nothing is.
func (b *Breaker) Report(began time.Time, f *Failure) (changed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if f == nil {
		return b.close()
	}
	if began.Before(b.proven) {
		return false
	}
	if began.After(b.failed) {
		b.failed = began
	}
	if b.open && !b.trying {
		return false
	}
	b.failures++
	if !b.open && b.failures < b.Patient && f.After == 0 {
		return false
	}
	was := b.open
	if b.pause = b.Pause(b.pause); f.After > 0 {
		b.pause = f.After
	}
	b.open, b.trying, b.next = true, false, b.now().Add(b.pause)
	return !was
}

// close lets everybody in, and reports whether that is a change.
func (b *Breaker) close() (changed bool) {
	changed = b.open
	b.open, b.trying, b.failures, b.pause, b.next = false, false, 0, 0, time.Time{}
	return changed
}

// Prove takes that a check that began then has found all well, and reports whether
// calls are let in: all of them, unless one that began later has failed.
func (b *Breaker) Prove(began time.Time) (in, changed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.open || b.failed.Before(began) {
		changed = b.close()
		if began.After(b.proven) {
			b.proven = began
		}
	}
	return !b.open, changed
}
