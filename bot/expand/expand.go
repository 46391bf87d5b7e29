// Package expand makes a row for everybody whom something concerns: for a change
// that may be told from now on, its rows of the ledger. It walks over all contacts
// by their keys, a few hundred in a transaction of its own, and keeps how far it
// has come beside the rows: nobody waits for it, and after a death whoever takes
// over goes on where it was.
//
// What is asked for stands in storage; whom a subject concerns is its maker's. Other
// work that goes on in steps behind a lease, such as the reading of imports, is done
// by an Expander of its own: see Work.
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
	// database, longerRest times what it took beyond the quickest, too: that is what it
	// waited for them, or they for it. It is bounded, so that the walk ends on a
	// machine that is never quiet.
	leastRest  = time.Millisecond
	longerRest = 3
	// ofLate is in how many steps, about, it is forgotten that one was quicker.
	ofLate = 16
	// busyRest is left to whoever writes a contact of the batch.
	busyRest = 10 * time.Millisecond
)

// Make makes the rows of one batch of contacts, by their ids, within its
// transaction, and takes away those that are wrong. What it did before it may
// find again. over says that the subject needs no further rows.
type Make func(ctx context.Context, tx *storage.Tx, subject string, contacts []string) (over bool, err error)

// makes is what can be expanded; visited are the bots whose people come to us.
func makes(visited []string) map[storage.ExpansionKind]Make {
	return map[storage.ExpansionKind]Make{
		storage.ExpandLedger: func(ctx context.Context, tx *storage.Tx, change string, contacts []string) (bool, error) {
			return tx.ExpandLedger(ctx, change, contacts)
		},
		storage.ExpandRecipients: func(ctx context.Context, tx *storage.Tx, broadcast string, contacts []string) (bool, error) {
			return tx.ExpandRecipients(ctx, broadcast, contacts, visited...)
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
	Of      Work          // nil: what storage.Store.Expansions asks for
	Visited []string      // the bots whose people read what they are told at their next visit
	// Half leaves half of the time to the others while any of them is at the database: for
	// work whose end nobody needs sooner.
	Half bool
}

// Step does the next of something in a transaction of its own, under the lease; over
// says that nothing of it is left. storage.ErrBusy has done nothing: it is tried again
// in a moment. What else fails is tried again with the next sweep.
type Step = func(ctx context.Context, l storage.Lease) (over bool, err error)

// Work is what an Expander does.
type Work interface {
	// Acquire takes the lease under which it goes on; ok is false while another has it.
	Acquire(ctx context.Context, owner string, ttl time.Duration) (l storage.Lease, ok bool, err error)
	// Open returns what is asked for and not over, in the order it is done.
	Open(ctx context.Context) ([]Step, error)
	// Idle is called while nothing is open.
	Idle(ctx context.Context) error
}

// Expander expands what is asked for. Of all replicas one does it at a time.
type Expander struct {
	Config
	work  Work
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
	x := &Expander{Config: c, makes: makes(c.Visited), woken: make(chan struct{}, 1)}
	if x.work = c.Of; x.work == nil {
		x.work = expansions{x}
	}
	return x
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
	open, err := x.work.Open(ctx)
	if err != nil {
		return err
	}
	if len(open) == 0 {
		return x.work.Idle(ctx)
	}
	asked := time.Now()
	lease, ours, err := x.work.Acquire(ctx, x.Owner, x.TTL)
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
		for _, step := range open { // one that fails holds up no other
			err := h.walk(ctx, step)
			if errors.Is(err, storage.ErrLeaseLost) || ctx.Err() != nil {
				return err
			}
			errs = append(errs, err)
		}
		if err := errors.Join(errs...); err != nil {
			return err
		}
		if open, err = x.work.Open(ctx); err != nil {
			return err
		}
	}
	return nil
}
