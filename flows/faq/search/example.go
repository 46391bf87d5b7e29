package search

import (
	"slices"

	"visnyk/bot"
)

const (
	sentence = 6   // from how many words on an alias is an example
	names    = 2   // the first aliases of a language are names whatever they look like
	likeness = 0.5 // how much of an example a message must hold to ask the same
)

// exemplary reports whether an alias is an example of how people ask rather than
// a name of the question: a sentence that somebody wrote and an editor had the
// article learn, after the names it was given first. It holds words of the
// person's story, which say nothing of the subject. So it counts as a whole, by
// how close a message comes to it; its words do not become the article's, nor
// make those of other articles any less rare.
func exemplary(a bot.Article, text string, ts []token) bool {
	if len(ts) < sentence || text == a.Question.UK || text == a.Question.RU {
		return false
	}
	return slices.Index(a.Aliases.UK, text) >= names || slices.Index(a.Aliases.RU, text) >= names
}

// weighExamples gives a weight to what stands in examples, or in changes, alone:
// nothing else in the base holds it, so it is rare.
func (x *Index) weighExamples(texts [][]token, heards [][]heard) {
	for w, ts := range texts {
		if !x.wordings[w].aside() {
			continue
		}
		for _, t := range ts {
			if tm := &x.terms[x.term(t.stem)]; tm.idf == 0 {
				tm.idf = 1
			}
		}
		for _, h := range heards[w] {
			for _, c := range append([]concept{h.concept}, x.lexicon.parents(h.concept)...) {
				if m := &x.concepts[c]; m.idf == 0 {
					m.idf = 1
				}
			}
		}
	}
}

// named counts those of the wordings that are neither examples nor of changes.
func (x *Index) named(wordings []int32) int {
	n := 0
	for _, w := range wordings {
		if !x.wordings[w].aside() {
			n++
		}
	}
	return n
}
