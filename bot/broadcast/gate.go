package broadcast

import (
	"context"
	"errors"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Gate is what a broadcast waits for beyond its moment. The zero value is nothing: it may
// begin.
type Gate struct {
	Why  WaitKind    // WaitAnnounce, WaitMended, WaitBefore or WaitKnown
	Need int         // how many percent have to know, with WaitKnown
	Has  bot.Knowing // how many of the wave before do
}

// closed returns why nobody may begin it by hand.
func (g Gate) closed() error {
	switch g.Why {
	case "":
		return nil
	case WaitAnnounce:
		return bot.Refused("change", bot.FaultSilent, nil)
	case WaitMended:
		return bot.Refused("mends", bot.FaultUnsettled, nil)
	case WaitBefore:
		return bot.Refused("gate", bot.FaultWaveBefore, nil)
	}
	return bot.Refused("gate", bot.FaultGate, bot.Data{"Need": g.Need, "Know": g.Has.Percent()})
}

// gate returns what the broadcast waits for; fresh has who knows counted anew.
func (s *Broadcasts) gate(ctx context.Context, m storage.Mailing, fresh bool) (Gate, error) {
	why, err := silences(ctx, s.store, m)
	if err != nil || why != "" || m.Change == "" {
		return Gate{Why: why}, err
	}
	plan, err := s.store.Plan(ctx, m.Change)
	if err != nil {
		return Gate{}, err
	}
	return s.gateIn(ctx, plan, m.ID, fresh)
}

// sources are what says whether a broadcast may be heard of: a Store, or a transaction.
type sources interface {
	Silent(ctx context.Context, m storage.Mailing) (bool, error)
	Broadcast(ctx context.Context, id string) (storage.Mailing, error)
}

// silences returns why nobody at all may be told by the broadcast yet: its change is not
// announced, or of what it mends or corrects something is still on its way, so that nobody
// knows whom that one reached.
func silences(ctx context.Context, of sources, m storage.Mailing) (WaitKind, error) {
	silent, err := of.Silent(ctx, m)
	if err != nil || silent {
		return WaitAnnounce, err
	}
	for _, id := range []string{m.Mends, m.Corrects} {
		if id == "" {
			continue
		}
		was, err := of.Broadcast(ctx, id)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil || was.Ended.IsZero() {
			return WaitMended, err
		}
	}
	return "", nil
}

// gateIn is the gate of one wave of the plan: the wave before has to have begun, and so
// many of its people to know, unless somebody has opened it.
func (s *Broadcasts) gateIn(ctx context.Context, plan []storage.PlannedWave, id string, fresh bool) (g Gate, err error) {
	w, before := behind(plan, id)
	if w == nil || len(before) == 0 || w.Wave.Opened.By != "" {
		return Gate{}, nil
	}
	g = Gate{Need: w.Wave.Gate}
	if !begun(before) {
		g.Why = WaitBefore
		return g, nil
	}
	if g.Need == 0 {
		return Gate{}, nil
	}
	version, listed := w.ChangeVersion, true
	var ids []string
	for _, b := range before {
		ids = append(ids, b.ID)
		version, listed = max(version, b.ChangeVersion), listed && (b.Listed || !b.Ended.IsZero())
	}
	if g.Has, err = s.known(ctx, w.Wave.Change, version, ids, fresh || !listed); err != nil || listed && g.Has.Passes(g.Need) {
		return Gate{Has: g.Has, Need: g.Need}, err
	}
	g.Why = WaitKnown
	return g, nil
}

// behind returns the wave of the plan that the broadcast is, and those that stand at the
// place before it: nothing but what was cancelled before it began is passed over.
func behind(plan []storage.PlannedWave, id string) (w *storage.PlannedWave, before []storage.PlannedWave) {
	for i := range plan {
		if plan[i].ID == id {
			w = &plan[i]
		}
	}
	if w == nil {
		return nil, nil
	}
	for _, b := range plan {
		if b.Wave.Place >= w.Wave.Place || b.State == bot.BroadcastCancelled && b.Started.IsZero() {
			continue
		}
		if len(before) > 0 && before[0].Wave.Place != b.Wave.Place {
			before = nil
		}
		before = append(before, b)
	}
	return w, before
}

// begun reports whether those of one place have begun: where one stands in the place of
// another, that one too.
func begun(all []storage.PlannedWave) bool {
	for _, b := range all {
		if b.Started.IsZero() {
			return false
		}
	}
	return true
}

// knownFor is how long at least it is taken as it was counted, and knownTimes so many times
// what counting took.
const (
	knownFor   = 10 * time.Second
	knownTimes = 20
)

// knownAt is who knew when it was counted, and until when that is good enough.
type knownAt struct {
	k     bot.Knowing
	until time.Time
}

// known counts who of the broadcasts knows, not too often unless fresh: among a million it
// takes its time. What is counted while people are being listed is fresh, and soon wrong.
func (s *Broadcasts) known(ctx context.Context, change string, version int, ids []string, fresh bool) (bot.Knowing, error) {
	key := [2]any{version, ids[len(ids)-1]}
	if was, ok := s.knowing.Load(key); ok && !fresh && s.now().Before(was.(knownAt).until) {
		return was.(knownAt).k, nil
	}
	began := time.Now()
	k, err := s.store.KnownBy(ctx, change, version, ids)
	if err == nil && !fresh {
		s.knowing.Store(key, knownAt{k, s.now().Add(max(knownFor, knownTimes*time.Since(began)))})
	}
	return k, err
}
