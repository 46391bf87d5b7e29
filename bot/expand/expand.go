// Package expand makes a row for everybody whom something concerns: for a change
// that may be told from now on, its rows of the ledger. It walks over all contacts
// by their keys, a few hundred in a transaction of its own, and keeps how far it
// has come beside the rows: nobody waits for it, and after a death whoever takes
// over goes on where it was.
//
// What is asked for stands in storage; whom a subject concerns is its maker's.
package expand

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"visnyk/storage"
)

const (
	defaultTTL = 10 * time.Second
	// leastRest is left to the others after each batch; where any of them is at the
	// database, so many times what it took beyond the quickest, too: that is what it
	// waited for them, or they for it. It is bounded, so that the walk ends on a
	// machine that is never quiet.
	leastRest  = time.Millisecond
	waitedRest = 3
	// busyRest is left to whoever writes a contact of the batch.
	busyRest = 10 * time.Millisecond
)

// Make makes the rows of one batch of contacts, by their ids, within its
// transaction, and takes away those that are wrong. What it did before it may
// find again. over says that the subject needs no further rows.
type Make func(ctx context.Context, tx *storage.Tx, subject string, contacts []string) (over bool, err error)

// makes is what can be expanded.
func makes() map[storage.ExpansionKind]Make {
	return map[storage.ExpansionKind]Make{
		storage.ExpandLedger: func(ctx context.Context, tx *storage.Tx, change string, contacts []string) (bool, error) {
			return tx.ExpandLedger(ctx, change, contacts)
		},
		storage.ExpandAttribute: func(ctx context.Context, tx *storage.Tx, name string, contacts []string) (bool, error) {
			return false, tx.FitAttribute(ctx, name, contacts)
		},
		storage.ExpandRegion: func(ctx context.Context, tx *storage.Tx, _ string, contacts []string) (bool, error) {
			return false, tx.FindRegions(ctx, contacts)
		},
	}
}

// Config is what an Expander needs.
type Config struct {
	Store   *storage.Store
	Owner   string        // this process; must be unique among all that share the database
	TTL     time.Duration // of the lease; 0 is 10 s
	Log     *slog.Logger  // nil: silent
	Metrics *Metrics      // nil: none
}

// Expander expands what is asked for. Of all replicas one does it at a time.
type Expander struct {
	Config
	makes map[storage.ExpansionKind]Make
	woken chan struct{}
}

// New returns an Expander that does nothing until Run.
func New(c Config) *Expander {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.TTL <= 0 {
		c.TTL = defaultTTL
	}
	return &Expander{Config: c, makes: makes(), woken: make(chan struct{}, 1)}
}

// Wake says that something may have been asked for. It never waits.
func (x *Expander) Wake() {
	select {
	case x.woken <- struct{}{}:
	default: // it will look anyway
	}
}

// Run expands whatever is asked for until ctx ends. What no signal told of, and
// what a dead process left, is found by a sweep: the latter at the latest one and
// a half times the lease after the death.
func (x *Expander) Run(ctx context.Context) {
	tick := time.NewTicker(x.TTL / 2)
	defer tick.Stop()
	for {
		if err := x.Work(ctx); err != nil && ctx.Err() == nil {
			x.Log.Warn("not everybody has been listed yet, trying again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-x.woken:
		case <-tick.C:
		}
	}
}

// Work expands all that is asked for, unless another replica does, and returns
// when nothing is left.
func (x *Expander) Work(ctx context.Context) (err error) {
	open, err := x.Store.Expansions(ctx)
	if err != nil {
		return err
	}
	if len(open) == 0 {
		return x.Store.ForgetExpansions(ctx)
	}
	asked := time.Now()
	lease, ours, err := x.Store.AcquireExpander(ctx, x.Owner, x.TTL)
	if err != nil || !ours {
		return err
	}
	h := &holder{Expander: x, lease: lease, renewed: asked}
	defer func() {
		if e := x.Store.Release(context.WithoutCancel(ctx), h.lease); !errors.Is(e, storage.ErrLeaseLost) {
			err = errors.Join(err, e)
		}
	}()
	for len(open) > 0 {
		var errs []error
		for _, e := range open { // one that fails holds up no other
			err := h.walk(ctx, e)
			if errors.Is(err, storage.ErrLeaseLost) || ctx.Err() != nil {
				return err
			}
			errs = append(errs, err)
		}
		if err := errors.Join(errs...); err != nil {
			return err
		}
		if open, err = x.Store.Expansions(ctx); err != nil {
			return err
		}
	}
	return nil
}
