package search

import (
	"cmp"
	"slices"
)

// Twin is an article that is hard to tell from another one.
type Twin struct {
	Article, Other string
	Caught         int // of ten wordings of the article, those that would get the other one's answer without it
}

// twins says which articles catch most wordings of another one that is not there.
const mostlyCaught = 5 // of ten

// Twins returns the articles most of whose wordings would be answered by another one if
// they were not there, the worst first: the more of them there are, the surer the bot must be.
func (x *Index) Twins() (all []Twin) {
	caught := map[[2]int32]int{}
	asked := map[int32]int{}
	for _, l := range x.left {
		asked[l.article]++
		if l.score >= twinCut {
			caught[[2]int32{l.article, l.other}]++
		}
	}
	for pair, n := range caught {
		if of := 10 * n / asked[pair[0]]; of >= mostlyCaught {
			all = append(all, Twin{x.articles[pair[0]].ID, x.articles[pair[1]].ID, of})
		}
	}
	slices.SortFunc(all, func(a, b Twin) int {
		return cmp.Or(cmp.Compare(b.Caught, a.Caught), cmp.Compare(a.Article, b.Article), cmp.Compare(a.Other, b.Other))
	})
	return all
}
