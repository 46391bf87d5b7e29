// Package editor is what editors do with articles: write and move them, take them
// in from files, be warned of wordings that catch each other, and learn from what
// people asked. Rights and the audit stand inside each method. It never talks to a
// customer.
package editor

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Editor makes and moves articles. Rights and the audit stand inside each
// method.
type Editor struct {
	store   *storage.Store
	now     func() time.Time
	shelves shelves
}

// NewEditor returns the editor of the articles in the store. By now it is judged
// whether an article comes too late to be told.
func NewEditor(store *storage.Store, now func() time.Time) *Editor {
	return &Editor{store: store, now: now}
}

// Create makes a draft. Its id is made up when a has none. *bot.InvalidError
// when something is missing or wrong, storage.ErrConflict when the id is taken.
func (e *Editor) Create(ctx context.Context, by bot.Actor, a bot.Article) (bot.Article, error) {
	if err := by.Require(bot.WriteContent); err != nil {
		return bot.Article{}, err
	}
	if a.ID == "" {
		a.ID = storage.NewID()
	}
	a.State, a.Version, a.DecidedBy = bot.ArticleDraft, 1, ""
	return e.write(ctx, by, "article.create", a.ID, func(tx *storage.Tx, _ detail) (bot.Article, error) {
		switch _, err := tx.Article(ctx, a.ID); {
		case err == nil:
			return a, fmt.Errorf("article %s: %w", a.ID, storage.ErrConflict)
		case !errors.Is(err, storage.ErrNotFound):
			return a, err
		}
		return a, errors.Join(valid(ctx, tx, a), tx.Wrote(ctx, object(a.ID), by))
	})
}

// Replace gives a draft its new content. a.Version is the version that was
// edited: bot.ErrNoVersion without one, *bot.StaleError when it is no longer the
// one that is there. What was approved stays as it is: a new wording is a new
// article, and the old one is retired.
func (e *Editor) Replace(ctx context.Context, by bot.Actor, a bot.Article) (bot.Article, error) {
	if err := by.Require(bot.WriteContent); err != nil {
		return bot.Article{}, err
	}
	if a.Version == 0 {
		return bot.Article{}, bot.ErrNoVersion
	}
	return e.write(ctx, by, "article.edit", a.ID, func(tx *storage.Tx, _ detail) (bot.Article, error) {
		was, err := tx.Article(ctx, a.ID)
		if err != nil {
			return a, err
		}
		if err := bot.CheckVersion(a.Version, was.Version); err != nil {
			return a, fmt.Errorf("article %s: %w", a.ID, err)
		}
		if was.State != bot.ArticleDraft {
			return a, &bot.MoveError{Noun: "article", From: string(was.State), Move: bot.EditMove, Legal: bot.Choices(was.State.Moves())}
		}
		next := a
		next.State, next.Version, next.DecidedBy = was.State, was.Version+1, was.DecidedBy
		return next, errors.Join(valid(ctx, tx, next), tx.Wrote(ctx, object(a.ID), by))
	})
}

// Move moves the version of the article that whoever moves it has read:
// bot.ErrNoVersion without one, *bot.StaleError when it is no longer the one that
// is there, *bot.MoveError when the move is not legal from where it stands,
// *bot.ForbiddenError with Same when somebody approves what they wrote,
// *bot.InvalidError when a blank is left on its way to customers. An approved
// article that belongs to a change stays untold until the change may be
// told.
func (e *Editor) Move(ctx context.Context, by bot.Actor, id string, m bot.ArticleMove, version int) (bot.Article, error) {
	permission := bot.WriteContent
	if m == bot.ArticleApprove {
		permission = bot.ApproveContent
	}
	if err := by.Require(permission); err != nil {
		return bot.Article{}, err
	}
	if version == 0 {
		return bot.Article{}, bot.ErrNoVersion
	}
	return e.write(ctx, by, "article."+string(m), id, func(tx *storage.Tx, also detail) (bot.Article, error) {
		a, err := tx.Article(ctx, id)
		if err != nil {
			return a, err
		}
		if err := bot.CheckVersion(version, a.Version); err != nil {
			return a, fmt.Errorf("article %s: %w", id, err)
		}
		to, ok := a.State.Can(m)
		if !ok {
			return a, &bot.MoveError{Noun: "article", From: string(a.State), Move: string(m), Legal: bot.Choices(a.State.Moves())}
		}
		if to != bot.ArticleDraft && to != bot.ArticleRetired {
			if err := filled(a); err != nil {
				return a, err
			}
		}
		if m == bot.ArticleApprove && !a.Until.IsZero() && !e.now().Before(a.Until) {
			return a, bot.Invalid("valid_to", bot.FaultOver, nil)
		}
		if m == bot.ArticleApprove {
			approval, err := tx.Approve(ctx, object(id), by, a.ApprovedHash())
			if err != nil {
				return a, err
			}
			maps.Copy(also, approval)
			if err := tx.ForgetWriters(ctx, object(id)); err != nil {
				return a, err
			}
		}
		a.State, a.DecidedBy = to, by.User
		return a, nil
	})
}

// Read returns one article; storage.ErrNotFound when there is none.
func (e *Editor) Read(ctx context.Context, by bot.Actor, id string) (bot.Article, error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return bot.Article{}, err
	}
	return e.store.Article(ctx, id)
}

// List returns the articles by id, at most limit of those behind the cursor; next
// is the cursor of the rest, "" when there is none.
func (e *Editor) List(ctx context.Context, by bot.Actor, cursor string, limit int) (all []bot.Article, next string, err error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return nil, "", err
	}
	if all, err = e.store.ArticlesAfter(ctx, cursor, limit+1); err != nil {
		return nil, "", err
	}
	if len(all) > limit {
		all = all[:limit]
		next = all[limit-1].ID
	}
	return all, next, nil
}

// detail is what an entry of the audit says besides the article's state and
// version.
type detail = map[string]any

// object names an article in the audit, and where its writers are kept.
func object(id string) string { return "article/" + id }

// write stores the article that decide gives, with its audit.
func (e *Editor) write(ctx context.Context, by bot.Actor, action, id string, decide func(*storage.Tx, detail) (bot.Article, error)) (bot.Article, error) {
	var a bot.Article
	err := e.store.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.EditContent(ctx); err != nil {
			return err
		}
		var err error
		also := detail{}
		if a, err = decide(tx, also); err != nil {
			return err
		}
		if err := tx.PutArticles(ctx, []bot.Article{a}); err != nil {
			return err
		}
		also["state"], also["version"] = a.State, a.Version
		if err := tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: action, Object: object(id), Detail: also}); err != nil {
			return err
		}
		a, err = tx.Article(ctx, id)
		return err
	})
	if err != nil {
		return bot.Article{}, err
	}
	e.store.Notify("content")
	return a, nil
}

// valid finds what is wrong with an article, also that its change is not there.
func valid(ctx context.Context, tx *storage.Tx, a bot.Article) error {
	faults := faults(a)
	if a.Change != "" {
		switch _, err := tx.Sheet(ctx, a.Change); {
		case errors.Is(err, storage.ErrNotFound):
			faults = append(faults, bot.Fault{Field: "change", Code: bot.FaultNoChange})
		case err != nil:
			return err
		}
	}
	if len(faults) > 0 {
		return &bot.InvalidError{Faults: slices.Clip(faults)}
	}
	return nil
}
