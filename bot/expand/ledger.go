package expand

import (
	"context"
	"fmt"
	"time"

	"visnyk/storage"
)

// expansions are the walks over all contacts that storage asks for.
type expansions struct{ *Expander }

// Acquire implements Work.
func (e expansions) Acquire(ctx context.Context, owner string, ttl time.Duration) (storage.Lease, bool, error) {
	return e.Store.AcquireExpander(ctx, owner, ttl)
}

// Idle implements Work.
func (e expansions) Idle(ctx context.Context) error { return e.Store.ForgetExpansions(ctx) }

// Open implements Work.
func (e expansions) Open(ctx context.Context) ([]Step, error) {
	open, err := e.Store.Expansions(ctx)
	steps := make([]Step, len(open))
	for i, at := range open {
		steps[i] = func(ctx context.Context, l storage.Lease) (over bool, err error) {
			at, err = e.step(ctx, l, at)
			return at.Ended, err
		}
	}
	return steps, err
}

// step walks past the next contacts, and returns how far the expansion has come.
func (e expansions) step(ctx context.Context, l storage.Lease, at storage.Expansion) (storage.Expansion, error) {
	makes, ok := e.makes[at.Kind]
	if !ok {
		return at, fmt.Errorf("nobody makes rows of the kind %q: a newer version asked for them", at.Kind)
	}
	began := time.Now()
	next, err := e.Store.Expand(ctx, l, at, func(tx *storage.Tx, contacts []string) (bool, error) {
		return makes(ctx, tx, at.Subject, contacts)
	})
	if err != nil {
		return at, fmt.Errorf("%s %s: %w", at.Kind, at.Subject, err)
	}
	e.Metrics.walked(at, next, time.Since(began))
	if next.Ended {
		e.Log.Info("everybody is listed", "what", at.Kind, "subject", at.Subject, "contacts", next.Walked)
	}
	return next, nil
}
