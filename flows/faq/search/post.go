package search

import (
	"math"
)

// post weighs the terms and the groups by how few articles hold them, and writes
// down where they stand.
func (x *Index) post(texts [][]token) {
	inTerm, inConcept := map[int32]map[int32]bool{}, map[concept]map[int32]bool{}
	hold := func(m map[int32]bool, a int32) map[int32]bool {
		if m == nil {
			m = map[int32]bool{}
		}
		m[a] = true
		return m
	}
	heards := make([][]heard, len(texts))
	for w, ts := range texts {
		heards[w] = x.lexicon.hear(ts, false)
		if x.wordings[w].aside() {
			continue
		}
		a := x.wordings[w].article
		for _, t := range ts {
			n := x.term(t.stem)
			inTerm[n] = hold(inTerm[n], a)
		}
		for _, h := range heards[w] {
			inConcept[h.concept] = hold(inConcept[h.concept], a)
			for _, p := range x.lexicon.parents(h.concept) {
				inConcept[p] = hold(inConcept[p], a)
			}
		}
	}
	for n, articles := range inTerm {
		x.terms[n].idf = x.idf(len(articles))
	}
	for c, articles := range inConcept {
		x.concepts[c].idf = x.idf(len(articles))
	}
	x.weighExamples(texts, heards)
	for n := range x.terms {
		if t := &x.terms[n]; len(t.answers) > 0 {
			t.told = x.idf(max(ownOf(x, t.answers), 1))
		}
	}
	for w, ts := range texts {
		x.postWording(int32(w), ts, heards[w])
	}
}

// idf weighs what n articles hold: 1 for a single one, whatever the size of the
// base, down to nearly nothing for what all of them hold.
func (x *Index) idf(n int) float64 {
	total := float64(x.own) + 1
	return max(0.05, math.Log(total/float64(n))/math.Log(total))
}

func (x *Index) postWording(w int32, ts []token, heards []heard) {
	weightOf := func(t token) float64 { return max(t.weight, 0.05) * x.terms[x.term(t.stem)].idf }
	seen := map[int32]bool{}
	for _, t := range ts {
		n := x.term(t.stem)
		if seen[n] {
			continue
		}
		seen[n] = true
		x.wordings[w].weight += weightOf(t)
		x.terms[n].in = append(x.terms[n].in, posting{w, float32(weightOf(t))})
		x.terms[n].own = x.terms[n].own || !x.wordings[w].change
	}
	most := map[concept]float64{}
	for _, h := range heards {
		sum := 0.0
		for _, t := range ts[h.from:h.to] {
			sum += weightOf(t)
		}
		for _, c := range append([]concept{h.concept}, x.lexicon.parents(h.concept)...) {
			most[c] = max(most[c], sum)
		}
	}
	for c, sum := range most { // each goes to a list of its own, so their order does not matter
		x.concepts[c].in = append(x.concepts[c].in, posting{w, float32(sum)})
		x.concepts[c].own = x.concepts[c].own || !x.wordings[w].change
	}
}
