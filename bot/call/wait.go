package call

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// Doubling is a wait between tries that doubles, from First up to Most.
//
// It is counted here and not by sethvargo/go-retry, whose counter can neither
// begin at a number (the outbox's attempts stand in the database), nor be lifted
// by a Retry-After, nor go back after a success.
type Doubling struct{ First, Most time.Duration }

// Next returns the wait after one of last; 0 is none before.
func (d Doubling) Next(last time.Duration) time.Duration {
	return min(max(2*last, d.First), d.Most)
}

// After returns the wait after n other waits.
func (d Doubling) After(n int) time.Duration {
	wait := min(d.First, d.Most)
	for ; n > 0 && wait < d.Most; n-- {
		wait = d.Next(wait)
	}
	return wait
}

// Jittered returns anything up to After(n), so that what failed together does
// not come back together.
func (d Doubling) Jittered(n int) time.Duration { return rand.N(d.After(n)) }

// Pause waits for d or the end of ctx, and says why it ended early.
func Pause(ctx context.Context, d time.Duration) error {
	if d <= 0 && ctx.Err() == nil {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stopped: %w", context.Cause(ctx))
	}
}
