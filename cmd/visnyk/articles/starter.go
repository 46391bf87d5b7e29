package articles

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"visnyk/bot"
	"visnyk/bot/editor"
	"visnyk/cmd/visnyk/cli"
	"visnyk/cmd/visnyk/config"
	"visnyk/flows/faq/starter"
	"visnyk/storage"
)

// begin lists the starter bases, or takes those of a trade in as drafts. What is
// there already stays as it is.
func begin(ctx context.Context, c cli.Call) error {
	f := c.Flags("faq starter")
	trade := f.String("trade", "", "take in the articles of this trade, or of this one base, as drafts; without it the bases are listed")
	if err := c.Parse(f, 0); err != nil {
		return err
	}
	bases, err := starter.Bases()
	if err != nil {
		return err
	}
	if *trade == "" {
		return listBases(c.Out, bases)
	}
	chosen, err := starter.Of(*trade)
	if err != nil {
		return err
	}
	if len(chosen) == 0 {
		return cli.Usagef("no starter base is of the trade %q; there are %s", *trade, strings.Join(names(bases), ", "))
	}
	articles := starter.Articles(chosen)
	return c.Store(ctx, func(_ config.Config, store *storage.Store, _ []string) error {
		sum, err := editor.NewEditor(store, time.Now).Knowing(Atlas()).Import(ctx, bot.System(), articles, editor.Import{Add: true})
		if err != nil {
			return err
		}
		sayBegun(c.Out, articles, sum)
		return nil
	})
}

// listBases writes the bases in columns.
func listBases(out io.Writer, bases []starter.Base) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "trade\tbase\tarticles\tname")
	for _, b := range bases {
		fmt.Fprintf(w, "%s\t%s\t%d\t%s / %s\n", b.Trade, b.ID, len(b.Articles), b.Name.UK, b.Name.RU)
	}
	fmt.Fprintln(w, "\nvisnyk faq starter -trade NAME takes a base in as drafts, or all those of a trade")
	return w.Flush()
}

// names are what -trade takes: the trades, and the bases of trades with several.
func names(bases []starter.Base) (all []string) {
	for i, b := range bases {
		if i == 0 || bases[i-1].Trade != b.Trade {
			all = append(all, b.Trade)
		}
		if b.ID != b.Trade {
			all = append(all, b.ID)
		}
	}
	return all
}

// sayBegun says what was taken in, and what is to be done with it.
func sayBegun(w io.Writer, articles []bot.Article, sum editor.Imported) {
	fmt.Fprintf(w, "%s stored as drafts, of which nobody is told before they are approved\n", articlesOf(len(sum.Stored)))
	if was := append(sum.Same, sum.Left...); len(was) > 0 {
		fmt.Fprintf(w, "%s left alone, for articles with these ids are there: %s\n", cli.Count(len(was), "was", "were"), strings.Join(was, ", "))
	}
	blank := 0
	for _, a := range articles {
		if slices.Contains(sum.Stored, a.ID) && len(editor.Unfilled(a)) > 0 {
			blank++
		}
	}
	if blank > 0 {
		fmt.Fprintf(w, "%s blanks such as [[ціна]], and is not approved while any is left: visnyk faq check lists them\n", cli.Count(blank, "draft has", "drafts have"))
	}
	if len(sum.Stored) > 0 {
		fmt.Fprint(w, "next: visnyk faq export > articles.json, write your own facts in place of the blanks, cut out what is not yours, read the rest,\n"+
			"then visnyk faq import -approve articles.json; or one by one, PUT /api/v1/articles/ID and POST /api/v1/articles/ID/approve\n")
	}
}
