package editor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// DraftIdle is how long nobody writes in an article until what was written becomes a
// version.
const DraftIdle = 10 * time.Minute

// draftMost is how much is kept of an article that somebody is writing, in bytes.
const draftMost = 256 << 10

// Drafts returns what the actor has written in the article and no version holds yet, nil
// where there is nothing, and what colleagues have.
func (e *Editor) Drafts(ctx context.Context, by bot.Actor, id string) (own *storage.ArticleDraft, others []storage.ArticleDraft, err error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return nil, nil, err
	}
	all, err := e.store.ArticleDrafts(ctx, id)
	for i, d := range all {
		if d.User == by.User {
			own = &all[i]
		} else {
			others = append(others, d)
		}
	}
	return own, others, err
}

// Keep keeps what the actor has written so far in a draft: it makes no version, and
// nobody is told. a.Version is the version it was begun from, rev that of what was kept
// last, 0 where nothing was. It returns the rev of what is kept now: storage.ErrConflict
// when another page of the actor kept something meanwhile.
func (e *Editor) Keep(ctx context.Context, by bot.Actor, a bot.Article, rev int) (int, error) {
	if err := by.Require(bot.WriteContent); err != nil {
		return 0, err
	}
	if a.Version == 0 {
		return 0, bot.ErrNoVersion
	}
	is, err := e.store.Article(ctx, a.ID)
	if err != nil {
		return 0, err
	}
	if is.State != bot.ArticleDraft {
		return 0, &bot.MoveError{Noun: "article", From: string(is.State), Move: bot.EditMove, Legal: bot.Choices(is.State.Moves())}
	}
	if text, err := json.Marshal(a); err != nil || len(text) > draftMost {
		return 0, bot.Invalid("answer", bot.FaultLong, bot.Data{"Max": draftMost / 4})
	}
	err = e.store.PutArticleDraft(ctx, storage.ArticleDraft{Article: a.ID, User: by.User, Version: a.Version, Rev: rev, Content: a})
	return rev + 1, err
}

// Settle makes a version of what the actor has written, and returns the article as it
// stands then; where they have written nothing, or nothing else than stands there, none
// is made. *bot.StaleError when a colleague's version came between: what was written
// stays, for both to be seen.
func (e *Editor) Settle(ctx context.Context, by bot.Actor, id string) (a bot.Article, err error) {
	own, _, err := e.Drafts(ctx, by, id)
	if err != nil {
		return a, err
	}
	if own == nil {
		return e.Read(ctx, by, id)
	}
	err = e.store.Together(ctx, func(ctx context.Context) error {
		if a, err = e.Read(ctx, by, id); err != nil {
			return err
		}
		if !Same(a, own.Content) {
			own.Content.ID, own.Content.Version = id, own.Version
			if a, err = e.Replace(ctx, by, own.Content); err != nil {
				return err
			}
		}
		return e.store.DropArticleDraft(ctx, *own)
	})
	return a, err
}

// Same reports whether an article as it is written says what a version does.
func Same(version, written bot.Article) bool {
	written.ID, written.State, written.Version, written.DecidedBy, written.Note = version.ID, version.State, version.Version, version.DecidedBy, version.Note
	for _, a := range []*bot.Article{&version, &written} {
		if a.Span != "" { // its dates are the change's
			a.From, a.Until = time.Time{}, time.Time{}
		}
	}
	return sameArticle(version, written)
}

// Discard forgets what the actor has written and no version holds.
func (e *Editor) Discard(ctx context.Context, by bot.Actor, id string) error {
	own, _, err := e.Drafts(ctx, by, id)
	if err != nil || own == nil {
		return err
	}
	return e.store.DropArticleDraft(ctx, *own)
}

// settleAtOnce is how many drafts Idle looks at.
const settleAtOnce = 500

// Idle makes versions of what nobody has written in for DraftIdle, and returns how many.
// What cannot become one, because a colleague's came between or something is wrong with
// it, waits for its writer.
func (e *Editor) Idle(ctx context.Context) (made int, err error) {
	all, err := e.store.IdleArticleDrafts(ctx, DraftIdle, settleAtOnce)
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
		switch _, err := e.Settle(ctx, by, d.Article); {
		case err == nil:
			made++
		case errors.As(err, &stale), errors.As(err, &invalid), errors.As(err, &move), errors.Is(err, storage.ErrNotFound):
		default:
			return made, fmt.Errorf("settle article %s: %w", d.Article, err)
		}
	}
	return made, nil
}

// Versions returns the versions of an article, the newest first; storage.ErrNotFound when
// there is none.
func (e *Editor) Versions(ctx context.Context, by bot.Actor, id string) ([]storage.ArticleVersion, error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return nil, err
	}
	a, err := e.store.Article(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := e.store.ArticleVersions(ctx, id)
	if err == nil && (len(all) == 0 || all[0].Version != a.Version) { // from before they were kept
		all = append([]storage.ArticleVersion{{Article: a}}, all...)
	}
	return all, err
}
