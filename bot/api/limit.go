package api

import (
	"context"
	"math"
	"strconv"
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

// seconds writes a wait for Retry-After, rounded up.
func seconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }
