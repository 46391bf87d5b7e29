package search

import (
	"cmp"
	"slices"
)

// link ties a word of a message to a term of the base or to a group, by how
// much they are the same: 1 for the same stem.
type link struct {
	to  int32
	sim float64
}

// What a resemblance is worth.
const (
	simSound   = 0.88
	simSlip    = 0.92 // less what the slips take
	simPrefix  = 0.80
	simConcept = 0.75
	simLoose   = 0.35
	mostLinks  = 24
	shortWord  = 5 // letters of a stem whose first is no slip
)

// similar returns the terms a word may mean.
func (x *Index) similar(t token, into []link) []link {
	into = into[:0]
	add := func(n int32, sim float64) {
		for i := range into {
			if into[i].to == n {
				into[i].sim = max(into[i].sim, sim)
				return
			}
		}
		into = append(into, link{n, sim})
	}
	if n, ok := x.byStem.one(t.stem); ok {
		add(n, 1)
	}
	if n, ok := x.surfaces.one(t.word); ok {
		add(n, 1)
	}
	if len(t.stem) < start || t.weight < 1 {
		return into
	}
	for _, n := range x.bySound.of(sounds(t.stem)) {
		add(n, simSound)
	}
	word := len(x.lexicon.words.of(t.stem)) > 0 // a word in its own right is not another one misspelt
	measure := func(n int) {
		stem := x.terms[n].stem
		if len(t.stem) <= shortWord && stem[0] != t.stem[0] { // «чек» is no slip of «счёт»
			return
		}
		size := float64(max(len(stem), len(t.stem)))
		if d := distance(t.stem, stem); d <= float64(reach(t.stem))+0.5 {
			if sim := simSlip - 1.1*d/size; sim > 0.5 && !word {
				add(int32(n), sim)
			}
		}
	}
	x.near.around(t.stem, 2, measure)
	for _, n := range x.byStart.of(t.stem[:start]) {
		stem := x.terms[n].stem
		common := start
		for common < min(len(stem), len(t.stem)) && stem[common] == t.stem[common] {
			common++
		}
		if part := float64(common) / float64(max(len(stem), len(t.stem))); part >= 0.55 {
			add(n, simPrefix*part+0.1)
		}
	}
	if len(into) > mostLinks {
		slices.SortFunc(into, func(a, b link) int { return cmp.Compare(b.sim, a.sim) })
		into = into[:mostLinks]
	}
	return into
}
