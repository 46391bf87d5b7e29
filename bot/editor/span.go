package editor

import (
	"context"
	"errors"
	"slices"

	"visnyk/bot"
	"visnyk/storage"
)

// bound returns the article as it is kept: where its dates are those of its change, they
// follow them, and are written nowhere else. *bot.InvalidError for what is wrong with it,
// also that its change, or the article whose place it takes, is not there.
func bound(ctx context.Context, tx *storage.Tx, a bot.Article) (bot.Article, error) {
	wrong := faults(a)
	say := func(field string, code bot.FaultCode) { wrong = append(wrong, bot.Fault{Field: field, Code: code}) }
	if a.Change != "" {
		sheet, err := tx.Sheet(ctx, a.Change)
		switch {
		case errors.Is(err, storage.ErrNotFound):
			say("change", bot.FaultNoChange)
		case err != nil:
			return a, err
		default:
			var off bool
			if a, off = follow(a, sheet.Change); off {
				say("span", bot.FaultSpan)
			}
		}
	}
	round, err := replaces(ctx, tx, a)
	switch {
	case errors.Is(err, storage.ErrNotFound) || round:
		say("replaces", bot.FaultNoArticle)
	case err != nil:
		return a, err
	}
	if len(wrong) > 0 {
		return a, &bot.InvalidError{Faults: slices.Clip(wrong)}
	}
	return a, nil
}

// longestRow is how many articles may take each other's place in a row.
const longestRow = 100

// replaces reports whether the article would take the place of itself, be it through
// others: then nothing would be told. storage.ErrNotFound when one of them is not there.
func replaces(ctx context.Context, tx *storage.Tx, a bot.Article) (round bool, err error) {
	id := a.ID
	for range longestRow {
		if a.Replaces == "" {
			return false, nil
		}
		if a.Replaces == id {
			return true, nil
		}
		if a, err = tx.Article(ctx, a.Replaces); err != nil {
			return false, err
		}
	}
	return true, nil
}

// follow binds the article's dates to its change's, and reports whether it has others of
// its own besides.
func follow(a bot.Article, c bot.Change) (_ bot.Article, off bool) {
	a = a.Bound(c)
	if a.Span == "" {
		return a, false
	}
	dated := a.Dated(c)
	off = !a.From.IsZero() && !a.From.Equal(dated.From) || !a.Until.IsZero() && !a.Until.Equal(dated.Until)
	return a.Dated(bot.Change{}), off
}

// inTime returns the article with the dates it has by its change, as the change stands
// for its makers.
func inTime(ctx context.Context, tx *storage.Tx, a bot.Article) (bot.Article, error) {
	if a.Span == "" {
		return a, nil
	}
	sheet, err := tx.Sheet(ctx, a.Change)
	if errors.Is(err, storage.ErrNotFound) {
		return a, nil
	}
	return a.Dated(sheet.Change), err
}

// dated returns the articles with the dates they have by their changes, as these stand
// for customers, and where they do not yet, for their makers.
func (e *Editor) dated(ctx context.Context, all []bot.Article) ([]bot.Article, error) {
	if !slices.ContainsFunc(all, func(a bot.Article) bool { return a.Span != "" }) {
		return all, nil
	}
	changes, err := e.store.Changes(ctx)
	return datedBy(all, changes), err
}

// datedBy does the same for the changes given.
func datedBy(all []bot.Article, changes []bot.Change) []bot.Article {
	all = slices.Clone(all)
	for i, a := range all {
		if at := slices.IndexFunc(changes, func(c bot.Change) bool { return c.ID == a.Change }); a.Span != "" && at >= 0 {
			all[i] = a.Dated(changes[at])
		}
	}
	return all
}
