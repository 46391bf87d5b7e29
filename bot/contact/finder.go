package contact

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"visnyk/storage"
)

const (
	// fillEvery is how often somebody looks whom to have found by what they are
	// now: with fillerTTL, the lag of the search after a death.
	fillEvery = time.Second
	fillerTTL = 3 * time.Second
	fillRest  = 2 * time.Millisecond
	filler    = "~search" // the lease. No bot has such a name
)

// Finder has people found by what they are now, a few seconds behind their writes.
// Of all replicas one does it at a time.
type Finder struct {
	store *storage.Store
	owner string // this process
	log   *slog.Logger
}

// NewFinder returns a Finder that does nothing until Run. owner must be unique
// among all that share the database.
func NewFinder(store *storage.Store, owner string, log *slog.Logger) *Finder {
	return &Finder{store, owner, log}
}

// Run fills the search until ctx ends.
func (f *Finder) Run(ctx context.Context) {
	tick := time.NewTicker(fillEvery)
	defer tick.Stop()
	for {
		if err := f.Work(ctx); err != nil && ctx.Err() == nil {
			f.log.Warn("not everybody is found by what they are now, trying again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Work fills the search for all who are due, unless another replica does.
func (f *Finder) Work(ctx context.Context) (err error) {
	due, err := f.store.SearchDue(ctx)
	if err != nil || !due {
		return err
	}
	lease, _, ours, err := f.store.Acquire(ctx, filler, f.owner, fillerTTL)
	if err != nil || !ours {
		return err
	}
	defer func() {
		if e := f.store.Release(context.WithoutCancel(ctx), lease); !errors.Is(e, storage.ErrLeaseLost) {
			err = errors.Join(err, e)
		}
	}()
	for renewed := time.Now(); ; {
		began := time.Now()
		people, err := f.store.FillSearch(ctx)
		if err != nil || people == 0 {
			return err
		}
		pause := fillRest
		if !f.store.Idle() { // somebody writes or waits for an answer
			pause += time.Since(began)
		}
		if time.Since(renewed) > fillerTTL/3 {
			if err := f.store.Renew(ctx, lease, fillerTTL); err != nil {
				return err
			}
			renewed = time.Now()
		}
		rest := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			rest.Stop()
			return ctx.Err()
		case <-rest.C:
		}
	}
}
