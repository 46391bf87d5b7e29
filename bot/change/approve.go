package change

import (
	"context"
	"encoding/json"
	"maps"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Approvable returns the hash of all that an approval of the version would bind as it
// stands: where anything of it becomes another, by an edit, another people in a segment,
// other words of ours or one more messenger, so does the hash.
func (s *Changes) Approvable(sheet storage.Sheet) (string, error) {
	_, bound, err := s.bound(sheet.Change)
	return sheet.ApprovedHash(bound), err
}

// approves binds what is approved by its hash: every text as each messenger shows it,
// whom it concerns, its level and its dates. Where who approves says what they have read,
// it has to be that.
func (s *Changes) approves(said Said) func(context.Context, *storage.Tx, bot.Actor, *storage.Sheet, map[string]any) error {
	return func(ctx context.Context, tx *storage.Tx, by bot.Actor, sheet *storage.Sheet, detail map[string]any) error {
		if err := s.ready(ctx, tx, *sheet, detail); err != nil {
			return err
		}
		if err := s.lock(ctx, tx, sheet); err != nil {
			return err
		}
		approval, err := tx.Approve(ctx, object(sheet.ID), by, sheet.Hash)
		if err != nil {
			return err
		}
		if said.Hash != "" && said.Hash != sheet.Hash {
			return bot.Refused("hash", bot.FaultReadElse, nil)
		}
		maps.Copy(detail, approval)
		detail["late"], detail["level"] = s.now().After(sheet.From), sheet.AtLevel()
		if len(said.Read) > 0 {
			detail["read"], detail["people"] = said.Read, said.People
		}
		if said.counted != nil { // what a page says may be about so many
			detail["people"] = *said.counted
		}
		return nil
	}
}

// undo puts what was just approved back to where it waits for an approval: whoever
// approved it, and nobody else, for as long as bot.UndoApproval.
func (s *Changes) undo(ctx context.Context, tx *storage.Tx, by bot.Actor, sheet *storage.Sheet, detail map[string]any) error {
	last, err := tx.LastEntry(ctx, object(sheet.ID), "change."+string(bot.ChangeApprove))
	if err != nil {
		return err
	}
	if last.Actor.User != by.User || s.now().Sub(sheet.Approved) > bot.UndoApproval {
		return bot.Refused("approved", bot.FaultUndoOver, nil)
	}
	detail["hash"] = sheet.Hash
	sheet.Approved, sheet.Hash, sheet.Bound = time.Time{}, "", bot.Bound{}
	return nil
}

// Undoable returns until when the actor may take back their approval of the version;
// zero where they may not.
func (s *Changes) Undoable(ctx context.Context, by bot.Actor, sheet storage.Sheet) (until time.Time, err error) {
	if until = sheet.Approved.Add(bot.UndoApproval); sheet.State != bot.ChangeApproved || s.now().After(until) || !by.May(bot.ApproveContent) {
		return time.Time{}, nil
	}
	lines, err := s.store.AuditLines(ctx, storage.AuditQuery{Object: object(sheet.ID), Action: "change." + string(bot.ChangeApprove)}, 1)
	if err != nil || len(lines) == 0 || lines[0].Actor.User != by.User {
		return time.Time{}, err
	}
	return until, nil
}

// Review is what is known of a version that waits for its approval.
type Review struct {
	By       string // who submitted it, as colleagues call them; "" where nobody knows
	Since    time.Time
	Until    time.Time // when it goes back by itself; zero where nobody noted since when it waits
	Returned int       // the version that was returned last; 0: none was
	Judged   error     // why the actor may not approve it: a *bot.ForbiddenError; nil where they may
	Short    bool      // it comes later than its kind demands, for the reason that the sheet gives
}

// Review returns it for the actor.
func (s *Changes) Review(ctx context.Context, by bot.Actor, sheet storage.Sheet) (r Review, err error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return r, err
	}
	days, err := s.store.Number(ctx, bot.ChangeReviewSetting)
	if err != nil {
		return r, err
	}
	if r.Since = sheet.Submitted; !r.Since.IsZero() {
		r.Until = r.Since.AddDate(0, 0, int(days))
	}
	for _, m := range []bot.ChangeMove{bot.ChangeSubmit, bot.ChangeReturn} {
		lines, err := s.store.AuditLines(ctx, storage.AuditQuery{Object: object(sheet.ID), Action: "change." + string(m)}, 1)
		if err != nil || len(lines) == 0 {
			if err != nil {
				return r, err
			}
			continue
		}
		if m == bot.ChangeSubmit {
			r.By = lines[0].By
			continue
		}
		var detail struct {
			Version int `json:"version"`
		}
		if json.Unmarshal([]byte(lines[0].Detail), &detail) == nil {
			r.Returned = detail.Version
		}
	}
	notice, err := s.store.Number(ctx, bot.ChangeNoticeSetting(sheet.Kind))
	if err != nil {
		return r, err
	}
	r.Short = short(sheet.Change, int(notice), s.now())
	approval, err := s.store.Approval(ctx, object(sheet.ID))
	if err == nil {
		_, r.Judged = approval.By(by)
	}
	return r, err
}
