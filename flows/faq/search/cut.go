package search

import (
	"math"
	"slices"
	"time"
)

const (
	mostLeft = 300  // wordings of a base that are asked of the rest of it
	rightCut = 0.97 // the part of such wordings that must not be answered
	twinCut  = 0.5  // from what likelihood on an article has caught another one's wording
)

// left is a wording that was asked as if its article were not there.
type left struct {
	article, other int32   // its own, and the best of the others
	score          float64 // how likely that one seems
}

// leaveOut asks wordings of the base of the rest of it. What nothing answers looks like
// that, and most of all where articles are alike.
func (x *Index) leaveOut(texts [][]token) (all []left) {
	now := x.moment()
	step := max(1, (len(texts)+mostLeft-1)/mostLeft)
	for w := 0; w < len(texts); w += step {
		a := x.wordings[w].article
		if x.changing(a) || !x.articles[a].Valid(now) { // another one answers the same by then
			continue
		}
		l := left{article: a, other: a}
		if found, _ := x.matches(say("", texts[w]), now, nil, nil, map[int32]bool{a: true}); len(found) > 0 {
			l.other, l.score = int32(x.byID[found[0].Article.ID]), found[0].Score
		}
		all = append(all, l)
	}
	return all
}

// moment is one at which articles that are told from some day on are told.
func (x *Index) moment() (latest time.Time) {
	for _, a := range x.articles[:x.own] {
		if a.From.After(latest) {
			latest = a.From
		}
	}
	return latest
}

// cut raises the confidence from which an article is told where the articles of the
// base would answer what their neighbours ask.
func (x *Index) cut(texts [][]token) {
	if len(x.ranking.Trees) == 0 { // nothing is told by an untrained one
		return
	}
	x.left = x.leaveOut(texts)
	scores := make([]float64, len(x.left))
	for i, l := range x.left {
		scores[i] = l.score
	}
	slices.Sort(scores)
	own := *x.ranking
	if n := len(scores); n > 0 {
		at := int(math.Ceil(rightCut*float64(n))) - 1
		own.Alone = min(max(scores[at], own.Alone), own.Answer)
	}
	x.ranking = &own
}

// ToldFrom returns the confidence from which an article is told whose wordings are close
// to the message.
func (x *Index) ToldFrom() float64 { return x.ranking.Alone }
