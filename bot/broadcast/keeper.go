package broadcast

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

func isLost(err error) bool { return errors.Is(err, storage.ErrLeaseLost) }

// keepEvery is between two looks for what goes by itself, while something does;
// keepIdle else, where every move of a person is told.
const (
	keepEvery = time.Second
	keepIdle  = 10 * time.Second
)

// Keeper does what of broadcasts goes by itself: it begins what is due, notes what is
// sent, ends who waits for what was cancelled, pauses what is not as it was approved or
// tells a version of its change that does not hold any more, and reminds of approvals
// that end. Every replica has one; they do not
// disturb each other.
type Keeper struct {
	*Broadcasts
	Log   *slog.Logger
	woken chan struct{}
	fell  time.Time // when it looked for what was not delivered last
	ended time.Time // when it looked for templates whose approval ends last
}

// Keeper returns a keeper that does nothing until Run; without a log it is silent.
func (s *Broadcasts) Keeper(log *slog.Logger) *Keeper {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Keeper{Broadcasts: s, Log: log, woken: make(chan struct{}, 1)}
}

// Nudge says that there may be something to do. It never waits.
func (k *Keeper) Nudge() {
	select {
	case k.woken <- struct{}{}:
	default: // it will look anyway
	}
}

// Run keeps broadcasts going until ctx ends.
func (k *Keeper) Run(ctx context.Context) {
	var failing bool
	for {
		next, err := k.Keep(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			k.Log.Warn("broadcasts are not looked after, trying again", "err", err)
		}
		failing = err != nil
		wait := time.NewTimer(next)
		select {
		case <-ctx.Done():
		case <-wait.C:
		case <-k.woken:
		}
		wait.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// Keep does all there is to do now, and returns after how long there may be more.
func (k *Keeper) Keep(ctx context.Context) (next time.Duration, err error) {
	halted, err := k.HaltUnfit(ctx)
	for _, h := range halted {
		if h.Why == bot.HaltOutdated {
			k.Log.Warn("a broadcast tells a version of its change that does not hold any more: it is paused; cancel it, and write one of what holds now", "broadcast", h.ID)
			continue
		}
		k.Log.Error("a broadcast is not what was approved: it is paused; look into the audit, and cancel it", "broadcast", h.ID)
	}
	if err != nil {
		return keepEvery, err
	}
	begun, err := k.StartDue(ctx)
	for _, id := range begun.IDs {
		k.Log.Info("a broadcast begins", "broadcast", id)
	}
	for _, id := range begun.Asks {
		k.Log.Warn("the moment of a broadcast has passed: it is paused and asks", "broadcast", id)
	}
	if len(begun.IDs) > 0 {
		k.store.Notify(storage.BroadcastsTopic)
	}
	if err != nil {
		return keepEvery, err
	}
	if err := k.fallBack(ctx); err != nil {
		return keepEvery, err
	}
	if err := k.remindEnding(ctx); err != nil {
		return keepEvery, err
	}
	next = keepIdle
	if !begun.Next.IsZero() {
		next = min(keepEvery, max(0, begun.Next.Sub(k.now()))) // what is scheduled is looked at as well
	}
	if begun.Held {
		next = min(next, keepEvery)
	}
	for {
		tidied, err := k.store.TidyBroadcasts(ctx)
		if err != nil {
			return keepEvery, err
		}
		for _, id := range tidied.Sent {
			k.Log.Info("a broadcast is sent", "broadcast", id)
		}
		if tidied.Open > 0 {
			next = min(next, keepEvery)
		}
		if !tidied.More || ctx.Err() != nil {
			return next, nil
		}
	}
}
