package broadcast

import (
	"context"
	"errors"

	"visnyk/bot"
	"visnyk/storage"
)

// Free returns the drafts that tell the change and may be put into its plan, by id.
func (s *Broadcasts) Free(ctx context.Context, by bot.Actor, change string) (free []storage.Mailing, err error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return nil, err
	}
	all, err := s.store.LivingBroadcasts(ctx)
	for _, m := range all {
		if !plannable(m, change) {
			continue
		}
		switch _, err := s.store.Wave(ctx, m.ID); {
		case errors.Is(err, storage.ErrNotFound):
			free = append(free, m)
		case err != nil:
			return nil, err
		}
	}
	return free, err
}

// plannable reports whether somebody wrote it to tell the change, and it is a draft yet. What
// corrects another broadcast is for whoever that one told, at once.
func plannable(m storage.Mailing, change string) bool {
	return m.State == bot.BroadcastDraft && m.Change == change && !m.Derived() && m.Corrects == ""
}

// TakeWave puts a draft that tells the change at the end of its plan, in its own words and
// to its own people; its moment stays, where it has one and no other is wanted.
// *bot.RefusedError where it is no such draft, or in the plan already;
// storage.ErrNotFound where there is none.
func (s *Broadcasts) TakeWave(ctx context.Context, by bot.Actor, change, id string, want Wanted) error {
	if err := s.fits(ctx, want.Owner); err != nil {
		return err
	}
	return s.plan(ctx, by, change, func(tx *storage.Tx, c bot.Change, plan []storage.PlannedWave) error {
		m, err := tx.Broadcast(ctx, id)
		if err != nil {
			return err
		}
		switch _, err := tx.Wave(ctx, id); {
		case err == nil || !plannable(m, c.ID):
			return bot.Refused("broadcast", bot.FaultNoWave, nil)
		case !errors.Is(err, storage.ErrNotFound):
			return err
		}
		zone := m.Zone
		if !want.Due.IsZero() {
			zone = want.Zone
		} else {
			want.Due, want.Zone = m.Start, zone
		}
		w, due := s.last(by, c.ID, plan, want)
		w.Broadcast, w.Kind = id, bot.WaveOwn
		if !due.Equal(m.Start) || zone != m.Zone {
			m.Start, m.Zone, m.Version, m.Editor = due, zone, m.Version+1, by.User
			if err := s.put(ctx, tx, by, "broadcast.edit", m, map[string]any{"version": m.Version}); err != nil {
				return err
			}
		}
		return s.putWave(ctx, tx, by, w)
	})
}
