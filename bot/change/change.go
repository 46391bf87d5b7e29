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
	"slices"
	"sync"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Changes makes and moves changes.
type Changes struct {
	store  *storage.Store
	bind   func(bot.Change) ([]bot.Rendering, bot.BoundWords, error)
	retell Retell // see Proving
	now    func() time.Time
	// Rehearsal makes what Rehearse sends; nil where nothing is told.
	Rehearsal Rehearsal
	// Counting counts whom a change concerns when it is approved and when it is announced;
	// nil where nobody does, so nothing is compared.
	Counting Counting
	rollOuts
}

// Bind returns what customers are shown of a change, on every messenger in every
// language, and the words of ours in it: what an approval binds. earlier are the versions
// that they have heard of before it.
type Bind func(c bot.Change, earlier []bot.Change) ([]bot.Rendering, bot.BoundWords, error)

// New returns the changes in the store. bind may be nil where nothing is told, and so
// nothing of it bound.
func New(store *storage.Store, bind Bind, now func() time.Time) *Changes {
	if bind == nil {
		bind = func(bot.Change, []bot.Change) ([]bot.Rendering, bot.BoundWords, error) { return nil, nil, nil }
	}
	return &Changes{store: store, bind: func(c bot.Change) ([]bot.Rendering, bot.BoundWords, error) {
		before, err := earlier(store, c)
		if err != nil {
			return nil, nil, err
		}
		return bind(c, before)
	}, now: now, rollOuts: rollOuts{staged: &sync.Map{}}}
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
	sheet := storage.Sheet{Change: written(c), Author: by.User, Editor: by.User, Made: s.now()}
	return s.write(ctx, func(tx *storage.Tx) (storage.Sheet, error) {
		if err := s.check(ctx, tx, sheet.Change); err != nil {
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

// written is a change as it is kept from what somebody wrote: whom it concerns is said
// by its groups, where it has any.
func written(c bot.Change) bot.Change {
	c.Groups = slices.Clone(c.Groups)
	for i := range c.Groups {
		c.Groups[i].Named = bot.Segment{} // ours to make
	}
	if len(c.Groups) > 0 {
		c.Audience = bot.Whom(c.Groups)
	}
	return c
}

// Replace gives a draft its new content, as its next version. c.Version is the version
// that was edited: bot.ErrNoVersion without one, *bot.StaleError when it is no longer the
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
		if err := writable(was); err != nil {
			return storage.Sheet{}, err
		}
		last, err := tx.LastVersion(ctx, c.ID)
		if err != nil {
			return storage.Sheet{}, err
		}
		next := was
		next.Change = written(c)
		next.State, next.Version, next.Editor, next.Made = was.State, last+1, by.User, s.now()
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

// object names a change in the audit, and where its writers are kept.
func object(id string) string { return "change/" + id }

// Read returns a change in the version its makers have before them; storage.ErrNotFound
// when there is none.
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

// Version returns a version of a change; storage.ErrNotFound when there is none.
func (s *Changes) Version(ctx context.Context, by bot.Actor, id string, version int) (storage.Sheet, error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return storage.Sheet{}, err
	}
	return s.store.SheetVersion(ctx, id, version)
}

// Versions returns every version of a change, the newest first; storage.ErrNotFound when
// there is none.
func (s *Changes) Versions(ctx context.Context, by bot.Actor, id string) ([]storage.Sheet, error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return nil, err
	}
	return s.store.SheetVersions(ctx, id)
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
	s.store.Notify(storage.BroadcastsTopic) // it may have news
	return sheet, nil
}

// put stores the version and writes the audit.
func (s *Changes) put(ctx context.Context, tx *storage.Tx, by bot.Actor, action string, sheet storage.Sheet, detail any) (storage.Sheet, error) {
	if err := tx.PutSheets(ctx, []storage.Sheet{sheet}); err != nil {
		return storage.Sheet{}, err
	}
	if err := tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: action, Object: object(sheet.ID), Detail: detail}); err != nil {
		return storage.Sheet{}, err
	}
	return tx.SheetVersion(ctx, sheet.ID, sheet.Version)
}
