package dialog

import (
	"context"
	"errors"
	"sync"
	"time"

	"visnyk/storage"
)

// alarm goes off at the earliest of the moments it was set to.
type alarm struct {
	C <-chan time.Time

	mu   sync.Mutex
	bell *time.Timer
	at   time.Time // zero: not set
}

func newAlarm() *alarm {
	bell := time.NewTimer(time.Hour)
	bell.Stop()
	return &alarm{C: bell.C, bell: bell}
}

// set has it go off after so long, unless it goes off before.
func (a *alarm) set(after time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if at := time.Now().Add(after); a.at.IsZero() || at.Before(a.at) {
		a.at = at
		a.bell.Reset(after)
	}
}

// off forgets what it was set to.
func (a *alarm) off() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at = time.Time{}
	a.bell.Stop()
}

// setFor sets the alarm for the timers of turns that are committed.
func (a *alarm) setFor(writes []storage.TurnWrite) {
	for _, w := range writes {
		for _, timer := range w.Timers {
			if !timer.Drop {
				a.set(timer.After)
			}
		}
	}
}

// fire turns the timers that are due into rows of the inbox, and sets the alarm for
// the next one. Those of turns that are committed meanwhile set it too.
func (w *Worker) fire(ctx context.Context, lease storage.Lease) error {
	w.alarm.off()
	_, err := w.Store.FireTimers(ctx, lease, readAhead)
	if errors.Is(err, storage.ErrLeaseLost) {
		return err
	}
	after, set := time.Duration(0), false
	if err == nil {
		after, set, err = w.Store.UntilTimer(ctx, lease.Bot)
	}
	if err != nil { // the sweep comes again
		if ctx.Err() == nil {
			w.Log.Warn("timers not read, trying again", "bot", lease.Bot, "err", err)
		}
		return nil
	}
	if set {
		w.alarm.set(max(after, soonest))
	}
	return nil
}

// soonest is the least time from one reading of the timers to the next.
const soonest = 5 * time.Millisecond
