package broadcast

import (
	"context"

	"visnyk/bot"
	"visnyk/storage"
)

// HaltChanged says that a broadcast is not what was approved any more: it was changed
// past its moves, or this program shows it otherwise than was approved.
const HaltChanged = "changed"

// approvals reads what was approved: a Store, or a transaction of it.
type approvals interface {
	ApprovedRenderings(ctx context.Context, m storage.Mailing) ([]bot.Rendering, bool, error)
}

// asApproved reports whether the broadcast is what was approved, and is shown so: every
// rendering that was approved for a messenger of ours is what we would make of it now.
func (s *Broadcasts) asApproved(ctx context.Context, of approvals, m storage.Mailing) (bool, error) {
	approved, intact, err := of.ApprovedRenderings(ctx, m)
	if err != nil || !intact {
		return false, err
	}
	if _, known := s.shown.Load(m.Hash); known { // the hash is of all that the renderings are made of, and of theirs
		return true, nil
	}
	now, err := s.Renderings(m.Broadcast)
	if err != nil {
		return false, nil // it does not even fit one message any more
	}
	templates := map[[3]string]string{}
	for _, r := range now {
		templates[[3]string{r.Channel, string(r.Language), string(r.Part)}] = r.Template
	}
	for _, r := range approved {
		if template, ours := templates[[3]string{r.Channel, string(r.Language), string(r.Part)}]; ours && template != r.Template {
			return false, nil
		}
	}
	s.shown.Store(m.Hash, true)
	return true, nil
}

// HaltChanged pauses every broadcast that is scheduled or sends and is not what was
// approved, and returns which.
func (s *Broadcasts) HaltChanged(ctx context.Context) (halted []string, err error) {
	open, err := s.store.OpenBroadcasts(ctx, bot.BroadcastScheduled, bot.BroadcastSending)
	if err != nil {
		return nil, err
	}
	for _, m := range open {
		is, err := s.asApproved(ctx, s.store, m)
		if err == nil && !is {
			is, err = s.haltChanged(ctx, m.ID)
		}
		switch {
		case err != nil:
			return halted, err
		case !is:
			halted = append(halted, m.ID)
		}
	}
	return halted, nil
}

// haltChanged pauses the one unless it is what was approved after all, or was moved.
func (s *Broadcasts) haltChanged(ctx context.Context, id string) (is bool, err error) {
	_, err = s.write(ctx, id, func(tx *storage.Tx) error {
		m, err := tx.Broadcast(ctx, id)
		if err != nil {
			return err
		}
		if is = m.State != bot.BroadcastScheduled && m.State != bot.BroadcastSending; is {
			return nil
		}
		if is, err = s.asApproved(ctx, tx, m); err != nil || is {
			return err
		}
		return tx.HaltBroadcast(ctx, m, bot.System(), HaltChanged)
	})
	return is, err
}
