package outbox

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"visnyk/bot/call"
	"visnyk/storage"
)

const (
	defaultTTL   = 10 * time.Second
	releaseLimit = 2 * time.Second
)

// Leaser is what HoldLease needs of storage.Store.
type Leaser interface {
	Acquire(ctx context.Context, bot, owner string, ttl time.Duration) (l storage.Lease, clean, ok bool, err error)
	Renew(ctx context.Context, l storage.Lease, ttl time.Duration) error
	Release(ctx context.Context, l storage.Lease) error
}

// HeldLease is the lease of a bot while this process has it.
type HeldLease struct {
	storage.Lease
	// Clean tells that the holder before us gave the lease back.
	Clean bool

	ttl      time.Duration
	base     time.Time    // when it was first asked for
	renewed  atomic.Int64 // when the last successful renewal was asked for, since base
	lost     atomic.Bool  // somebody else has the lease
	acquired time.Time
}

func newHeldLease(l storage.Lease, clean bool, ttl time.Duration, asked time.Time) *HeldLease {
	return &HeldLease{Lease: l, Clean: clean, ttl: ttl, base: asked, acquired: time.Now()}
}

// Valid reports whether the lease may be acted upon: its last renewal is younger
// than two thirds of its time to live, by the monotonic clock, counted from
// before the database was asked. The last third is the distance to whoever
// takes over.
func (h *HeldLease) Valid() bool { return h.valid(time.Now()) }

func (h *HeldLease) valid(now time.Time) bool { return !h.lost.Load() && h.left(now) > 0 }

// left is how long the lease stays valid without a renewal.
func (h *HeldLease) left(now time.Time) time.Duration {
	return h.ttl*2/3 - (now.Sub(h.base) - time.Duration(h.renewed.Load()))
}

// sendsEnded is the moment when no send of a holder that died can be under way any
// more, given how long one send may take: it started none in the last third of
// its lease.
func (h *HeldLease) sendsEnded(send time.Duration) time.Time {
	if h.Clean {
		return h.acquired
	}
	return h.acquired.Add(send - h.ttl/3)
}

// LeaseConfig says which lease to hold, and for whom.
type LeaseConfig struct {
	Store Leaser
	Bot   string
	Owner string        // this process; must be unique among all that share the database
	TTL   time.Duration // 0 is 10 s
	Log   *slog.Logger  // nil: silent
}

// HoldLease holds the bot's lease until ctx ends and runs work while it is held. It
// asks for the lease about every tenth of its time to live (so that a dead
// holder is followed soon), renews it every third, and ends work's context as
// soon as a renewal is refused or the last one is too old. While work winds up
// the lease is still renewed, so that what it writes last is not refused; then
// it is given back. When work returns early the lease is given back and asked
// for anew. HoldLease returns nil once ctx has ended and work has returned.
func HoldLease(ctx context.Context, c LeaseConfig, work func(ctx context.Context, held *HeldLease) error) error {
	if c.TTL <= 0 {
		c.TTL = defaultTTL
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.Log = c.Log.With("bot", c.Bot)
	for ctx.Err() == nil {
		if held := c.acquire(ctx); held != nil {
			c.Log.Info("lease acquired", "epoch", held.Epoch, "clean", held.Clean)
			if err := c.runAndRenew(ctx, held, work); err != nil {
				c.Log.Error("work under the lease ended", "err", err)
			}
		}
		_ = call.Pause(ctx, c.TTL/20+rand.N(c.TTL/12))
	}
	return nil
}

// acquire asks once; nil when somebody else holds the lease.
func (c LeaseConfig) acquire(ctx context.Context) *HeldLease {
	ask, cancel := context.WithTimeout(ctx, c.TTL/3)
	defer cancel()
	asked := time.Now()
	l, clean, ok, err := c.Store.Acquire(ask, c.Bot, c.Owner, c.TTL)
	if err != nil && ctx.Err() == nil {
		c.Log.Warn("lease not asked for, trying again", "err", err)
	}
	if err != nil || !ok {
		return nil
	}
	return newHeldLease(l, clean, c.TTL, asked)
}

// runAndRenew runs work and renews the lease until work has returned.
func (c LeaseConfig) runAndRenew(ctx context.Context, held *HeldLease, work func(context.Context, *HeldLease) error) error {
	inner, stop := context.WithCancel(ctx)
	defer stop()
	stale := time.AfterFunc(held.left(time.Now()), stop)
	defer stale.Stop()

	// A stop must not end the lease while work still winds up under it.
	busy, idle := context.WithCancel(context.WithoutCancel(ctx))
	defer idle()
	done := make(chan error, 1)
	go func() {
		done <- work(inner, held)
		idle()
	}()

	next := time.NewTimer(c.TTL / 3)
	defer next.Stop()
	for {
		select {
		case err := <-done:
			told := inner.Err() != nil
			stop()
			c.release(ctx, held)
			if told && errors.Is(err, context.Canceled) {
				return nil
			}
			return err
		case <-next.C:
		}
		next.Reset(c.renew(busy, held))
		switch {
		case held.lost.Load():
			stop()
		case held.Valid():
			stale.Reset(held.left(time.Now()))
		}
	}
}

// renew asks once and gives the time to the next try.
func (c LeaseConfig) renew(ctx context.Context, held *HeldLease) time.Duration {
	if held.lost.Load() {
		return c.TTL
	}
	ask, cancel := context.WithTimeout(ctx, c.TTL/3)
	defer cancel()
	asked := time.Since(held.base)
	switch err := c.Store.Renew(ask, held.Lease, c.TTL); {
	case err == nil:
		held.renewed.Store(int64(asked))
		return max(c.TTL/3-(time.Since(held.base)-asked), c.TTL/20)
	case errors.Is(err, storage.ErrLeaseLost):
		held.lost.Store(true)
		c.Log.Error("lease lost", "epoch", held.Epoch)
		return c.TTL
	default:
		if ctx.Err() == nil {
			c.Log.Warn("lease not renewed, trying again", "err", err)
		}
		return c.TTL / 20
	}
}

// release gives the lease back, if it is still ours.
func (c LeaseConfig) release(ctx context.Context, held *HeldLease) {
	if held.lost.Load() {
		return
	}
	ask, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseLimit)
	defer cancel()
	if err := c.Store.Release(ask, held.Lease); err != nil && !errors.Is(err, storage.ErrLeaseLost) {
		c.Log.Warn("lease not given back, it will lapse", "err", err)
	}
}
