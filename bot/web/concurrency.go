package web

import (
	"context"
	"errors"
	"time"
)

// ErrTooMany says that too many wait for their turn.
var ErrTooMany = errors.New("too many wait for their turn")

// ConcurrencyLimit lets few requests at a time use the database, so that messengers' updates
// are never kept out of it.
type ConcurrencyLimit struct {
	running  chan struct{}
	admitted chan struct{} // nil: any number may wait
	timeout  time.Duration
}

// NewConcurrencyLimit lets that many in at once and that many wait, or any number where
// waiting is negative. Patience bounds one turn, with the wait for it.
func NewConcurrencyLimit(atOnce, waiting int, patience time.Duration) *ConcurrencyLimit {
	t := &ConcurrencyLimit{running: make(chan struct{}, atOnce), timeout: patience}
	if waiting >= 0 {
		t.admitted = make(chan struct{}, atOnce+waiting)
	}
	return t
}

// Do runs f in its turn. ErrTooMany, or the context's error, where it got none.
func (t *ConcurrencyLimit) Do(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	if t.admitted != nil {
		select {
		case t.admitted <- struct{}{}:
			defer func() { <-t.admitted }()
		default:
			return ErrTooMany
		}
	}
	select {
	case t.running <- struct{}{}:
		defer func() { <-t.running }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return f(ctx)
}
