package main

import (
	"context"
	"time"

	"visnyk/bot/desk"
)

const deskWarn = time.Minute // between two warnings that it fails

// runDesk does, every few seconds and in one replica at a time, what goes by time at
// the desk.
func (s *service) runDesk(ctx context.Context, owner string) {
	tick := time.NewTicker(desk.DueEvery)
	defer tick.Stop()
	var warned time.Time
	for {
		if err := s.parts.desk.Due(ctx, owner, time.Now()); err != nil && ctx.Err() == nil && time.Since(warned) >= deskWarn {
			s.log.Warn("tickets that nobody works on do not return, trying again", "err", err)
			warned = time.Now()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
