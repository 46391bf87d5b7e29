// Package editor is what editors do with articles: write and move them, take them
// in from files, be warned of wordings that catch each other, and learn from what
// people asked. Rights and the audit stand inside each method. It never talks to a
// customer.
package editor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/flows/faq/search"
	"visnyk/storage"
)

// Editor makes and moves articles. Rights and the audit stand inside each
// method.
type Editor struct {
	store   *storage.Store
	now     func() time.Time
	shelves shelves
	back    answerBack
}

// NewEditor returns the editor of the articles in the store. By now it is judged
// whether an article comes too late to be told.
func NewEditor(store *storage.Store, now func() time.Time) *Editor {
	return &Editor{store: store, now: now}
}

// Knowing compares wordings with the atlas from then on, as messages are compared with
// them, and returns the editor.
func (e *Editor) Knowing(at *search.Atlas) *Editor {
	e.shelves.atlas = at
	return e
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
	a.State, a.Version, a.DecidedBy, a.Note = bot.ArticleDraft, 1, "", ""
	return e.write(ctx, by, "article.create", a.ID, func(tx *storage.Tx, _ detail) (bot.Article, error) {
		switch _, err := tx.Article(ctx, a.ID); {
		case err == nil:
			return a, fmt.Errorf("article %s: %w", a.ID, storage.ErrConflict)
		case !errors.Is(err, storage.ErrNotFound):
			return a, err
		}
		made, err := bound(ctx, tx, a)
		return made, errors.Join(err, tx.Wrote(ctx, object(a.ID), by))
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
		if err := writable(was); err != nil {
			return a, err
		}
		next, err := bound(ctx, tx, a)
		next.State, next.Version, next.DecidedBy, next.Note = was.State, was.Version+1, was.DecidedBy, was.Note
		return next, errors.Join(err, tx.Wrote(ctx, object(a.ID), by))
	})
}

// Read returns one article; storage.ErrNotFound when there is none.
func (e *Editor) Read(ctx context.Context, by bot.Actor, id string) (bot.Article, error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return bot.Article{}, err
	}
	a, err := e.store.Article(ctx, id)
	if err != nil {
		return bot.Article{}, err
	}
	all, err := e.dated(ctx, []bot.Article{a})
	if err != nil {
		return bot.Article{}, err
	}
	return all[0], nil
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
	all, err = e.dated(ctx, all)
	return all, next, err
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
		also := detail{}
		was, err := tx.Article(ctx, id)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		if a, err = decide(tx, also); err != nil {
			return err
		}
		if err := put(ctx, tx, was, a, by); err != nil {
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

// put stores the article, and keeps the version where it is another one than was.
func put(ctx context.Context, tx *storage.Tx, was, a bot.Article, by bot.Actor) error {
	if err := tx.PutArticles(ctx, []bot.Article{a}); err != nil || was.Version == a.Version {
		return err
	}
	if was.Version > 0 { // it may be from before versions were kept
		if err := tx.PutArticleVersion(ctx, was, ""); err != nil {
			return err
		}
	}
	return tx.PutArticleVersion(ctx, a, by.User)
}
