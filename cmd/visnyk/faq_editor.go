package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/bot/editor"
	"visnyk/bot/staff"
	"visnyk/storage"
)

// runFAQWanted lists the answers that people look for and do not get.
func runFAQWanted(ctx context.Context, c call) error {
	f := c.flags("faq wanted")
	n := f.Int("n", 10, "how many at most")
	if err := c.parse(f, 0); err != nil {
		return err
	}
	return withStore(ctx, c, func(_ config, store *storage.Store, _ []string) error {
		list, err := editor.NewEditor(store, time.Now).Wanted(ctx, staff.System(), *n)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%d questions of the last %d days had no good answer\n", list.Questions, list.Days)
		for i, w := range list.Items {
			fmt.Fprintf(c.out, "\n%d. people: %d, questions: %d (uk %d, ru %d), last on %s\n", i+1,
				w.People, w.Questions, w.Languages[bot.Ukrainian], w.Languages[bot.Russian], w.LastAt.Format(time.DateOnly))
			for _, text := range w.Examples {
				fmt.Fprintf(c.out, "   %s\n", text)
			}
			if w.Nearest != nil {
				fmt.Fprintf(c.out, "   nearest: %s (%s), %d %%\n", w.Nearest.Article, w.Nearest.State, w.Nearest.Confidence)
			}
		}
		return nil
	})
}

// runFAQOffers lists the wordings that articles may learn.
func runFAQOffers(ctx context.Context, c call) error {
	if err := c.parse(c.flags("faq offers"), 0); err != nil {
		return err
	}
	return withStore(ctx, c, func(_ config, store *storage.Store, _ []string) error {
		articles, err := store.Articles(ctx)
		if err != nil {
			return err
		}
		learning := editor.NewEditor(store, time.Now)
		found := 0
		for _, a := range articles {
			offers, err := learning.Offers(ctx, staff.System(), a.ID)
			if err != nil {
				return err
			}
			for _, o := range offers {
				found++
				fmt.Fprintf(c.out, "%s\t%s\t%d people\t%s\n", o.ID, o.Language, o.People, o.Phrase)
			}
		}
		fmt.Fprintf(c.out, "%d wordings offered; the console or POST /api/v1/offers/ID/accept takes one\n", found)
		return nil
	})
}

// runFAQCheck says what editors should look at, in the database or in a file.
func runFAQCheck(ctx context.Context, c call) error {
	f := c.flags("faq check")
	kb := f.String("kb", "", "check this file of articles instead of the database")
	if err := c.parse(f, 0); err != nil {
		return err
	}
	if *kb != "" {
		articles, err := readArticles(*kb)
		if err != nil {
			return err
		}
		return printChecked(c.out, articles)
	}
	return withStore(ctx, c, func(_ config, store *storage.Store, _ []string) error {
		articles, err := store.Articles(ctx)
		if err != nil {
			return err
		}
		return printChecked(c.out, articles)
	})
}

func printChecked(w io.Writer, articles []bot.Article) error {
	_, err := fmt.Fprintf(w, "%d articles, %d warnings\n", len(articles), printWarnings(w, articles, nil))
	return err
}

// printWarnings prints the warnings of the articles, or of those of them that
// are named, and counts them.
func printWarnings(w io.Writer, articles []bot.Article, only []string) (n int) {
	all := editor.Check(editor.NewShelf(articles), time.Now())
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
