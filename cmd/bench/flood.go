package main

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// crowded is how many connections a messenger opens at most to bring updates.
const crowded = 100

// again is how soon an update is brought again that was not taken.
const again = 100 * time.Millisecond

// flooded is what came of a flood.
type flooded struct {
	perSecond float64         // updates taken
	acks      []time.Duration // how long each delivery waited for its answer, sorted
	refused   int             // of them, those that were to come again
}

// flood has each of n people write so many times in turn, at a rate that waits for no
// reply, over as many connections as a messenger opens. What a person writes goes over
// one of them, and what was not taken is brought until it is: so the service hears
// everything, and everybody in order.
func (l *load) flood(ctx context.Context, n, times, rate int) (f flooded, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var refused atomic.Int64
	waits := make([][]time.Duration, crowded)
	var all sync.WaitGroup
	began := time.Now()
	for w := range crowded {
		all.Go(func() {
			for round := range times {
				for i := w; i < n; i += crowded {
					due := began.Add(time.Duration(round*n+i) * time.Second / time.Duration(rate))
					if !rested(ctx, time.Until(due)) {
						return
					}
					for body, status := l.next(i), 0; status != http.StatusOK; {
						asked := time.Now()
						var err error
						if status, err = l.send(ctx, i, body); err != nil {
							cancel(err)
							return
						}
						waits[w] = append(waits[w], time.Since(asked))
						if status != http.StatusOK {
							refused.Add(1)
							if !rested(ctx, again) {
								return
							}
						}
					}
				}
			}
		})
	}
	all.Wait()
	f = flooded{perSecond: float64(n*times) / time.Since(began).Seconds(), acks: slices.Concat(waits...), refused: int(refused.Load())}
	slices.Sort(f.acks)
	return f, context.Cause(ctx)
}

// rested waits, and tells whether there is still something to wait for.
func rested(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
