package web

import (
	"context"
	"errors"
	"time"
)

// ErrCrowded says that too many wait for their turn.
var ErrCrowded = errors.New("too many wait for their turn")

// Turns let few requests at a time use the database, so that messengers' updates
// are never kept out of it.
type Turns struct {
	inside   chan struct{}
	crowd    chan struct{} // nil: any number may wait
	patience time.Duration
}

// NewTurns lets that many in at once and that many wait, or any number where
// waiting is negative. Patience bounds one turn, with the wait for it.
func NewTurns(atOnce, waiting int, patience time.Duration) *Turns {
	t := &Turns{inside: make(chan struct{}, atOnce), patience: patience}
	if waiting >= 0 {
		t.crowd = make(chan struct{}, atOnce+waiting)
	}
	return t
}

// Do runs f in its turn. ErrCrowded, or the context's error, where it got none.
func (t *Turns) Do(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, t.patience)
	defer cancel()
	if t.crowd != nil {
		select {
		case t.crowd <- struct{}{}:
			defer func() { <-t.crowd }()
		default:
			return ErrCrowded
		}
	}
	select {
	case t.inside <- struct{}{}:
		defer func() { <-t.inside }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return f(ctx)
}
