package editor

import (
	"context"
	"errors"

	"visnyk/bot"
	"visnyk/bot/draft"
	"visnyk/storage"
)

// Import is how articles that come from elsewhere are taken in.
type Import struct {
	Approve bool // they are told at once; without it they are drafts
	// Replace also writes over what users approved, retired or taught.
	Replace bool
	// Add takes in only what is not there: every article that is stays as it is.
	Add bool
}

// Imported is what became of the articles: by their ids, in their order.
type Imported struct {
	Stored, Same []string
	// Left are those that a user has decided about here, and with Add all others that
	// were there: they stayed as they were.
	Left []string
}

// Import takes articles in, all of them or none, each with an entry of the audit.
// Where a user has approved, retired or taught the article that is there, it
// stays as it is, unless how says Replace. What a user takes in they have written:
// approved it is by the system alone, or by one person who may; see bot.Approval.
// Where any has a blank left, none is approved, and all of them are named.
func (e *Editor) Import(ctx context.Context, by bot.Actor, articles []bot.Article, how Import) (Imported, error) {
	state, needs := bot.ArticleDraft, bot.WriteContent
	if how.Approve {
		state, needs = bot.ArticleApproved, bot.ApproveContent
	}
	for _, p := range []bot.Permission{bot.WriteContent, needs} {
		if err := by.Require(p); err != nil {
			return Imported{}, err
		}
	}
	if how.Approve {
		if err := allFilled(articles); err != nil {
			return Imported{}, err
		}
	}
	var sum Imported
	err := e.store.InTx(ctx, func(tx *storage.Tx) error {
		sum = Imported{}
		if err := tx.EditContent(ctx); err != nil {
			return err
		}
		var entries []storage.AuditEntry
		for _, a := range articles {
			was, err := tx.Article(ctx, a.ID)
			if err != nil && !errors.Is(err, storage.ErrNotFound) {
				return err
			}
			there := err == nil
			if a, err = taken(ctx, tx, a); err != nil {
				return err
			}
			a.State, a.Version, a.DecidedBy, a.Note = state, was.Version+1, "", was.Note
			switch {
			case there && sameArticle(a, was):
				sum.Same = append(sum.Same, a.ID)
				continue
			case was.DecidedBy != "" && !how.Replace, there && how.Add:
				sum.Left = append(sum.Left, a.ID)
				continue
			}
			if err := put(ctx, tx, was, a, by); err != nil {
				return err
			}
			sum.Stored = append(sum.Stored, a.ID)
			also, err := took(ctx, tx, by, a, how.Approve)
			if err != nil {
				return err
			}
			also["state"], also["version"], also["replaced"] = a.State, a.Version, was.DecidedBy != ""
			entries = append(entries, storage.AuditEntry{Actor: by, Action: "article.import", Object: object(a.ID), Detail: also})
		}
		for _, entry := range entries { // last: other writers of the audit wait
			if err := tx.Audit(ctx, entry); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Imported{}, err
	}
	e.store.Notify("content")
	return sum, nil
}

// taken returns the article as it is kept. Its change may come in behind it.
func taken(ctx context.Context, tx *storage.Tx, a bot.Article) (bot.Article, error) {
	if a.Change == "" {
		return a, nil
	}
	sheet, err := tx.Sheet(ctx, a.Change)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return a, nil
	case err != nil:
		return a, err
	}
	kept, off := follow(a, sheet.Change)
	if off {
		return a, bot.Invalid("span", bot.FaultSpan, nil)
	}
	return kept, nil
}

// took notes who wrote the article that was taken in, and approves it where that is
// asked for. A user approves nothing of their own this way either; the system does,
// for it is whoever has the database, and no user.
func took(ctx context.Context, tx *storage.Tx, by bot.Actor, a bot.Article, approve bool) (detail, error) {
	if err := tx.Wrote(ctx, object(a.ID), by); err != nil {
		return nil, err
	}
	if !approve {
		return detail{}, nil
	}
	stored, err := tx.Article(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	detail, err := tx.Approve(ctx, object(a.ID), by, stored.ApprovedHash())
	if err != nil {
		return nil, err
	}
	return detail, tx.ForgetWriters(ctx, object(a.ID))
}

// sameArticle reports whether storing one over the other would change nothing that
// is asked, found or told.
func sameArticle(a, b bot.Article) bool { return draft.Alike(inOneForm(a), inOneForm(b)) }

// inOneForm returns the article in the one form that what it says has, without its version.
func inOneForm(a bot.Article) bot.Article {
	a.Version, a.From, a.Until = 0, a.From.UTC(), a.Until.UTC()
	for _, list := range []*[]string{&a.Aliases.UK, &a.Aliases.RU, &a.Negatives.UK, &a.Negatives.RU} {
		if len(*list) == 0 {
			*list = []string{}
		}
	}
	return a
}
