package search

import "time"

// A message of more subject words than story has its question in one of its
// clauses; the rest is the story around it.
const story = 8

// mostClauses is how many clauses of a story are searched by themselves.
const mostClauses = 10

// mostInClause is how many candidates of a clause count.
const mostInClause = 8

// segments returns the message whole and, when it is a story, its clauses. Clauses
// of a word or two join the next one.
func segments(m *said) []*said {
	out := []*said{m}
	ts := m.words
	if weighty(ts) <= story {
		return out
	}
	from := 0
	for i := 1; i <= len(ts); i++ {
		if i < len(ts) && (ts[i].clause == ts[i-1].clause || weighty(ts[from:i]) < 2) {
			continue
		}
		if weighty(ts[from:i]) >= 1 && len(out) <= mostClauses {
			out = append(out, m.part(from, i))
		}
		from = i
	}
	return out
}

// weighty counts the words that say something of the subject.
func weighty(ts []token) int {
	n := 0
	for _, t := range ts {
		if t.weight == 1 {
			n++
		}
	}
	return n
}

// eachCandidate calls f with the candidates of every segment of a message, the
// whole first.
func (x *Index) eachCandidate(s *scratch, m *said, now time.Time, f func(segment int, seg *said, c *candidate)) {
	segs := segments(m)
	if s.story = len(segs) > 1; s.story {
		clear(s.whole)
		clear(s.known)
	}
	if x.placed != nil {
		x.liken(s, m, now)
	}
	for i, seg := range segs {
		asks, wants := urges(seg.words)
		list := x.candidates(s, seg, now)
		if i > 0 {
			list = list[:min(len(list), mostInClause)]
		}
		if x.placed != nil {
			x.likenHere(s, i, seg, list)
		}
		for j := range list {
			c := &list[j]
			c.f[fAsks], c.f[fWants] = asks, wants
			if len(segs) > 1 {
				c.f[fStory] = 1
				if i == 0 {
					s.whole[c.article] = c.f[fAll]
				} else {
					c.f[fClause] = 1
					c.f[fLate] = float64(i) / float64(len(segs)-1)
					c.f[fWithin] = s.whole[c.article]
				}
			}
		}
		x.ranking.weigh(list)
		for j := range list {
			f(i, seg, &list[j])
		}
	}
}

// urges reports whether a segment ends with a question mark, and whether one of
// its words asks or wants: in a story, that one is seldom the narrated part.
func urges(seg []token) (asks, wants float64) {
	for _, t := range seg {
		if t.asks {
			asks = 1
		}
		if t.is(urging) {
			wants = 1
		}
	}
	return asks, wants
}

var urging = kindOf(`чи ли можна можно можете може как як коли когда де где куди куда скільки сколько чому почему який какой яка какая які какие
		хочу хотів хотіла хотел хотела хотілось хотелось треба нужно надо потрібно потрібен нужен нужна потрібна підкажіть подскажите скажіть скажите
		допоможіть помогите прошу поможете допоможете кто хто зможу смогу чим навіщо зачем поясніть объясните порадьте посоветуйте реально нельзя`)
