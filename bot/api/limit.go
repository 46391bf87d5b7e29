package api

import (
	"context"
	"math"
	"strconv"
	"sync"
	"time"
)

// turnstile lets few requests at the database, so that messengers' updates are
// never kept out of it, and a bounded crowd wait.
type turnstile struct{ inside, crowd chan struct{} }

func newTurnstile(atOnce, waiting int) turnstile {
	return turnstile{make(chan struct{}, atOnce), make(chan struct{}, atOnce+waiting)}
}

func (t turnstile) enter(ctx context.Context) error {
	select {
	case t.crowd <- struct{}{}:
	default:
		return problemUnavailable()
	}
	select {
	case t.inside <- struct{}{}:
		return nil
	case <-ctx.Done():
		<-t.crowd
		return ctx.Err()
	}
}

func (t turnstile) leave() {
	<-t.inside
	<-t.crowd
}

// rates bound how often each user may ask, in this process.
type rates struct {
	perSecond float64
	burst     float64
	mu        sync.Mutex
	users     map[string]bucket // as many as there are users
}

// bucket fills with time and is emptied by requests.
type bucket struct {
	left float64
	at   time.Time
}

func newRates(perSecond float64, burst int) *rates {
	return &rates{perSecond: perSecond, burst: float64(burst), users: map[string]bucket{}}
}

// take counts one request of the user, or tells how long to wait with it.
func (r *rates) take(user string, now time.Time) (wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b, known := r.users[user]
	if !known {
		b = bucket{left: r.burst, at: now}
	}
	if now.After(b.at) { // a clock that is set back fills nothing
		b.left = min(r.burst, b.left+now.Sub(b.at).Seconds()*r.perSecond)
		b.at = now
	}
	if b.left < 1 {
		wait = time.Duration((1 - b.left) / r.perSecond * float64(time.Second))
	} else {
		b.left--
	}
	r.users[user] = b
	return wait
}

// seconds writes a wait for Retry-After, rounded up.
func seconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }
