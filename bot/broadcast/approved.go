package broadcast

import (
	"context"

	"visnyk/bot"
	"visnyk/storage"
)

// approvals reads what was approved: a Store, or a transaction of it.
type approvals interface {
	ApprovedRenderings(ctx context.Context, m storage.Mailing) ([]bot.Rendering, bool, error)
	Outdated(ctx context.Context, m storage.Mailing) (bool, error)
}

// halt returns why the broadcast may not go on; "" where it may.
func (s *Broadcasts) halt(ctx context.Context, of approvals, m storage.Mailing) (why string, err error) {
	if is, err := s.asApproved(ctx, of, m); err != nil || !is {
		return bot.HaltChanged, err
	}
	if outdated, err := of.Outdated(ctx, m); err != nil || outdated {
		return bot.HaltOutdated, err
	}
	return "", nil
}

// asApproved reports whether the broadcast is what was approved, and is shown so: every
// rendering that was approved for a messenger of ours is what we would make of it now.
func (s *Broadcasts) asApproved(ctx context.Context, of approvals, m storage.Mailing) (bool, error) {
	approved, intact, err := of.ApprovedRenderings(ctx, m)
	if err != nil || !intact {
		return false, err
	}
	if m.News != nil { // it has its texts in it as they were approved with its change
		return true, nil
	}
	if _, known := s.shown.Load(m.Hash); known { // the hash is of all that the renderings are made of, and of theirs
		return true, nil
	}
	if m.Filled != nil && !AsFilled(m.Broadcast) {
		return false, nil
	}
	if same, err := s.sameBytes(ctx, m.Media); err != nil || !same {
		return false, err
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

// unshown is halt of a broadcast that is about to be released. Of one that is known to be
// shown as it was approved, the release itself asks about all the rest.
func (s *Broadcasts) unshown(ctx context.Context, m storage.Mailing) (why string, err error) {
	if _, known := s.shown.Load(m.Hash); known {
		return "", nil
	}
	return s.halt(ctx, s.store, m)
}

// Halted is a broadcast that was paused, and why.
type Halted struct{ ID, Why string }

// HaltUnfit pauses every broadcast that is scheduled or sends and may not go on: it is
// not what was approved, or its change has another version by now. It returns which.
func (s *Broadcasts) HaltUnfit(ctx context.Context) (halted []Halted, err error) {
	open, err := s.store.OpenBroadcasts(ctx, bot.BroadcastScheduled, bot.BroadcastSending)
	if err != nil {
		return nil, err
	}
	for _, m := range open {
		why, err := s.halt(ctx, s.store, m)
		if err == nil && why != "" {
			why, err = s.haltUnfit(ctx, m.ID)
		}
		switch {
		case err != nil:
			return halted, err
		case why != "":
			halted = append(halted, Halted{m.ID, why})
		}
	}
	return halted, nil
}

// haltUnfit pauses the one unless it may go on after all, or was moved: then why is "".
func (s *Broadcasts) haltUnfit(ctx context.Context, id string) (why string, err error) {
	var told bot.Address
	_, err = s.write(ctx, id, func(tx *storage.Tx) error {
		told = bot.Address{}
		m, err := tx.Broadcast(ctx, id)
		if err != nil {
			return err
		}
		if m.State != bot.BroadcastScheduled && m.State != bot.BroadcastSending {
			why = ""
			return nil
		}
		if why, err = s.halt(ctx, tx, m); err != nil || why == "" {
			return err
		}
		told, err = s.pause(ctx, tx, m, why)
		return err
	})
	if err == nil {
		s.said(told)
	}
	return why, err
}
