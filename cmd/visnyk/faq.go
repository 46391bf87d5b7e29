package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/editor"
	"visnyk/bot/staff"
	"visnyk/storage"
)

// runFAQ brings articles in and out, as JSON, and measures their search.
func runFAQ(ctx context.Context, c call) error {
	if len(c.args) == 0 {
		return usageError{errors.New("want import FILE, export, check, wanted, offers or eval")}
	}
	sub := c.args[0]
	c.args = c.args[1:]
	switch sub {
	case "import":
		return runFAQImport(ctx, c)
	case "eval":
		return runFAQEval(ctx, c)
	case "check":
		return runFAQCheck(ctx, c)
	case "wanted":
		return runFAQWanted(ctx, c)
	case "offers":
		return runFAQOffers(ctx, c)
	case "export":
		if err := c.parse(c.flags("faq export"), 0); err != nil {
			return err
		}
		return withStore(ctx, c, func(_ config, store *storage.Store, _ []string) error {
			articles, err := store.Articles(ctx)
			if err != nil {
				return err
			}
			return editor.WriteArticles(c.out, articles)
		})
	}
	return usageError{fmt.Errorf("no faq %q: want import FILE, export, check, wanted, offers or eval", sub)}
}

func runFAQImport(ctx context.Context, c call) error {
	f := c.flags("faq import")
	approve := f.Bool("approve", false, "approve the articles at once; without it they come in as drafts, which nobody is told")
	replace := f.Bool("replace", false, "write over articles that users have approved, retired or taught wordings too")
	if err := c.parse(f, 1); err != nil {
		return err
	}
	articles, err := readArticles(f.Arg(0))
	if err != nil {
		return err
	}
	return withStore(ctx, c, func(_ config, store *storage.Store, _ []string) error {
		sum, err := editor.NewEditor(store, time.Now).Import(ctx, staff.System(), articles, editor.Import{Approve: *approve, Replace: *replace})
		if err != nil {
			return err
		}
		state := "drafts; approve them to be told"
		if *approve {
			state = "approved"
		}
		all, err := store.Articles(ctx)
		if err != nil {
			return err
		}
		ids := make([]string, len(articles))
		for i, a := range articles {
			ids[i] = a.ID
		}
		warnings := printWarnings(c.out, all, ids)
		fmt.Fprintf(c.out, "%d articles stored as %s; %d warnings\n", len(sum.Stored), state, warnings)
		if len(sum.Same) > 0 {
			fmt.Fprintf(c.out, "%d were there as they are\n", len(sum.Same))
		}
		if len(sum.Left) > 0 {
			fmt.Fprintf(c.out, "%d were left alone, for users have approved, retired or taught them here: %s\nto write over them, import with -replace\n",
				len(sum.Left), strings.Join(sum.Left, ", "))
		}
		return nil
	})
}

func readArticles(name string) ([]bot.Article, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return editor.ReadArticles(file)
}
