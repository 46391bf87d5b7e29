package change

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Counting returns how many people are in a segment that has the segments within it in
// their places.
type Counting func(ctx context.Context, whom bot.Segment) (int, error)

// guardAgain is how long an announcing that waits is left alone before it is counted anew.
const guardAgain = 5 * time.Minute

// counted returns how many people the version concerns that its makers have before them;
// nil where nobody counts.
func (s *Changes) counted(ctx context.Context, id string) (*int, error) {
	if s.Counting == nil {
		return nil, nil
	}
	sheet, err := s.store.Sheet(ctx, id)
	if errors.Is(err, storage.ErrNotFound) { // the move says so
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	n, err := s.Counting(ctx, sheet.Audience)
	if err != nil {
		return nil, fmt.Errorf("count whom change %s concerns: %w", id, err)
	}
	return &n, nil
}

// approvedFor is what the newest approval says of whom it was for.
type approvedFor struct {
	Version int  `json:"version"`
	People  *int `json:"people"`
}

// of returns how many the version was approved for; ok is false where its approval does
// not say it.
func (a approvedFor) of(version int) (people int, ok bool) {
	if a.Version != version || a.People == nil {
		return 0, false
	}
	return *a.People, true
}

func approvedIn(detail string) (a approvedFor) {
	if detail == "" || json.Unmarshal([]byte(detail), &a) != nil {
		return approvedFor{}
	}
	return a
}

// ApprovedFor returns how many people the version was approved for; ok is false where
// nobody counted them.
func (s *Changes) ApprovedFor(ctx context.Context, by bot.Actor, sheet storage.Sheet) (people int, ok bool, err error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return 0, false, err
	}
	lines, err := s.store.AuditLines(ctx, storage.AuditQuery{Object: object(sheet.ID), Action: "change." + string(bot.ChangeApprove)}, 1)
	if err != nil || len(lines) == 0 {
		return 0, false, err
	}
	people, ok = approvedIn(lines[0].Detail).of(sheet.Version)
	return people, ok, nil
}

// guard refuses to announce a version to many more or fewer people than it was approved
// for, unless whoever announces it names about so many.
func guard(ctx context.Context, tx *storage.Tx, sheet storage.Sheet, said Said, detail map[string]any) error {
	if said.counted == nil {
		return nil
	}
	detail["people"] = *said.counted
	last, err := tx.LastEntry(ctx, object(sheet.ID), "change."+string(bot.ChangeApprove))
	if err != nil {
		return err
	}
	approved, ok := approvedIn(last.Detail).of(sheet.Version)
	if !ok || !bot.Beyond(approved, *said.counted) {
		return nil
	}
	if said.Despite == nil || bot.Beyond(*said.Despite, *said.counted) {
		return bot.Refused("people", bot.FaultCrowd, bot.Data{"Approved": approved, "People": *said.counted})
	}
	detail["approved_for"] = approved
	return nil
}

// waits is the name under which it is known that the version waits for somebody to
// announce it: an approval anew is another wait.
func waits(sheet storage.Sheet) string {
	return "waits/" + object(sheet.ID) + "/" + approvedAt(sheet)
}

func approvedAt(sheet storage.Sheet) string { return sheet.Approved.UTC().Format(time.RFC3339Nano) }

// waiting reports whether the version was counted a short while ago, and waits.
func (s *Changes) waiting(sheet storage.Sheet) bool {
	until, ok := s.staged.Load(waits(sheet))
	return ok && s.now().Before(until.(time.Time))
}

// wait has a version wait that should have been announced by itself, for the reason that
// the guard gives. Its owner is told of it once, where they have linked a messenger. It
// reports whether that is new.
func (s *Changes) wait(ctx context.Context, sheet storage.Sheet, why bot.Fault) (fresh bool, err error) {
	var rows []bot.Queued
	at := approvedAt(sheet)
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		fresh, rows = false, nil
		was, err := tx.AuditedOf(ctx, "change.wait", object(sheet.ID), "approved_at", at)
		if err != nil || was {
			return err
		}
		to, ok, err := tx.OwnerOf(ctx, sheet.Owner, maker(sheet))
		if err != nil {
			return err
		}
		if ok && s.news.Waits != nil {
			if rows, err = s.news.Waits(to, waits(sheet), sheet.Change, why); err != nil {
				return err
			}
		}
		if _, err := tx.Enqueue(ctx, rows); err != nil {
			return err
		}
		fresh = true
		return tx.Audit(ctx, storage.AuditEntry{Actor: bot.System(), Action: "change.wait", Object: object(sheet.ID), Detail: map[string]any{
			"version": sheet.Version, "approved_at": at, "approved_for": why.Data["Approved"], "people": why.Data["People"], "told": len(rows) > 0,
		}})
	})
	if err != nil {
		return false, fmt.Errorf("tell that change %s waits to be announced: %w", sheet.ID, err)
	}
	s.staged.Store(waits(sheet), s.now().Add(guardAgain))
	for _, q := range rows {
		s.store.Notify("outbox:" + q.To.Bot)
	}
	return fresh, nil
}
