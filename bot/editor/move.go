package editor

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"visnyk/bot"
	"visnyk/storage"
)

// Move moves the version of the article that whoever moves it has read:
// bot.ErrNoVersion without one, *bot.StaleError when it is no longer the one that
// is there, *bot.MoveError when the move is not legal from where it stands,
// *bot.ForbiddenError with Same when somebody approves what they wrote,
// *bot.InvalidError when a blank is left on its way to customers. An approved
// article that belongs to a change stays untold until the change may be
// told. One is returned by Return.
func (e *Editor) Move(ctx context.Context, by bot.Actor, id string, m bot.ArticleMove, version int) (bot.Article, error) {
	return e.move(ctx, by, id, m, version, "")
}

// Return gives a submitted article back to its writers with a note that says what is to
// be mended, as Move does: *bot.InvalidError without one.
func (e *Editor) Return(ctx context.Context, by bot.Actor, id string, version int, note string) (bot.Article, error) {
	return e.move(ctx, by, id, bot.ArticleReturn, version, note)
}

// mayMove refuses who may not make the move.
func mayMove(by bot.Actor, m bot.ArticleMove) error {
	if m == bot.ArticleApprove || m == bot.ArticleReturn {
		return by.Require(bot.ApproveContent)
	}
	return by.Require(bot.WriteContent)
}

func (e *Editor) move(ctx context.Context, by bot.Actor, id string, m bot.ArticleMove, version int, note string) (bot.Article, error) {
	if err := mayMove(by, m); err != nil {
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
		switch m {
		case bot.ArticleSubmit:
			err = e.submit(ctx, tx, by, a)
		case bot.ArticleApprove:
			err = e.approve(ctx, tx, by, &a, also)
		case bot.ArticleReturn:
			if a.Note = strings.TrimSpace(note); a.Note == "" {
				err = bot.Invalid("note", bot.FaultNoNote, nil)
			}
			also["note"] = a.Note
		}
		if err == nil && a.State == bot.ArticleReview { // it was decided, so nobody is called to it any more
			err = tx.EndCalls(ctx, object(id))
		}
		a.State = to
		if m == bot.ArticleApprove || m == bot.ArticleRetire {
			a.DecidedBy = by.User
		}
		return a, err
	})
}

// submit notes who wants it approved: somebody else decides.
func (e *Editor) submit(ctx context.Context, tx *storage.Tx, by bot.Actor, a bot.Article) error {
	if err := filled(a); err != nil {
		return err
	}
	dated, err := inTime(ctx, tx, a)
	if err != nil {
		return err
	}
	if err := e.tells(a, dated); err != nil {
		return err
	}
	return tx.Wrote(ctx, object(a.ID), by)
}

// approve lets customers be told.
func (e *Editor) approve(ctx context.Context, tx *storage.Tx, by bot.Actor, a *bot.Article, also detail) error {
	if err := filled(*a); err != nil {
		return err
	}
	dated, err := inTime(ctx, tx, *a)
	if err != nil {
		return err
	}
	if !dated.Until.IsZero() && !e.now().Before(dated.Until) {
		return bot.Invalid("valid_to", bot.FaultOver, nil)
	}
	if err := e.tells(*a, dated); err != nil {
		return err
	}
	approval, err := tx.Approve(ctx, object(a.ID), by, a.ApprovedHash())
	if err != nil {
		return err
	}
	maps.Copy(also, approval)
	a.Note = ""
	if err := tx.ForgetWriters(ctx, object(a.ID)); err != nil {
		return err
	}
	if a.Replaces == "" || a.Change != "" || e.now().Before(a.From) {
		return nil // the other is told until then
	}
	return e.replace(ctx, tx, by, a.Replaces, a.ID)
}

// replace retires an article whose place another has taken.
func (e *Editor) replace(ctx context.Context, tx *storage.Tx, by bot.Actor, id, with string) error {
	was, err := tx.Article(ctx, id)
	if err != nil || was.State != bot.ArticleApproved {
		return err
	}
	was.State, was.DecidedBy = bot.ArticleRetired, by.User
	if err := tx.PutArticles(ctx, []bot.Article{was}); err != nil {
		return err
	}
	return tx.Audit(ctx, storage.AuditEntry{
		Actor: by, Action: "article.retire", Object: object(id), Detail: detail{"state": was.State, "version": was.Version, "with": with},
	})
}
