package search

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Pull is how strongly a text leads to an article.
type Pull struct {
	Article string
	Odds    float64 // against nothing being meant
}

// Pulls returns the articles a text leads to, the strongest first. That a text is
// a wording of one, word for word, counts no more than its words do.
func (x *Index) Pulls(text string, now time.Time) []Pull {
	m, _ := x.hear(text)
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	odds := map[int32]float64{}
	x.eachCandidate(s, m, now, func(_ int, _ *said, c *candidate) {
		odds[c.article] += math.Exp(c.odds)
	})
	all := make([]Pull, 0, len(odds))
	for a, v := range odds {
		all = append(all, Pull{x.articles[a].ID, v})
	}
	slices.SortFunc(all, func(a, b Pull) int {
		return cmp.Or(cmp.Compare(b.Odds, a.Odds), cmp.Compare(a.Article, b.Article))
	})
	return all
}
