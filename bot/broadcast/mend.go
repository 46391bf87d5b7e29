package broadcast

import (
	"context"
	"errors"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Mended are the drafts that stand in the place of a broadcast which was stopped in the
// middle.
type Mended struct {
	Rest storage.Mailing // for those whom it did not reach
	// Correction is for exactly those whom it did; nil where another version of its change
	// corrects it to whoever was told.
	Correction *storage.Mailing
}

// Mend stops a broadcast that has begun, for good: nothing that was scheduled is edited in
// place. It makes the drafts of what stands in its place, in its words, which are mended,
// approved and begun as every other. Nobody is told by both: neither begins before the last
// message of this one has ended, see WaitMended. version is the one that was read. Legal
// moves and errors are those of Move; *bot.RefusedError where it has not begun, or its
// words are those of a change or an article.
func (s *Broadcasts) Mend(ctx context.Context, by bot.Actor, id string, version int, note string) (d Mended, err error) {
	if err := MayMove(by, bot.BroadcastMend); err != nil {
		return d, err
	}
	if version == 0 {
		return d, bot.ErrNoVersion
	}
	_, err = s.write(ctx, id, func(tx *storage.Tx) error {
		if err := tx.HoldContent(ctx); err != nil {
			return err
		}
		was, err := tx.Broadcast(ctx, id)
		if err != nil {
			return err
		}
		if err := bot.CheckVersion(version, was.Version); err != nil {
			return fmt.Errorf("broadcast %s: %w", id, err)
		}
		if was.Derived() {
			return bot.Refused("broadcast", bot.FaultNews, nil)
		}
		if _, legal := was.State.Can(bot.BroadcastMend); legal && was.Started.IsZero() {
			return bot.Refused("broadcast", bot.FaultNotBegun, nil)
		}
		outdated, err := tx.Outdated(ctx, was)
		if err != nil {
			return err
		}
		if err := s.move(ctx, tx, by, was, bot.BroadcastMend, Moved{Note: note}); err != nil {
			return err
		}
		d, err = s.replaces(ctx, tx, by, was, outdated)
		return err
	})
	return d, err
}

// Instead returns what stands in the place of a broadcast that was stopped in the middle, and
// what corrects it; nothing of any other.
func (s *Broadcasts) Instead(ctx context.Context, by bot.Actor, m storage.Mailing) ([]storage.Mailing, error) {
	if err := by.Require(bot.ReadAudience); err != nil || m.State != bot.BroadcastCancelled || m.Started.IsZero() {
		return nil, err
	}
	return s.store.Instead(ctx, m.ID)
}

// replaces makes the drafts in the place of a broadcast, and the wave of a plan that it was.
func (s *Broadcasts) replaces(ctx context.Context, tx *storage.Tx, by bot.Actor, was storage.Mailing, outdated bool) (d Mended, err error) {
	b := was.Unsubmitted().Broadcast
	b.State, b.Version, b.Renderings, b.Start, b.Until, b.Filled = bot.BroadcastDraft, 1, nil, time.Time{}, time.Time{}, nil
	rest := b
	rest.ID, rest.Mends = storage.NewID(), was.ID
	if d.Rest, err = s.draft(ctx, tx, by, rest); err != nil {
		return d, err
	}
	switch w, err := tx.Wave(ctx, was.ID); {
	case err == nil:
		w.Broadcast, w.Opened = rest.ID, bot.WaveOpened{}
		if err := s.putWave(ctx, tx, by, w); err != nil {
			return d, err
		}
	case !errors.Is(err, storage.ErrNotFound):
		return d, err
	}
	if outdated {
		return d, nil
	}
	right := b
	right.ID, right.Mends, right.Corrects, right.Correction, right.Audience, right.Digest = storage.NewID(), "", was.ID, true, bot.Segment{}, bot.Bilingual{}
	correction, err := s.draft(ctx, tx, by, right)
	d.Correction = &correction
	return d, err
}

func (s *Broadcasts) draft(ctx context.Context, tx *storage.Tx, by bot.Actor, b bot.Broadcast) (storage.Mailing, error) {
	m := storage.Mailing{Broadcast: b, Author: by.User, Editor: by.User}
	if err := s.put(ctx, tx, by, "broadcast.create", m, map[string]any{"mends": b.Mends + b.Corrects}); err != nil {
		return m, err
	}
	return tx.Broadcast(ctx, b.ID)
}
