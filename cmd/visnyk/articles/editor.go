package articles

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/bot/editor"
	"visnyk/cmd/visnyk/cli"
	"visnyk/cmd/visnyk/config"
	"visnyk/storage"
)

// wanted lists the answers that people look for and do not get.
func wanted(ctx context.Context, c cli.Call) error {
	f := c.Flags("faq wanted")
	n := f.Int("n", 10, "how many at most")
	if err := c.Parse(f, 0); err != nil {
		return err
	}
	return c.Store(ctx, func(_ config.Config, store *storage.Store, _ []string) error {
		list, err := editor.NewEditor(store, time.Now).Wanted(ctx, bot.System(), *n)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.Out, "%s of the last %s had no good answer\n",
			cli.Count(list.Questions, "question", "questions"), cli.Count(list.Days, "day", "days"))
		for i, w := range list.Items {
			fmt.Fprintf(c.Out, "\n%d. people: %d, questions: %d (uk %d, ru %d), last on %s\n", i+1,
				w.People, w.Questions, w.Languages[bot.Ukrainian], w.Languages[bot.Russian], w.LastAt.Format(time.DateOnly))
			for _, text := range w.Examples {
				fmt.Fprintf(c.Out, "   %s\n", text)
			}
			if w.Nearest != nil {
				fmt.Fprintf(c.Out, "   nearest: %s (%s), %d %%\n", w.Nearest.Article, w.Nearest.State, w.Nearest.Confidence)
			}
		}
		return nil
	})
}

// suggestions lists the wordings that articles may learn.
func suggestions(ctx context.Context, c cli.Call) error {
	if err := c.Parse(c.Flags("faq offers"), 0); err != nil {
		return err
	}
	return c.Store(ctx, func(_ config.Config, store *storage.Store, _ []string) error {
		articles, err := store.Articles(ctx)
		if err != nil {
			return err
		}
		learning := editor.NewEditor(store, time.Now)
		found := 0
		for _, a := range articles {
			offered, err := learning.Suggestions(ctx, bot.System(), a.ID)
			if err != nil {
				return err
			}
			for _, o := range offered {
				found++
				fmt.Fprintf(c.Out, "%s\t%s\t%s\t%s\n", o.ID, o.Language, cli.Count(o.People, "person", "people"), o.Phrase)
			}
		}
		fmt.Fprintf(c.Out, "%s offered; the console or POST /api/v1/offers/ID/accept takes one\n", cli.Count(found, "wording", "wordings"))
		return nil
	})
}

// check says what editors should look at, in the database or in a file.
func check(ctx context.Context, c cli.Call) error {
	f := c.Flags("faq check")
	kb := f.String("kb", "", "check this file of articles instead of the database")
	if err := c.Parse(f, 0); err != nil {
		return err
	}
	if *kb != "" {
		articles, err := readArticles(*kb)
		if err != nil {
			return err
		}
		return printChecked(c.Out, articles, nil)
	}
	return c.Store(ctx, func(_ config.Config, store *storage.Store, _ []string) error {
		articles, err := store.Articles(ctx)
		if err != nil {
			return err
		}
		changes, err := store.Changes(ctx)
		if err != nil {
			return err
		}
		return printChecked(c.Out, articles, changes)
	})
}

func printChecked(w io.Writer, articles []bot.Article, changes []bot.Change) error {
	_, err := fmt.Fprintf(w, "%s, %s\n", articlesOf(len(articles)), cli.Count(printWarnings(w, articles, changes, nil), "warning", "warnings"))
	printBase(w, articles)
	return err
}

// printWarnings prints the warnings of the articles, or of those of them that
// are named, and counts them.
func printWarnings(w io.Writer, articles []bot.Article, changes []bot.Change, only []string) (n int) {
	all := editor.Check(editor.NewShelf(Atlas(), articles, changes...), time.Now())
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if only != nil && !slices.Contains(only, id) {
			continue
		}
		for _, warning := range all[id] {
			n++
			fmt.Fprintf(w, "%s: %s: %s\n", id, warning.Field, warning.Detail())
		}
	}
	return n
}
