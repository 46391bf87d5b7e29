package search

import (
	"slices"
	"time"
)

// chart is where the wordings of a base stand in an atlas.
type chart struct {
	atlas *Atlas
	on    lists[portion] // by page: wordings, numbered here
	from  []int32        // by entry of the index: where its own begin; the next one's begin where they end
}

const (
	mostLikest  = 3    // articles that are candidates for what is asked alike elsewhere
	leastLikest = 0.15 // and how alike they are at least
)

// chart places every wording of the articles in the atlas, and all wordings of one
// together, as one more.
func (x *Index) chart(at *Atlas, texts [][]token, like func(*draft, []token) profile) {
	c := &chart{atlas: at, from: make([]int32, len(x.articles)+1)}
	var d draft
	placed := int32(0)
	on := make([][]portion, len(at.aliases))
	place := func(article int32, ts []token) {
		for _, p := range like(&d, ts) {
			on[p.of] = append(on[p.of], portion{placed, p.weight})
		}
		placed++
		c.from[article+1] = placed
	}
	var all []token
	for w, ts := range texts {
		a := x.wordings[w].article
		if !x.wordings[w].example { // a message that was learnt is like what else its writer had in mind, too
			place(a, ts)
			all = append(all, ts...)
		}
		if w == len(texts)-1 || x.wordings[w+1].article != a {
			place(a, all)
			all = all[:0]
		}
	}
	for a := range x.articles { // one without wordings begins and ends where the last one ends
		c.from[a+1] = max(c.from[a+1], c.from[a])
	}
	c.on = flat(on)
	x.placed = c
}

// likened is the room in which texts and articles are compared by an atlas.
type likened struct {
	draft
	dots        []float32 // by wording of the chart
	whole, here []float32 // by article: of the message, of a clause
	likest      []int32   // articles
}

// compare writes how alike a text and each article are, from 0 to 1.
func (c *chart) compare(l *likened, m *said, into []float32) {
	if l.dots == nil {
		l.dots = make([]float32, c.from[len(c.from)-1])
	}
	for _, p := range c.atlas.profile(&l.draft, m.words, m.matters) {
		for _, w := range c.on.of(p.of) {
			l.dots[w.of] += p.weight * w.weight
		}
	}
	for a := range into {
		most := float32(0)
		for i, v := range l.dots[c.from[a]:c.from[a+1]] {
			if v > most {
				most = v
			}
			l.dots[c.from[a]+int32(i)] = 0
		}
		into[a] = most
	}
}

// liken compares a whole message with the articles, and finds the likest.
func (x *Index) liken(s *scratch, m *said, now time.Time) {
	l := &s.alike
	if l.whole == nil {
		l.whole, l.here = make([]float32, len(x.articles)), make([]float32, len(x.articles))
	}
	x.placed.compare(l, m, l.whole)
	l.likest = l.likest[:0]
	for range mostLikest {
		best := int32(-1)
		for a, v := range l.whole {
			if v > leastLikest && (best < 0 || v > l.whole[best]) && !slices.Contains(l.likest, int32(a)) && x.may(s.may, int32(a), now) {
				best = int32(a)
			}
		}
		if best < 0 {
			break
		}
		l.likest = append(l.likest, best)
	}
}

// likenHere writes what the atlas says of the candidates of a segment.
func (x *Index) likenHere(s *scratch, segment int, seg *said, list []candidate) {
	l := &s.alike
	here := l.whole
	if segment > 0 {
		here = l.here
		x.placed.compare(l, seg, here)
	}
	lead(list, l.whole, fLike, fAheadLike)
	lead(list, here, fLikeHere, fAheadLikeHere)
}

// lead writes how alike each candidate is, and by how much it leads.
func lead(list []candidate, alike []float32, like, ahead int) {
	for i := range list {
		list[i].f[like] = float64(alike[list[i].article])
	}
	leadBy(list, like, ahead)
}

// leadBy writes by how much each candidate leads in a feature, or stays behind.
func leadBy(list []candidate, feature, ahead int) {
	first, second, at := 0.0, 0.0, -1
	for i := range list {
		if v := list[i].f[feature]; v > first {
			first, second, at = v, first, i
		} else {
			second = max(second, v)
		}
	}
	for i := range list {
		f := &list[i].f
		f[ahead] = f[feature] - first
		if i == at {
			f[ahead] = first - second
		}
	}
}
