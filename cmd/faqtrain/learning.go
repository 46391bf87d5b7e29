package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"visnyk/bot"
	"visnyk/flows/faq/search"
	"visnyk/flows/faq/search/eval"
)

const (
	lessons = 4  // wordings that an article learns
	draws   = 10 // how often they are drawn anew where learning is measured
)

// teach has every article learn up to n of its own messages, drawn at random, as
// an editor would have them stored; at least half of them stay back. What was
// learnt is no message of the taught base.
func teach(b base, n int, random *rand.Rand) base {
	x := search.NewIndexWith(b.articles, &search.Model{})
	own := map[string][]int{}
	for i, q := range b.queries {
		own[q.Expect] = append(own[q.Expect], i)
	}
	taught := base{name: b.name, articles: slices.Clone(b.articles)}
	learnt := make([]bool, len(b.queries))
	for i := range taught.articles {
		a := &taught.articles[i]
		list := own[a.ID]
		random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		left := min(n, len(list)/2)
		for _, j := range list {
			if left == 0 {
				break
			}
			q := b.queries[j]
			if phrase, ok := x.Phrase(q.Text); ok {
				l := bot.Ukrainian
				if q.Lang == string(bot.Russian) {
					l = bot.Russian
				}
				a.Aliases = a.Aliases.With(l, phrase)
				learnt[j] = true
				left--
			}
		}
	}
	for i, q := range b.queries {
		if !learnt[i] {
			taught.queries = append(taught.queries, q)
		}
	}
	return taught
}

// gain is what a base is worth before and after it learnt, on the same messages.
type gain struct{ before, after eval.Score }

// learns measures what lessons do to the messages held back, on the mean of
// several draws.
func learns(m *search.Model, b base) gain {
	var before, after []eval.Score
	for d := range draws {
		taught := teach(b, lessons, rand.New(rand.NewPCG(2, uint64(d))))
		untaught := base{name: b.name, articles: b.articles, queries: taught.queries}
		before = append(before, eval.Measure(taught.queries, atlases{}.predict(m, untaught, false)))
		after = append(after, eval.Measure(taught.queries, atlases{}.predict(m, taught, false)))
	}
	return gain{mean(before), mean(after)}
}

// meanGain returns the mean of what reportGain prints.
func meanGain(all []gain) gain {
	var before, after []eval.Score
	for _, g := range all {
		before, after = append(before, g.before), append(after, g.after)
	}
	return gain{mean(before), mean(after)}
}

func reportGain(out io.Writer, name string, g gain) {
	fmt.Fprintf(out, "%-18s learnt %d: top-1 %.1f to %.1f, helpful at 2 %% %.1f to %.1f, helped %.1f to %.1f, false %.2f to %.2f\n", name, lessons,
		g.before.Top1, g.after.Top1, g.before.Helpful[1].Rate, g.after.Helpful[1].Rate, g.before.Helped, g.after.Helped, g.before.False, g.after.False)
}
