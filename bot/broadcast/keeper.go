package broadcast

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"visnyk/storage"
)

func isLost(err error) bool { return errors.Is(err, storage.ErrLeaseLost) }

// keepEvery is between two looks for what goes by itself.
const keepEvery = time.Second

// Keeper does what of broadcasts goes by itself: it begins what is due, notes what is
// sent, and ends who waits for what was cancelled. Every replica has one; they do not
// disturb each other.
type Keeper struct {
	*Broadcasts
	Log   *slog.Logger
	woken chan struct{}
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
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	var failing bool
	for {
		err := k.Keep(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			k.Log.Warn("broadcasts are not looked after, trying again", "err", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-k.woken:
		}
	}
}

// Keep does all there is to do now.
func (k *Keeper) Keep(ctx context.Context) error {
	begun, asks, err := k.StartDue(ctx)
	for _, id := range begun {
		k.Log.Info("a broadcast begins", "broadcast", id)
	}
	for _, id := range asks {
		k.Log.Warn("the moment of a broadcast has passed: it is paused and asks", "broadcast", id)
	}
	if len(begun) > 0 {
		k.store.Notify(storage.BroadcastsTopic)
	}
	if err != nil {
		return err
	}
	for more := true; more && ctx.Err() == nil; {
		var sent []string
		if sent, more, err = k.store.TidyBroadcasts(ctx); err != nil {
			return err
		}
		for _, id := range sent {
			k.Log.Info("a broadcast is sent", "broadcast", id)
		}
	}
	return nil
}
