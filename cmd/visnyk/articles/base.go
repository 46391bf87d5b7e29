package articles

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/cmd/visnyk/cli"
)

const (
	mostTwins   = 10 // lines
	mostOffered = 3  // wordings for an article
	// What an article without other wordings is found first by, of a hundred questions,
	// and what one with them: measured on companies that no weight had seen.
	bareFirst, toldFirst = 59, 79
)

// printBase writes what the search makes of the articles together, as if all of them
// were approved: how sure it must be, which are near twins, and which have no wording
// but the question, with what customers of other companies ask.
func printBase(w io.Writer, articles []bot.Article) {
	var all, bare []bot.Article
	for _, a := range articles {
		if a.State == bot.ArticleRetired {
			continue
		}
		a.State, a.From, a.Until = bot.ArticleApproved, time.Time{}, time.Time{}
		all = append(all, a)
		if len(a.Aliases.UK)+len(a.Aliases.RU) == 0 {
			bare = append(bare, a)
		}
	}
	if len(all) == 0 {
		return
	}
	x := Atlas().NewIndex(all)
	twins := x.Twins()
	fmt.Fprintf(w, "answers are told from a confidence of %.0f %% on\n", 100*x.ToldFrom())
	if len(twins) > 0 {
		fmt.Fprintf(w, "near twins, which make it surer than 75 %%: say in their wordings what sets them apart\n")
	}
	for _, t := range twins[:min(len(twins), mostTwins)] {
		fmt.Fprintf(w, "%s: without it %d of 10 of its wordings would get the answer of %s\n", t.Article, t.Caught, t.Other)
	}
	if more := len(twins) - mostTwins; more > 0 {
		fmt.Fprintf(w, "and %d more\n", more)
	}
	if len(bare) == 0 {
		return
	}
	fmt.Fprintf(w, "%s no wording but the question; of 100 messages %d find such an article first, with wordings %d:\n",
		cli.Count(len(bare), "article has", "articles have"), bareFirst, toldFirst)
	for _, a := range bare {
		offered := Atlas().Wordings(a)
		said := slices.Concat(first(offered.UK), first(offered.RU))
		if len(said) == 0 {
			fmt.Fprintf(w, "%s\n", a.ID)
			continue
		}
		fmt.Fprintf(w, "%s: elsewhere people ask «%s»\n", a.ID, strings.Join(said, "», «"))
	}
}

// first returns the first of the wordings.
func first(list []string) []string { return list[:min(len(list), mostOffered)] }
