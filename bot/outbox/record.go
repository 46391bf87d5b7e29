package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"visnyk/bot/call"
	"visnyk/storage"
)

const (
	recordInterval = 20 * time.Millisecond // at least, from one writing of a few to the next
	recordMany     = 96                    // outcomes that wait for no others
)

// databaseRest is how long a database that fails is left alone.
func databaseRest() call.Doubling {
	return call.Doubling{First: 50 * time.Millisecond, Most: time.Second}
}

// outcome is how a row ended, and what becomes of it here once that is committed.
type outcome struct {
	row   *row
	send  storage.SendOutcome
	again bool // the row waits for another try
}

// record has an outcome written. Whoever writes is not woken for each.
func (t *tenure) record(o outcome) {
	if t.outcomes.put(o) != recordMany {
		return
	}
	select {
	case t.many <- struct{}{}:
	default:
	}
}

// recordOutcomes writes outcomes as they come, those of an interval at once, until ctx
// ends or the lease is lost. While the database is away they are kept and tried
// again: an outcome is never lost to that. Should the database refuse one of
// them, ever smaller parts are tried, so that the rest goes through.
func (t *tenure) recordOutcomes(ctx context.Context) error {
	var kept []outcome
	var began time.Time
	size, failures := t.mostUnrecorded, 0
	for {
		if len(kept) == 0 {
			select {
			case <-t.outcomes.mail:
			case <-ctx.Done():
				return nil
			}
		}
		if kept = t.gather(ctx, kept, began.Add(recordInterval)); ctx.Err() != nil {
			return nil
		}
		n := min(size, len(kept))
		if n == 0 {
			continue
		}
		began = time.Now()
		err := t.write(ctx, kept[:n])
		switch {
		case err == nil:
			if failures > 0 {
				t.log.Info("outcomes are written again")
			}
			failures, size = 0, min(2*size, t.mostUnrecorded)
			t.recorded.put(kept[:n]...)
			kept = slices.Delete(kept, 0, n)
			continue
		case errors.Is(err, storage.ErrLeaseLost):
			return fmt.Errorf("record outcomes: %w", err)
		case ctx.Err() != nil:
			return nil
		}
		t.meter.unsaved.Inc()
		if failures == 0 {
			t.log.Error("outcomes not written, kept and tried again", "n", n, "err", err)
		}
		if n == 1 { // let the others pass
			kept = append(kept[1:], kept[0])
		}
		size = max(1, n/2)
		if call.Pause(ctx, databaseRest().After(failures)) != nil {
			return nil
		}
		failures++
	}
}

// gather adds outcomes to those kept when the moment has come, or when there are many.
func (t *tenure) gather(ctx context.Context, kept []outcome, until time.Time) []outcome {
	if wait := time.Until(until); wait > 0 && len(kept) < recordMany {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-t.many:
		case <-ctx.Done():
		}
	}
	select {
	case <-t.outcomes.mail: // of what is taken now
	default:
	}
	return append(kept, t.outcomes.take()...)
}

// write puts a new pause of the bot and the outcomes into the database.
func (t *tenure) write(ctx context.Context, all []outcome) error {
	ctx, cancel := context.WithTimeout(ctx, storeLimit)
	defer cancel()
	if until, why, ok := t.gate.pause(); ok {
		if err := t.Store.Pause(ctx, t.held.Lease, t.wall(until), why); err != nil {
			return fmt.Errorf("pause: %w", err)
		}
		t.gate.saved(until)
	}
	t.writing = t.writing[:0]
	for _, o := range all {
		t.writing = append(t.writing, o.send)
	}
	defer clear(t.writing)
	return t.Store.RecordOutcomes(ctx, t.held.Lease, t.writing)
}
