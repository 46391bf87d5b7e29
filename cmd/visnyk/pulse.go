package main

import (
	"context"
	"time"

	"visnyk/storage"
)

// beat says that the database is served, and tells where that is news: then no
// broadcast goes on before somebody says so.
func (s *service) beat(ctx context.Context, store *storage.Store) error {
	p, err := store.Beat(ctx)
	if err == nil && p.Why != "" {
		s.halts.Inc()
		s.log.Error("this database is a copy, was restored, or was not served for longer than 15 minutes: "+
			"broadcasts that were scheduled or under way are paused; resume or cancel each of them",
			"why", p.Why, "last", p.Last, "broadcasts", p.Halted)
	}
	return err
}

// runPulse beats until ctx ends.
func (s *service) runPulse(ctx context.Context, store *storage.Store) {
	tick := time.NewTicker(storage.PulseEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := s.beat(ctx, store); err != nil && ctx.Err() == nil {
			s.log.Warn("cannot write that the database is served, trying again", "err", err)
		}
	}
}
