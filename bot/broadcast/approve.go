package broadcast

import (
	"context"
	"maps"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// bound fails unless the version that the broadcast tells still holds. What was submitted
// before versions were noted is bound now.
func bound(ctx context.Context, tx *storage.Tx, m *storage.Mailing) error {
	if m.ChangeVersion == 0 {
		if err := bind(ctx, tx, m); err != nil {
			return err
		}
	}
	outdated, err := tx.Outdated(ctx, *m)
	if err == nil && outdated {
		err = bot.Refused("change", bot.FaultOutdated, nil)
	}
	return err
}

// rendered puts into the broadcast what an approval binds of it: every rendering as it
// would be now, and the hash of all. It returns the renderings.
func (s *Broadcasts) rendered(m *storage.Mailing) ([]bot.Rendering, error) {
	all, err := s.Renderings(m.Broadcast)
	if err != nil {
		return nil, err
	}
	m.Renderings = make([]bot.BroadcastRendering, len(all))
	for i, r := range all {
		m.Renderings[i] = bot.BroadcastRendering{Channel: r.Channel, Language: r.Language, Hash: r.Hash(), Digest: r.Part == bot.BroadcastPart(m.ID, true)}
	}
	m.Hash = m.ApprovedHash()
	return all, nil
}

// keeps binds what an approval binds, and keeps it: the renderings, and where their links
// lead.
func (s *Broadcasts) keeps(ctx context.Context, tx *storage.Tx, m *storage.Mailing) error {
	all, err := s.rendered(m)
	if err != nil {
		return err
	}
	if err := tx.PutRenderings(ctx, m.ID, all); err != nil {
		return err
	}
	return tx.PutLinks(ctx, Links(m.Broadcast))
}

// Approvable returns the hash of all that an approval of the broadcast would bind as it
// stands: where anything of it becomes another, so does the hash.
func (s *Broadcasts) Approvable(m storage.Mailing) (string, error) {
	m.Version++ // which the approval makes
	_, err := s.rendered(&m)
	return m.Hash, err
}

// approves binds what is approved by its hash. Where who approves says what they have
// read, it has to be that.
func (s *Broadcasts) approves(with Moved) func(context.Context, *storage.Tx, bot.Actor, *storage.Mailing, map[string]any) error {
	return func(ctx context.Context, tx *storage.Tx, by bot.Actor, m *storage.Mailing, detail map[string]any) error {
		if err := Blanks(m.Broadcast, s.now()); err != nil {
			return err
		}
		if err := bound(ctx, tx, m); err != nil {
			return err
		}
		if m.Media != nil && m.Media.Hash == "" { // it was submitted before its bytes were kept
			return bot.Refused("attachment", bot.FaultPictureGone, nil)
		}
		if err := s.keeps(ctx, tx, m); err != nil {
			return err
		}
		approval, err := tx.Approve(ctx, object(m.ID), by, m.Hash)
		if err != nil {
			return err
		}
		if with.Hash != "" && with.Hash != m.Hash {
			return bot.Refused("hash", bot.FaultReadElse, nil)
		}
		maps.Copy(detail, approval)
		if with.counted != nil {
			detail["people"] = *with.counted
		}
		if m.Urgent != "" {
			detail["urgent"] = m.Urgent
		}
		return nil
	}
}

// undo puts what was just approved back to where it waits for an approval: whoever
// approved it, and nobody else, for as long as bot.UndoApproval.
func (s *Broadcasts) undo(ctx context.Context, tx *storage.Tx, by bot.Actor, m *storage.Mailing, detail map[string]any) error {
	last, err := tx.LastEntry(ctx, object(m.ID), approved)
	if err != nil {
		return err
	}
	if last.Actor.User != by.User || s.now().Sub(last.At) > bot.UndoApproval {
		return bot.Refused("approved", bot.FaultUndoOver, nil)
	}
	detail["hash"] = m.Hash
	m.Renderings, m.Hash = nil, ""
	return nil
}

// approved is the action of an approval in the audit.
const approved = "broadcast." + string(bot.BroadcastApprove)

// Undoable returns until when the actor may take back their approval of the broadcast;
// zero where they may not.
func (s *Broadcasts) Undoable(ctx context.Context, by bot.Actor, m storage.Mailing) (until time.Time, err error) {
	if m.State != bot.BroadcastApproved || !by.May(bot.ApproveContent) {
		return time.Time{}, nil
	}
	lines, err := s.store.AuditLines(ctx, storage.AuditQuery{Object: object(m.ID), Action: approved}, 1)
	if err != nil || len(lines) == 0 || lines[0].Actor.User != by.User {
		return time.Time{}, err
	}
	if until = lines[0].At.Add(bot.UndoApproval); s.now().After(until) {
		return time.Time{}, nil
	}
	return until, nil
}

// giveBack makes a draft of it: what was approved is void.
func giveBack(ctx context.Context, tx *storage.Tx, by bot.Actor, m *storage.Mailing, detail map[string]any) error {
	if m.Note == "" {
		return bot.Invalid("note", bot.FaultNoNote, nil)
	}
	return recall(ctx, tx, by, m, detail)
}

// recall makes a draft of it.
func recall(_ context.Context, _ *storage.Tx, _ bot.Actor, m *storage.Mailing, _ map[string]any) error {
	*m = m.Unsubmitted()
	m.Renderings, m.Hash = nil, ""
	return nil
}
