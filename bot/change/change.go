// Package change is the way of a change to customers: the sheet is written,
// submitted, approved by somebody else, announced, closed or withdrawn. Who may
// do what, four eyes and the audit stand here; whom a change concerns and what
// they know of it is the ledger's, in storage.
//
// It tells nobody anything: turns and broadcasts do.
package change

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Changes makes and moves changes.
type Changes struct {
	store *storage.Store
	now   func() time.Time
}

// New returns the changes in the store. By now it is judged whether an approval
// came before the change took effect.
func New(store *storage.Store, now func() time.Time) *Changes {
	return &Changes{store: store, now: now}
}

// Create makes a draft. Its id is made up when c has none; State and Version
// are ours. *bot.InvalidError for what no draft may be either,
// storage.ErrConflict when the id is taken.
func (s *Changes) Create(ctx context.Context, by bot.Actor, c bot.Change) (storage.Sheet, error) {
	if err := by.Require(bot.WriteContent); err != nil {
		return storage.Sheet{}, err
	}
	if c.ID == "" {
		c.ID = storage.NewID()
	}
	c.State, c.Version = bot.ChangeDraft, 1
	sheet := storage.Sheet{Change: c, Author: by.User, Editor: by.User}
	return s.write(ctx, func(tx *storage.Tx) (storage.Sheet, error) {
		if err := s.check(ctx, tx, c); err != nil {
			return storage.Sheet{}, err
		}
		switch _, err := tx.Sheet(ctx, c.ID); {
		case err == nil:
			return storage.Sheet{}, fmt.Errorf("change %s: %w", c.ID, storage.ErrConflict)
		case !errors.Is(err, storage.ErrNotFound):
			return storage.Sheet{}, err
		}
		if err := tx.Wrote(ctx, object(c.ID), by); err != nil {
			return storage.Sheet{}, err
		}
		return s.put(ctx, tx, by, "change.create", sheet, nil)
	})
}

// Replace gives a draft its new content. c.Version is the version that was
// edited: bot.ErrNoVersion without one, *bot.StaleError when it is no longer the
// one that is there.
func (s *Changes) Replace(ctx context.Context, by bot.Actor, c bot.Change) (storage.Sheet, error) {
	if err := by.Require(bot.WriteContent); err != nil {
		return storage.Sheet{}, err
	}
	if c.Version == 0 {
		return storage.Sheet{}, bot.ErrNoVersion
	}
	return s.write(ctx, func(tx *storage.Tx) (storage.Sheet, error) {
		was, err := tx.Sheet(ctx, c.ID)
		if err != nil {
			return storage.Sheet{}, err
		}
		if err := bot.CheckVersion(c.Version, was.Version); err != nil {
			return storage.Sheet{}, fmt.Errorf("change %s: %w", c.ID, err)
		}
		if was.State != bot.ChangeDraft {
			return storage.Sheet{}, &bot.MoveError{Noun: "change", From: string(was.State), Move: bot.EditMove, Legal: bot.Choices(was.State.Moves())}
		}
		next := was
		next.Change = c
		next.State, next.Version, next.Editor = was.State, was.Version+1, by.User
		if err := s.check(ctx, tx, next.Change); err != nil {
			return storage.Sheet{}, err
		}
		if err := tx.Wrote(ctx, object(c.ID), by); err != nil {
			return storage.Sheet{}, err
		}
		return s.put(ctx, tx, by, "change.edit", next, map[string]any{"version": next.Version})
	})
}

// check finds what no draft may have either.
func (s *Changes) check(ctx context.Context, tx *storage.Tx, c bot.Change) error {
	tree, err := whole(ctx, tx, c)
	if err != nil {
		return err
	}
	return check(c, tree)
}

// needs is who may make each move.
func needs() map[bot.ChangeMove]bot.Permission {
	return map[bot.ChangeMove]bot.Permission{
		bot.ChangeSubmit:   bot.WriteContent,
		bot.ChangeApprove:  bot.ApproveContent,
		bot.ChangeReturn:   bot.ApproveContent,
		bot.ChangeAnnounce: bot.WriteContent,
		bot.ChangeClose:    bot.WriteContent,
		bot.ChangeWithdraw: bot.WriteContent,
	}
}

// Move moves the version of the change that whoever moves it has read: they have
// decided about no other. No version: bot.ErrNoVersion; no longer the one that
// is there: *bot.StaleError. Not legal from where it stands: *bot.MoveError;
// submitted or approved with a blank, or returned
// without a note: *bot.InvalidError; approved by who wrote any part of it or
// submitted it: *bot.ForbiddenError with Same.
//
// From the approval on it may be told, and its content is locked. Everybody it
// concerns gets their row of the ledger behind the commit (bot/expand), and turns
// judge by the audience until then: Expanding of the sheet says how far that is.
func (s *Changes) Move(ctx context.Context, by bot.Actor, id string, m bot.ChangeMove, version int, note string) (storage.Sheet, error) {
	permission, ok := needs()[m]
	if !ok {
		return storage.Sheet{}, fmt.Errorf("there is no move %q", m)
	}
	if err := by.Require(permission); err != nil {
		return storage.Sheet{}, err
	}
	if version == 0 {
		return storage.Sheet{}, bot.ErrNoVersion
	}
	return s.write(ctx, func(tx *storage.Tx) (storage.Sheet, error) {
		sheet, err := tx.Sheet(ctx, id)
		if err != nil {
			return storage.Sheet{}, err
		}
		if err := bot.CheckVersion(version, sheet.Version); err != nil {
			return storage.Sheet{}, fmt.Errorf("change %s: %w", id, err)
		}
		from := sheet.State
		if sheet.State, ok = from.Can(m); !ok {
			return storage.Sheet{}, &bot.MoveError{Noun: "change", From: string(from), Move: string(m), Legal: bot.Choices(from.Moves())}
		}
		note = strings.TrimSpace(note)
		switch m {
		case bot.ChangeSubmit, bot.ChangeApprove:
			if blanks := sheet.Blanks(); len(blanks) > 0 {
				return storage.Sheet{}, blank(blanks)
			}
		case bot.ChangeReturn:
			if note == "" {
				return storage.Sheet{}, bot.Invalid("note", bot.FaultNoNote, nil)
			}
		}
		sheet.Note = note
		detail := map[string]any{"from": from, "to": sheet.State, "version": sheet.Version, "note": note}
		switch m {
		case bot.ChangeSubmit:
			if err = copyAudience(ctx, tx, &sheet); err == nil {
				err = tx.Wrote(ctx, object(id), by)
			}
		case bot.ChangeReturn:
			sheet = sheet.Unsubmitted()
		case bot.ChangeApprove:
			var approval map[string]any
			approval, err = tx.Approve(ctx, object(id), by, sheet.ApprovedHash())
			maps.Copy(detail, approval)
			detail["late"] = s.now().After(sheet.From)
		}
		if err != nil {
			return storage.Sheet{}, err
		}
		return s.put(ctx, tx, by, "change."+string(m), sheet, detail)
	})
}

// object names a change in the audit, and where its writers are kept.
func object(id string) string { return "change/" + id }

// Read returns one change; storage.ErrNotFound when there is none.
func (s *Changes) Read(ctx context.Context, by bot.Actor, id string) (storage.Sheet, error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return storage.Sheet{}, err
	}
	sheet, err := s.store.Sheet(ctx, id)
	if err != nil {
		return storage.Sheet{}, err
	}
	one := []storage.Sheet{sheet}
	err = s.outdated(ctx, one)
	return one[0], err
}

// List returns the changes by id, at most limit of those behind the cursor; next
// is the cursor of the rest, "" when there is none.
func (s *Changes) List(ctx context.Context, by bot.Actor, cursor string, limit int) (all []storage.Sheet, next string, err error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return nil, "", err
	}
	if all, err = s.store.SheetsAfter(ctx, cursor, limit+1); err != nil {
		return nil, "", err
	}
	if len(all) > limit {
		all = all[:limit]
		next = all[limit-1].ID
	}
	return all, next, s.outdated(ctx, all)
}

// write runs f in a transaction that edits content.
func (s *Changes) write(ctx context.Context, f func(*storage.Tx) (storage.Sheet, error)) (sheet storage.Sheet, err error) {
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.EditContent(ctx); err != nil {
			return err
		}
		sheet, err = f(tx)
		return err
	})
	if err != nil {
		return storage.Sheet{}, err
	}
	s.store.Notify("content")
	return sheet, nil
}

// put stores the sheet and writes the audit.
func (s *Changes) put(ctx context.Context, tx *storage.Tx, by bot.Actor, action string, sheet storage.Sheet, detail any) (storage.Sheet, error) {
	if err := tx.PutSheets(ctx, []storage.Sheet{sheet}); err != nil {
		return storage.Sheet{}, err
	}
	if err := tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: action, Object: object(sheet.ID), Detail: detail}); err != nil {
		return storage.Sheet{}, err
	}
	return tx.Sheet(ctx, sheet.ID)
}
