package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"visnyk/storage"
	"visnyk/storage/upkeep"
)

const (
	keepScan  = time.Minute
	scrubScan = time.Second // what it finds is mostly nothing
	scrubWarn = time.Minute // between two warnings that it fails
)

// runRetention removes, every minute and in one replica at a time, what is kept no
// longer.
func (s *service) runRetention(ctx context.Context, store *storage.Store, owner string) {
	removed := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "visnyk_rows_removed_total", Help: "Rows removed because their time was over, by what they were.",
	}, []string{"what"})
	s.registry.MustRegister(removed)
	retention := upkeep.NewRetention(store, owner, func(what string, rows int) { removed.WithLabelValues(what).Add(float64(rows)) })
	for _, ch := range s.channels {
		if ch.Capabilities().Visited {
			retention.Visited = append(retention.Visited, ch.Name())
		}
	}
	tick := time.NewTicker(keepScan)
	defer tick.Stop()
	for {
		if err := retention.Run(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("old rows are not removed, trying again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// scrub does, at the start and every now and then, what erasures have left to
// do in the database and its files.
func (s *service) scrub(ctx context.Context) {
	tick := time.NewTicker(scrubScan)
	defer tick.Stop()
	var warned time.Time
	for {
		if err := s.scrubber.Scrub(ctx); err != nil && ctx.Err() == nil && time.Since(warned) >= scrubWarn {
			s.log.Warn("something of erased people is still in the database, trying again", "err", err)
			warned = time.Now()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
