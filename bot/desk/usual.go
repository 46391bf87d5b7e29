package desk

import (
	"context"
	"fmt"
	"slices"
	"time"
)

const (
	usualKept  = time.Minute // how long Usual is believed without a look
	usualLeast = 5           // of fewer waits nobody can tell what is usual
)

type seenUsual struct {
	wait time.Duration
	at   time.Time
}

// Usual returns how long people wait for an operator as a rule, in working time, by
// those who were helped last; 0 while they are too few to tell.
func (d *Desk) Usual(ctx context.Context) (time.Duration, error) {
	if seen := d.usual.Load(); seen != nil && time.Since(seen.at) < usualKept {
		return seen.wait, nil
	}
	waits, err := d.store.Waits(ctx)
	if err != nil {
		return 0, fmt.Errorf("usual wait: %w", err)
	}
	hours, err := d.Hours(ctx)
	if err != nil {
		return 0, err
	}
	var wait time.Duration
	if len(waits) >= usualLeast {
		all := make([]time.Duration, len(waits))
		for i, w := range waits {
			all[i] = hours.Between(w.From, w.To)
		}
		slices.Sort(all)
		wait = max(all[len(all)/2], time.Minute)
	}
	d.usual.Store(&seenUsual{wait, time.Now()})
	return wait, nil
}
