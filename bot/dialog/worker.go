package dialog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"visnyk/bot"
	"visnyk/bot/desk"
	"visnyk/bot/library"
	"visnyk/storage"
)

const (
	batchSize = 64  // turns in one commit
	readAhead = 512 // waiting rows held in memory beyond those in work
	maxTries  = 3   // then the update is parked
	sweep     = time.Second
	// batchInterval is the least time from a reading of the inbox that found several
	// updates to the next: under load it makes batches of what would be many
	// small commits, and a lone update does not meet it.
	batchInterval = 4 * time.Millisecond
	// batchGrowth is how many updates of a reading make the next wait one interval more: flat
	// out batches settle at some fifty, and at a thousand updates a second nothing waits longer.
	batchGrowth = 48
	// cautious is how many rows a dead holder may have been working on.
	cautious = 2 * batchSize * maxWorkers
	// maxWorkers batches overlap: while one waits for its commit, the next is
	// decided.
	maxWorkers = 2
)

// Config is what a worker needs.
type Config struct {
	Store    *storage.Store
	Channel  bot.Channel
	Channels map[string]bot.Channel // all of them by bot, for the last words to a person's other addresses
	Engine   Engine
	Library  *library.Library
	Desk     *desk.Desk
	Metrics  *Metrics
	Log      *slog.Logger
	Now      func() time.Time
	// Opens returns all of the broadcast whose line in a digest is the rendering, and
	// the rendering of that; the zero Message where it is told no more. nil: there are
	// no digests.
	Opens func(ctx context.Context, to bot.Contact, l bot.Language, of bot.Rendering) (bot.Message, bot.Rendering, error)
	// Told returns the message of broadcasts that the chat was told last; the zero Message
	// where something else was said there since. nil: there are no broadcasts.
	Told func(ctx context.Context, at bot.Address) (bot.Message, error)
	// Sent is called after a commit that put something into the outbox, with
	// those of its rows that may leave at once; with none, the outbox is read.
	Sent func([]storage.OutboxRow)
	// Takes, unless nil, tells how many replies Sent takes claimed just now.
	Takes func() int
	// Turned, unless nil, is told of turns once they are committed. It must not
	// block, nor change what it is given.
	Turned func([]*TurnInput, []storage.TurnWrite)
}

// Worker makes the turns of one bot.
type Worker struct {
	Config
	wake  chan struct{}
	works atomic.Bool // Run is under way
	alarm *alarm      // at the next timer
}

// NewWorker returns a worker that is idle until Run.
func NewWorker(c Config) *Worker {
	return &Worker{Config: c, wake: make(chan struct{}, 1), alarm: newAlarm()}
}

// Wake tells that rows may be waiting, and reports whether this worker makes their turns:
// another process may. It never blocks.
func (w *Worker) Wake() (works bool) {
	select {
	case w.wake <- struct{}{}:
	default:
	}
	return w.works.Load()
}

// Run makes turns while the lease holds, until ctx ends; turns begun are
// finished. After a holder that died (clean is false) the rows it may have been
// working on are taken one by one, each try counted before it begins, so that
// an update which kills the process is parked and not tried for ever.
func (w *Worker) Run(ctx context.Context, lease storage.Lease, clean bool) error {
	w.works.Store(true)
	defer w.works.Store(false)
	for !clean && ctx.Err() == nil {
		err := w.careful(ctx, lease)
		if err == nil {
			break
		}
		if errors.Is(err, storage.ErrLeaseLost) {
			return err
		}
		w.Log.Warn("rows of a dead holder not readable, trying again", "bot", lease.Bot, "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(sweep):
		}
	}
	d := &dispatch{w: w, lease: lease, busy: map[string]bool{}, working: map[string]*arrival{}, done: make(chan finished, maxWorkers+mostAsking)}
	defer d.drain()
	tick := time.NewTicker(sweep)
	defer tick.Stop()
	next := time.NewTimer(0)
	defer next.Stop()
	w.alarm.set(0) // nobody remembers what the holder before has set
	look := true   // the database may hold rows that we have not read
	for {
		if look && (len(d.waiting) == 0 || d.stuck) && d.running < maxWorkers && !time.Now().Before(d.rest) {
			begun := time.Now()
			var err error
			if look, err = d.read(ctx); err != nil {
				if ctx.Err() != nil {
					return nil
				}
				w.Log.Warn("inbox not readable, trying again", "bot", lease.Bot, "err", err)
			}
			if n := len(d.waiting); n > 1 {
				d.rest = begun.Add(batchInterval + batchInterval*time.Duration(n)/batchGrowth)
				next.Reset(time.Until(d.rest))
			}
		}
		d.start(ctx)
		select {
		case <-ctx.Done():
			return nil
		case f := <-d.done:
			if err := d.finish(ctx, f); err != nil {
				return err
			}
			if f.err != nil { // the rows are still there, but the database wants a rest
				look, d.rest = true, time.Now().Add(sweep/2)
				next.Reset(sweep / 2)
			}
		case <-w.wake:
			look = true
		case <-next.C:
		case <-w.alarm.C:
			look = true
			if err := w.fire(ctx, lease); err != nil {
				return err
			}
		case <-tick.C:
			look = true
			if err := w.fire(ctx, lease); err != nil {
				return err
			}
		}
	}
}

// careful takes what a dead holder left, one row at a time.
func (w *Worker) careful(ctx context.Context, lease storage.Lease) error {
	for left, more := cautious, true; more && left > 0; {
		rows, err := w.Store.Waiting(ctx, lease.Bot, left, storage.InHand{})
		if err != nil {
			return fmt.Errorf("read inbox: %w", err)
		}
		for _, row := range arrivals(rows, nil) {
			if ctx.Err() != nil {
				return nil
			}
			if err := w.tryOne(ctx, lease, row); err != nil {
				return err
			}
		}
		left, more = left-len(rows), full(rows)
	}
	return nil
}

// tryOne counts a try of the row, makes its turn alone, and parks it when its
// tries are used up. An error means that nothing could be written at all.
func (w *Worker) tryOne(ctx context.Context, lease storage.Lease, row *arrival) error {
	for {
		tries, err := w.Store.CountAttempt(ctx, lease, row.ID)
		if errors.Is(err, storage.ErrConflict) { // an earlier commit did arrive, unanswered
			return w.unclaim(ctx, lease, row)
		}
		if err != nil {
			return fmt.Errorf("count a try: %w", err)
		}
		if tries <= maxTries {
			_, err = w.batch(ctx, lease, []*arrival{row}, nil, false)
			if err == nil || errors.Is(err, storage.ErrLeaseLost) {
				return err
			}
			if !blamed(err) { // the database's trouble is not the row's fault
				_ = w.Store.ReturnAttempt(ctx, lease, row.ID)
				return err
			}
			w.Log.Error("turn failed", "bot", row.Bot, "update", row.ID, "try", tries, "err", err)
		}
		if tries >= maxTries {
			return w.park(ctx, lease, row)
		}
	}
}

// ownError is a failure that the row itself is to blame for: it cannot be
// decoded, or its turn cannot be made.
type ownError struct{ err error }

func (e ownError) Error() string { return e.err.Error() }
func (e ownError) Unwrap() error { return e.err }

// blamed reports whether the row would fail again with a healthy database.
func blamed(err error) bool {
	var own ownError
	return errors.As(err, &own) || errors.Is(err, storage.ErrUnreadable) || storage.Refused(err)
}
