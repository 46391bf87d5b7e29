package broadcast

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/storage"
)

// WaveEdit is what of a wave is written in its plan. Its text and people are those of its
// broadcast.
type WaveEdit struct {
	Owner string // the user who answers for it; "" is nobody
	Gate  int    // percent
	Due   time.Time
	Zone  string // in which Due is read
}

// EditWave writes a wave that has not begun. version is that of its broadcast that was
// read. From the approval on its gate and its moment are what was approved, and only the
// owner becomes another: *bot.RefusedError. *bot.StaleError where it was edited meanwhile,
// *bot.InvalidError for what is wrong.
func (s *Broadcasts) EditWave(ctx context.Context, by bot.Actor, id string, version int, e WaveEdit) error {
	if version == 0 {
		return bot.ErrNoVersion
	}
	if err := s.fits(ctx, e.Owner); err != nil {
		return err
	}
	return s.wave(ctx, by, bot.WriteContent, id, func(tx *storage.Tx, w bot.Wave, _ []storage.PlannedWave) error {
		m, err := tx.Broadcast(ctx, id)
		if err != nil {
			return err
		}
		if err := bot.CheckVersion(version, m.Version); err != nil {
			return fmt.Errorf("broadcast %s: %w", id, err)
		}
		timed := !e.Due.Equal(m.Start) || e.Zone != m.Zone
		if m.State.Locked() && (timed || e.Gate != w.Gate) || m.State == bot.BroadcastReview && timed || !m.Started.IsZero() {
			return bot.Refused("wave", bot.FaultFrozen, nil)
		}
		if timed {
			m.Start, m.Zone, m.Version, m.Editor = e.Due, e.Zone, m.Version+1, by.User
			if err := s.put(ctx, tx, by, "broadcast.edit", m, map[string]any{"version": m.Version}); err != nil {
				return err
			}
		}
		w.Owner, w.Gate = e.Owner, e.Gate
		return s.putWave(ctx, tx, by, w)
	})
}

// MoveWave puts a wave before the one that stands before it, or with later behind the one
// behind it. Neither may be approved yet: *bot.RefusedError.
func (s *Broadcasts) MoveWave(ctx context.Context, by bot.Actor, id string, later bool) error {
	return s.wave(ctx, by, bot.WriteContent, id, func(tx *storage.Tx, w bot.Wave, plan []storage.PlannedWave) error {
		var other *storage.PlannedWave
		for i, o := range plan {
			if later && o.Wave.Place > w.Place && other == nil || !later && o.Wave.Place < w.Place {
				other = &plan[i]
			}
		}
		if other == nil {
			return bot.Refused("place", bot.FaultPlace, nil)
		}
		there := other.Wave.Place
		for _, o := range plan {
			if (o.Wave.Place == there || o.Wave.Place == w.Place) && o.State.Locked() {
				return bot.Refused("place", bot.FaultPlace, nil)
			}
		}
		for _, o := range plan {
			moved := o.Wave
			switch o.Wave.Place {
			case there:
				moved.Place = w.Place
			case w.Place:
				moved.Place = there
			default:
				continue
			}
			if err := s.putWave(ctx, tx, by, moved); err != nil {
				return err
			}
		}
		return nil
	})
}

// OpenWave lets a wave begin whatever is known of the wave before, for a reason: for whoever
// approves. It goes on waiting for its moment, and for its change to be announced.
func (s *Broadcasts) OpenWave(ctx context.Context, by bot.Actor, id, why string) error {
	why = strings.TrimSpace(why)
	if why == "" || utf8.RuneCountInString(why) > maxReason {
		return bot.Invalid("why", bot.FaultWhy, bot.Data{"Max": maxReason})
	}
	return s.wave(ctx, by, bot.ApproveContent, id, func(tx *storage.Tx, w bot.Wave, plan []storage.PlannedWave) error {
		is, _ := behind(plan, id)
		if is == nil || !is.Started.IsZero() || is.State == bot.BroadcastCancelled {
			return bot.Refused("wave", bot.FaultFrozen, nil)
		}
		w.Opened = bot.WaveOpened{By: by.User, Why: why, At: s.now()}
		if err := tx.PutWave(ctx, w); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "broadcast.open", Object: object(id), Detail: map[string]any{"change": w.Change, "gate": w.Gate, "note": why}})
	})
}

// DropWave takes a wave that has not begun out of its plan, and cancels it; one that was a
// draft before it came into the plan, and is one yet, stays that.
func (s *Broadcasts) DropWave(ctx context.Context, by bot.Actor, id string, version int) error {
	if version == 0 {
		return bot.ErrNoVersion
	}
	return s.wave(ctx, by, bot.WriteContent, id, func(tx *storage.Tx, w bot.Wave, _ []storage.PlannedWave) error {
		m, err := tx.Broadcast(ctx, id)
		if err != nil {
			return err
		}
		if err := bot.CheckVersion(version, m.Version); err != nil {
			return fmt.Errorf("broadcast %s: %w", id, err)
		}
		if !m.Started.IsZero() {
			return bot.Refused("wave", bot.FaultFrozen, nil)
		}
		if m.State != bot.BroadcastCancelled && (w.Kind != bot.WaveOwn || m.State != bot.BroadcastDraft) {
			if err := s.move(ctx, tx, by, m, bot.BroadcastCancel, Moved{}); err != nil {
				return err
			}
		}
		return tx.DropWave(ctx, id)
	})
}

// wave writes the wave that the broadcast is, for who has the permission, while nobody else
// writes its plan. storage.ErrNotFound where it is none.
func (s *Broadcasts) wave(ctx context.Context, by bot.Actor, needs bot.Permission, id string, f func(*storage.Tx, bot.Wave, []storage.PlannedWave) error) error {
	if err := by.Require(needs); err != nil {
		return err
	}
	err := s.store.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.HoldContent(ctx); err != nil {
			return err
		}
		w, err := tx.Wave(ctx, id)
		if err != nil {
			return err
		}
		plan, err := tx.Plan(ctx, w.Change)
		if err != nil {
			return err
		}
		return f(tx, w, plan)
	})
	if err == nil {
		s.store.Notify(storage.BroadcastsTopic)
	}
	return err
}

// fits fails unless the owner works here; "" is nobody.
func (s *Broadcasts) fits(ctx context.Context, owner string) error {
	if owner == "" {
		return nil
	}
	switch u, err := s.store.UserByID(ctx, owner); {
	case errors.Is(err, storage.ErrNotFound):
		return bot.Invalid("owner", bot.FaultNoUser, bot.Data{"User": owner})
	case err != nil:
		return err
	case u.Disabled:
		return bot.Invalid("owner", bot.FaultDisabled, nil)
	}
	return nil
}

// OwnerWords are what the owner of a wave reads that is overdue.
type OwnerWords func(l bot.Language, w storage.OverdueWave) (string, error)

// CallOwners calls the owners of waves that should have begun and have not, in the messenger
// that they have linked: once for each moment.
func (s *Broadcasts) CallOwners(ctx context.Context, words OwnerWords) error {
	all, err := s.store.OverdueWaves(ctx, LateStart)
	var errs []error
	for _, w := range all {
		errs = append(errs, s.callOwner(ctx, w, words))
	}
	return errors.Join(append(errs, err)...)
}

func (s *Broadcasts) callOwner(ctx context.Context, w storage.OverdueWave, words OwnerWords) error {
	messenger, there := s.messengers[w.Colleague.Bot]
	if !there { // it is configured no more
		return nil
	}
	if !w.Language.Known() {
		w.Language = bot.Ukrainian
	}
	text, err := words(w.Language, w)
	if err != nil {
		return err
	}
	rows, err := bot.Queue(messenger, bot.Outgoing{
		Lane: bot.LaneDesk, To: w.Colleague, Message: bot.Message{Text: text}, Cause: fmt.Sprintf("wave/%s/%d", w.Broadcast, w.Due.UnixMicro()),
	})
	if err != nil {
		return fmt.Errorf("call the owner of wave %s: %w", w.Broadcast, err)
	}
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		if is, err := tx.CallOwner(ctx, w); err != nil || !is {
			return err
		}
		_, err := tx.Enqueue(ctx, rows)
		return err
	})
	if err == nil {
		s.store.Notify("outbox:" + w.Colleague.Bot)
	}
	return err
}
