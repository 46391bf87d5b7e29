package broadcast

import (
	"context"

	"visnyk/bot"
	"visnyk/storage"
)

// submit copies the segments within the audience into it, and what it shows, and binds it
// to a version of its change: a later edit of one is not what was approved.
func (s *Broadcasts) submit(with Moved) func(context.Context, *storage.Tx, bot.Actor, *storage.Mailing, map[string]any) error {
	return func(ctx context.Context, tx *storage.Tx, by bot.Actor, m *storage.Mailing, _ map[string]any) error {
		m.Media = with.kept
		if err := Blanks(m.Broadcast, s.now()); err != nil {
			return err
		}
		if err := s.opens(m.Broadcast); err != nil {
			return err
		}
		saved, err := tx.Segments(ctx)
		if err != nil {
			return err
		}
		tree, err := m.Audience.Whole("segment", bot.ByID(saved))
		if err != nil {
			return err
		}
		if len(m.Audience.Within()) > 0 {
			m.Named, m.Audience = m.Audience, tree
		}
		if err := bind(ctx, tx, m); err != nil {
			return err
		}
		if err := s.unsaid(ctx, tx, *m, !m.Start.IsZero()); err != nil {
			return err
		}
		if err := s.undrifted(ctx, tx, *m); err != nil {
			return err
		}
		if _, err := s.Renderings(m.Broadcast); err != nil { // what cannot leave is not shown to an approver
			return err
		}
		return tx.Wrote(ctx, object(m.ID), by)
	}
}
