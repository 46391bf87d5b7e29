// Package articles is the command line of the FAQ: articles in and out, what is
// wrong with them and what people miss, and how well questions find them.
package articles

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/editor"
	"visnyk/bot/embed"
	"visnyk/cmd/visnyk/cli"
	"visnyk/cmd/visnyk/config"
	"visnyk/storage"
)

// Commands are those of `visnyk faq`.
type Commands struct {
	// Embed returns the client of the embeddings endpoint; nil when none is set.
	Embed func(cfg config.Config, log *slog.Logger) *embed.Client
}

// Run brings articles in and out, as JSON, gives a new company its first ones, says
// what is wrong with them and what people miss, and measures their search.
func (f Commands) Run(ctx context.Context, c cli.Call) error {
	sub, c, err := c.Sub("faq", "import", "export", "check", "wanted", "offers", "starter", "eval")
	if err != nil {
		return err
	}
	switch sub {
	case "import":
		return importArticles(ctx, c)
	case "eval":
		return f.evaluate(ctx, c)
	case "check":
		return check(ctx, c)
	case "wanted":
		return wanted(ctx, c)
	case "offers":
		return suggestions(ctx, c)
	case "starter":
		return begin(ctx, c)
	}
	return export(ctx, c)
}

func export(ctx context.Context, c cli.Call) error {
	if err := c.Parse(c.Flags("faq export"), 0); err != nil {
		return err
	}
	return c.Store(ctx, func(_ config.Config, store *storage.Store, _ []string) error {
		articles, err := store.Articles(ctx)
		if err != nil {
			return err
		}
		return editor.WriteArticles(c.Out, articles)
	})
}

func importArticles(ctx context.Context, c cli.Call) error {
	f := c.Flags("faq import")
	approve := f.Bool("approve", false, "approve the articles at once; without it they come in as drafts, which nobody is told")
	replace := f.Bool("replace", false, "write over articles that users have approved, retired or taught wordings too")
	if err := c.Parse(f, 1); err != nil {
		return err
	}
	articles, err := readArticles(f.Arg(0))
	if err != nil {
		return err
	}
	return c.Store(ctx, func(_ config.Config, store *storage.Store, _ []string) error {
		sum, err := editor.NewEditor(store, time.Now).Knowing(Atlas()).Import(ctx, bot.System(), articles, editor.Import{Approve: *approve, Replace: *replace})
		if err != nil {
			return err
		}
		state := "drafts, of which nobody is told before they are approved"
		switch {
		case *approve:
			state = "approved"
		case len(sum.Stored) == 1:
			state = "a draft, of which nobody is told before it is approved"
		}
		all, err := store.Articles(ctx)
		if err != nil {
			return err
		}
		ids := make([]string, len(articles))
		for i, a := range articles {
			ids[i] = a.ID
		}
		changes, err := store.Changes(ctx)
		if err != nil {
			return err
		}
		warnings := printWarnings(c.Out, all, changes, ids)
		fmt.Fprintf(c.Out, "%s stored as %s; %s\n", articlesOf(len(sum.Stored)), state, cli.Count(warnings, "warning", "warnings"))
		printBase(c.Out, all)
		if len(sum.Same) > 0 {
			fmt.Fprintf(c.Out, "%s\n", cli.Count(len(sum.Same), "was there as it is", "were there as they are"))
		}
		if len(sum.Left) > 0 {
			fmt.Fprintf(c.Out, "%s left alone, for users have approved, retired or taught them here: %s\nto write over them, import with -replace\n",
				cli.Count(len(sum.Left), "was", "were"), strings.Join(sum.Left, ", "))
		}
		return nil
	})
}

func articlesOf(n int) string { return cli.Count(n, "article", "articles") }

func readArticles(name string) ([]bot.Article, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return editor.ReadArticles(file)
}
