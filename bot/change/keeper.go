package change

import (
	"context"
	"log/slog"
	"time"
)

// keepEvery is between two looks for what goes by itself: a moment that was approved
// is kept to the minute.
const keepEvery = 20 * time.Second

// LookAfter does what of changes goes by itself, until ctx ends: see Tend. Every replica does;
// they do not disturb each other.
func (s *Changes) LookAfter(ctx context.Context, log *slog.Logger) {
	look := time.NewTicker(keepEvery)
	defer look.Stop()
	var failing bool
	for {
		due, err := s.Tend(ctx)
		for _, id := range due.Announced {
			log.Info("a change is announced: its moment has come", "change", id)
		}
		for _, id := range due.Waiting {
			log.Warn("a change is not announced at its moment: it concerns many more or fewer people than it was approved for; announce it on its page if that is meant", "change", id)
		}
		for _, id := range due.Returned {
			log.Warn("the review of a change took too long: it is a draft again", "change", id)
		}
		for _, id := range due.Void {
			log.Warn("a change was approved and not announced before it took effect: it is a draft again", "change", id)
		}
		for _, id := range due.Staged {
			log.Info("a stage of a change is told", "change", id)
		}
		for _, id := range due.Late {
			log.Warn("the news that a change has promised are late", "change", id)
		}
		if err != nil && ctx.Err() == nil && !failing {
			log.Warn("changes are not looked after, trying again", "err", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
}
