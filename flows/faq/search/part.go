package search

import (
	"slices"

	"visnyk/bot"
)

// What a part of a change must hold of a question to answer it.
const (
	fewest  = 2   // words of a subject
	atLeast = 0.7 // of what the words are worth
)

// part is what one part of a change says, in both languages.
type part struct {
	name     bot.RenderingPart
	terms    map[int32]bool
	concepts map[concept]bool
}

// take keeps what each part of the changes says.
func (x *Index) take(changes []bot.Change) {
	x.parts = map[int32][]part{}
	entry := int32(x.own)
	for _, c := range changes {
		if !c.Told() {
			continue
		}
		for _, p := range []struct {
			name bot.RenderingPart
			says bot.Bilingual
		}{
			{bot.PartForMe, c.Consequence}, {bot.PartToDo, c.ToDo}, {bot.PartWhy, c.Reason}, {bot.PartGain, c.Benefit}, {bot.PartCard, c.Summary},
		} {
			own := part{p.name, map[int32]bool{}, map[concept]bool{}}
			for _, l := range bot.Languages() {
				ts := tokens(p.says.In(l))
				for _, t := range ts {
					if n, ok := x.byStem.one(t.stem); ok {
						own.terms[n] = true
					}
				}
				for _, h := range x.lexicon.hear(ts, false) {
					own.concepts[h.concept] = true
				}
			}
			x.parts[entry] = append(x.parts[entry], own)
		}
		entry++
	}
}

// asked returns the part of each known change that holds the question; nil where
// none of them does.
func (x *Index) asked(m *said, k known) (held map[string]bot.RenderingPart) {
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	list := x.words(s, m)
	links := make([][]link, len(list))
	for i, w := range list {
		links[i] = slices.Clone(x.similar(w.token, nil))
	}
	for entry := range k {
		best := 0.0
		for _, p := range x.parts[entry] {
			if share := p.share(list, links); share >= atLeast && share > best {
				best = share
				if held == nil {
					held = map[string]bot.RenderingPart{}
				}
				held[x.articles[entry].Change] = p.name
			}
		}
	}
	return held
}

// share returns how much of what the words are worth the part says; nothing where
// it says too few of them.
func (p part) share(list []word, links [][]link) float64 {
	var all, held float64
	said := 0
	for i, w := range list {
		sim := 0.0
		for _, l := range links[i] {
			if p.terms[l.to] {
				sim = max(sim, l.sim)
			}
		}
		if w.weight == 1 && sim >= simConcept { // a meaning alone is too little
			said++
		}
		for _, c := range w.concept {
			if p.concepts[c] {
				sim = max(sim, simConcept)
			}
		}
		all += w.weight
		held += w.weight * sim
	}
	if said < fewest || all == 0 {
		return 0
	}
	return held / all
}
