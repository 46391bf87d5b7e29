package search

import (
	"math"
	"slices"
	"time"
)

// candidate is an article that may be meant.
type candidate struct {
	article int32
	f       [features]float64
	score   float64               // the rough one
	odds    float64               // the log-odds against nothing being meant
	found   *[mostTokens]evidence // by word of the segment; only until the next is searched
}

const mostCandidates = 16

// candidates returns the most promising articles of a segment with their features.
func (x *Index) candidates(s *scratch, m *said, now time.Time) []candidate {
	list := x.search(s, m)
	defer func() { s.clear(len(list)) }()
	for _, a := range s.alike.likest {
		s.article(a)
	}
	var total, unknown, strange, content, foreign, lost, nameless float64
	for _, w := range list {
		total += w.value
		if w.weight < 1 {
			continue
		}
		content++
		if w.foreign {
			foreign++
		}
		if !w.known {
			strange++
			if !w.meant {
				lost += w.value
				unknown++
				if len(w.concept) == 0 {
					nameless++
				}
			}
		}
	}
	if total == 0 {
		return nil
	}
	all := slices.Grow(s.candidates[:0], len(s.touchedA))
	for _, a := range s.touchedA {
		if x.may(s.may, a, now) {
			all = all[:len(all)+1]
			c := &all[len(all)-1]
			c.article, c.found = a, &s.articles[a].words
			clear(c.f[:])
			x.measure(s, c, list, total)
			s.articles[a].slot = int32(len(all))
		}
	}
	s.candidates = all
	for _, n := range s.touchedW {
		if slot := s.articles[x.wordings[n].article].slot; slot > 0 {
			x.compare(&all[slot-1], &s.wordings[n], &x.wordings[n], total)
		}
	}
	for _, a := range x.equalTo(m.words) {
		if slot := s.articles[a].slot; slot > 0 {
			all[slot-1].f[fEqual] = 1
		}
	}
	out := s.promising(all)
	for i := range out {
		f := &out[i].f
		f[fBeside] = beside(list, out[i].found)
		f[fProduct] = f[fAll] * f[fBest]
		f[fShort] = 1 / (1 + content)
		f[fSize] = math.Log(float64(1+x.own)) / 7
		f[fLost] = min(lost, 4) / 4
		if content > 0 {
			f[fUnknown], f[fStrange], f[fForeign] = unknown/content, strange/content, min(foreign, 3)/3
			f[fForeignPart] = foreign / content
			f[fNameless] = nameless / content
		}
	}
	rival(out, list, total)
	return out
}

// beside returns which share of what was found stands right before or after a
// word that the article does not have: «доставка пиццы».
func beside(list []word, found *[mostTokens]evidence) float64 {
	var all, lonely float64
	for i, w := range list {
		v := w.value * float64(found[i].sim)
		if v == 0 {
			continue
		}
		all += v
		for _, j := range [...]int{i - 1, i + 1} {
			if j < 0 || j >= len(list) || list[j].clause != w.clause || found[j].sim > 0.4 {
				continue
			}
			if n := &list[j]; n.weight == 1 && (n.foreign || !n.known && len(n.concept) == 0) {
				lonely += v
				break
			}
		}
	}
	if all == 0 {
		return 0
	}
	return lonely / all
}

// promising returns the best candidates in their rough order.
func (s *scratch) promising(all []candidate) []candidate {
	best := s.best[:0]
	for i := range all {
		c := &all[i]
		c.score = rough(&c.f)
		at := len(best)
		for at > 0 && before(c, &all[best[at-1]]) {
			at--
		}
		if at == mostCandidates {
			continue
		}
		best = slices.Insert(best[:min(len(best), mostCandidates-1)], at, int32(i))
	}
	out := s.promised[:0]
	for _, i := range best {
		out = append(out, all[i])
	}
	s.best, s.promised = best, out
	return out
}

func before(a, b *candidate) bool {
	return a.score > b.score || a.score == b.score && a.article < b.article
}

// rough orders candidates before the trained weights see them.
func rough(f *[features]float64) float64 {
	return f[fAll] + 0.5*f[fAnswer] + f[fBest] + f[fSpelt] + f[fEqual] + 0.3*f[fWhole] + 0.2*f[fMeant]
}

// measure writes what was found of the words of a segment.
func (x *Index) measure(s *scratch, c *candidate, list []word, total float64) {
	var direct, all, answer, top, meant, topDirect, count, subject, subjects float64
	for i := range list {
		w, e := &list[i], &c.found[i]
		direct += w.value * float64(e.direct)
		sim := float64(e.sim)
		v := w.value * sim
		all += v
		held := max(sim, answerPart*float64(e.answer))
		answer += w.value * held
		meant += w.value * max(held, answerPart*float64(e.meant))
		if w.subject {
			subject += v
			subjects += w.value
		}
		topDirect = max(topDirect, w.value*float64(e.direct))
		if w.weight == 1 {
			count += sim
		}
		top = max(top, v)
	}
	c.f[fMeant], c.f[fMassDirect], c.f[fTopDirect], c.f[fCount] = meant/total, min(direct, 3)/3, topDirect, min(count, 4)/4
	c.f[fDirect], c.f[fAll], c.f[fAnswer] = direct/total, all/total, answer/total
	c.f[fSubject] = c.f[fAll]
	if subjects > 0 {
		c.f[fSubject] = subject / subjects
	}
	pairs := float64(s.articles[c.article].pairs)
	if s.pairs > 0 {
		c.f[fPair] = pairs / float64(s.pairs)
	}
	c.f[fPairs] = min(pairs, 2) / 2
	c.f[fMass], c.f[fTop] = min(all, 3)/3, top
}

// compare keeps what is best of an article's wordings.
func (x *Index) compare(c *candidate, ws *wordingScore, w *wording, total float64) {
	asked := min(float64(ws.asked)/total, 1)
	covered := 0.0
	if w.weight > 0 {
		covered = min(float64(ws.covered)/w.weight, 1)
	}
	if w.example && covered >= likeness {
		c.f[fAll] = max(c.f[fAll], asked)
		c.f[fAnswer] = max(c.f[fAnswer], asked)
		c.f[fMeant] = max(c.f[fMeant], asked)
	}
	if best := math.Sqrt(asked * covered); best > c.f[fBest] {
		c.f[fBest] = best
		c.f[fLacks] = min(w.weight*(1-covered), 3) / 3
	}
	c.f[fWhole] = max(c.f[fWhole], covered*min(w.weight, 1))
	c.f[fAsked] = max(c.f[fAsked], asked)
	c.f[fSpelt] = max(c.f[fSpelt], float64(ws.dot))
	c.f[fHeld] = max(c.f[fHeld], float64(ws.held))
}

// rival compares each candidate with the strongest of the others: neighbours
// share most of what was found, and only what one has alone tells them apart. The list
// is in the rough order.
func rival(list []candidate, ws []word, total float64) {
	leadBy(list, fSubject, fAheadSubject)
	leadBy(list, fAll, fAheadAll)
	leadBy(list, fBest, fAheadBest)
	leadBy(list, fSpelt, fAheadSpelt)
	leadBy(list, fAnswer, fAheadAnswer)
	leadBy(list, fPairs, fAheadPair)
	if len(list) == 1 {
		list[0].f[fMore] = list[0].f[fAll]
		return
	}
	for i := range list {
		c, other := &list[i], &list[0]
		if i == 0 {
			other = &list[1]
		}
		for k := range ws {
			d := ws[k].value / total * float64(c.found[k].sim-other.found[k].sim)
			c.f[fMore] += max(d, 0)
			c.f[fLess] += max(-d, 0)
		}
	}
}
