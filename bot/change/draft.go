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

// DraftIdle is how long nobody writes in a sheet until what was written becomes a
// version.
const DraftIdle = 10 * time.Minute

// draftMost is how much is kept of a sheet that somebody is writing, in bytes.
const draftMost = 256 << 10

// Drafts returns what the actor has written in the sheet of the change and no version
// holds yet, nil where there is nothing, and what colleagues have.
func (s *Changes) Drafts(ctx context.Context, by bot.Actor, id string) (own *storage.SheetDraft, others []storage.SheetDraft, err error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return nil, nil, err
	}
	all, err := s.store.SheetDrafts(ctx, id)
	for i, d := range all {
		if d.User == by.User {
			own = &all[i]
		} else {
			others = append(others, d)
		}
	}
	return own, others, err
}

// Keep keeps what the actor has written so far in the sheet of a draft: it makes no
// version, and nobody is told. c.Version is the version it was begun from, rev that of
// what was kept last, 0 where nothing was. It returns the rev of what is kept now:
// storage.ErrConflict when another page of the actor kept something meanwhile.
func (s *Changes) Keep(ctx context.Context, by bot.Actor, c bot.Change, rev int) (int, error) {
	if err := by.Require(bot.WriteContent); err != nil {
		return 0, err
	}
	if c.Version == 0 {
		return 0, bot.ErrNoVersion
	}
	sheet, err := s.store.Sheet(ctx, c.ID)
	if err != nil {
		return 0, err
	}
	if sheet.State != bot.ChangeDraft {
		return 0, &bot.MoveError{Noun: "change", From: string(sheet.State), Move: bot.EditMove, Legal: bot.Choices(sheet.State.Moves())}
	}
	if text, err := json.Marshal(c); err != nil || len(text) > draftMost {
		return 0, bot.Invalid("summary", bot.FaultLong, bot.Data{"Max": maxText})
	}
	err = s.store.PutSheetDraft(ctx, storage.SheetDraft{Change: c.ID, User: by.User, Version: c.Version, Rev: rev, Sheet: c})
	return rev + 1, err
}

// Settle makes a version of what the actor has written, and returns the change as it
// stands then; where they have written nothing, or nothing else than stands there, none
// is made. *bot.StaleError when a colleague's version came between: what was written
// stays, for both to be seen.
func (s *Changes) Settle(ctx context.Context, by bot.Actor, id string) (sheet storage.Sheet, err error) {
	own, _, err := s.Drafts(ctx, by, id)
	if err != nil {
		return sheet, err
	}
	if own == nil {
		return s.Read(ctx, by, id)
	}
	err = s.store.Together(ctx, func(ctx context.Context) error {
		if sheet, err = s.store.Sheet(ctx, id); err != nil {
			return err
		}
		if !s.Same(sheet.Change, own.Sheet) {
			own.Sheet.ID, own.Sheet.Version = id, own.Version
			if sheet, err = s.Replace(ctx, by, own.Sheet); err != nil {
				return err
			}
		}
		return s.store.DropSheetDraft(ctx, *own)
	})
	return sheet, err
}

// Same reports whether a sheet says what a version does.
func (s *Changes) Same(version, sheet bot.Change) bool {
	plain := func(c bot.Change) string {
		c = written(Grouped(c))
		c.ID, c.State, c.Version, c.Level = version.ID, version.State, version.Version, c.AtLevel()
		text, err := json.Marshal(c)
		if err != nil { // neither is the same as anything
			return err.Error()
		}
		return string(text)
	}
	return plain(version) == plain(sheet)
}

// Grouped returns the change with whom it concerns as a group, where it has none and is
// not for everyone: so a sheet shows it.
func Grouped(c bot.Change) bot.Change {
	if len(c.Groups) == 0 && !c.Audience.Everyone() {
		c.Groups = []bot.ChangeGroup{{Segment: c.Audience}}
	}
	return c
}

// Discard forgets what the actor has written and no version holds.
func (s *Changes) Discard(ctx context.Context, by bot.Actor, id string) error {
	own, _, err := s.Drafts(ctx, by, id)
	if err != nil || own == nil {
		return err
	}
	return s.store.DropSheetDraft(ctx, *own)
}

// settleAtOnce is how many drafts Idle looks at.
const settleAtOnce = 500

// Idle makes versions of what nobody has written in for DraftIdle, and returns how many.
// What cannot become one, because a colleague's came between or something is wrong with
// it, waits for its writer.
func (s *Changes) Idle(ctx context.Context) (made int, err error) {
	all, err := s.store.IdleSheetDrafts(ctx, DraftIdle, settleAtOnce)
	if err != nil {
		return 0, err
	}
	for _, d := range all {
		by := bot.Actor{User: d.User, Login: d.Login, Role: bot.Marketer} // as who wrote it could then
		var (
			stale   *bot.StaleError
			invalid *bot.InvalidError
			move    *bot.MoveError
		)
		switch _, err := s.Settle(ctx, by, d.Change); {
		case err == nil:
			made++
		case errors.As(err, &stale), errors.As(err, &invalid), errors.As(err, &move), errors.Is(err, storage.ErrNotFound):
		default:
			return made, fmt.Errorf("settle the sheet of %s: %w", d.Change, err)
		}
	}
	return made, nil
}
