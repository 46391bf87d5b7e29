package search

import (
	"math"
	"slices"
)

const (
	mostTokens = 40 // different words of a segment that count
	answerPart = 0.8
)

// scratch is the room one search works in; it is used again and again.
type scratch struct {
	wordings []wordingScore
	articles []articleScore
	touchedW []int32
	touchedA []int32
	words    []word
	groups   []concept // of the words
	grams    []uint32
	links    []link
	known    map[string][]link // of the words of a story: each is in a clause too
	pairs    int               // of the segment
	may      known             // of the person who wrote

	story      bool // the message has clauses
	candidates []candidate
	promised   []candidate // the best of them
	best       []int32     // their places
	alike      likened
	whole      []float64 // what was found of each article in the whole message
	speaks     tally
}

type wordingScore struct {
	token      int32 // the last token that touched it, from 1
	asked      float32
	covered    float32
	sim, share float32 // of the last token
	dot        float32 // of the n-grams
	held       float32
	touched    bool
}

type articleScore struct {
	touched bool
	slot    int32 // of its candidate, from 1
	pairs   float32
	words   [mostTokens]evidence
}

// evidence is how surely an article has a word of the segment.
type evidence struct {
	sim    float32 // in its wordings, by words and groups
	direct float32 // by words alone
	answer float32 // in the words of its answer
	meant  float32 // in the groups that its answer speaks of
}

func newScratch(x *Index) *scratch {
	n := len(x.articles)
	return &scratch{
		wordings: make([]wordingScore, len(x.wordings)), articles: make([]articleScore, n), whole: make([]float64, n),
		speaks: tally{of: make([]tallied, n)}, known: map[string][]link{},
	}
}

// clear makes room for another segment, after one of so many words.
func (s *scratch) clear(words int) {
	for _, w := range s.touchedW {
		s.wordings[w] = wordingScore{}
	}
	for _, a := range s.touchedA {
		e := &s.articles[a]
		e.touched, e.slot, e.pairs = false, 0, 0
		clear(e.words[:words])
	}
	s.pairs = 0
	s.touchedW, s.touchedA = s.touchedW[:0], s.touchedA[:0]
}

// word is one different word of a segment, weighed.
type word struct {
	token
	value   float64 // what it is worth: how rare it is in the base, and how much it says
	known   bool    // the base has it, or one like it
	foreign bool    // it has groups, and the base none of them
	meant   bool    // a group of the lexicon speaks for it
	concept []concept
	subject bool // it names what is asked about, rather than what of it: its price, its time
}

// words returns the different words of a segment with their groups; they are good until the
// room is used again.
func (x *Index) words(s *scratch, m *said) []word {
	var room [2 * longest]int8 // at most every word was two
	at := room[:len(m.words)]  // the place of each token among the words, from 1
	list := s.words[:0]
	for i := range m.words {
		t := &m.words[i]
		for j := range list {
			if list[j].stem == t.stem {
				at[i] = int8(j + 1)
			}
		}
		if at[i] == 0 && len(list) < mostTokens {
			list = append(list, word{token: *t})
			at[i] = int8(len(list))
		}
	}
	groups := s.groups[:0]
	for j := range list {
		w, from := &list[j], len(groups)
		w.subject = w.weight == 1
		for _, h := range m.matters {
			if slices.Contains(at[h.from:h.to], int8(j+1)) && !slices.Contains(groups[from:], h.concept) {
				groups = append(groups, h.concept)
				w.subject = w.subject && !x.lexicon.aspects[h.concept]
			}
		}
		w.concept = groups[from:len(groups):len(groups)]
	}
	s.words, s.groups = list, groups
	return list
}

// search scores a segment against every wording and article it touches.
func (x *Index) search(s *scratch, m *said) []word {
	list := x.words(s, m)
	for i := range list {
		x.follow(s, i, &list[i])
	}
	x.spell(s, m.words)
	eachPair(m.words, func(key uint32) {
		s.pairs++
		p, _ := x.pairs.of(key)
		for _, a := range p.in {
			s.article(a).pairs += float32(p.weight)
		}
	})
	return list
}

// follow adds what one word of the segment says.
func (x *Index) follow(s *scratch, i int, w *word) {
	links := s.linksOf(x, w.token)
	best, told := 0.0, 0.0 // how sure the strongest evidence is
	idf := 1.0
	for _, l := range links {
		t := &x.terms[l.to]
		asked, answered := x.hears(s.may, t.in, t.own), x.heldBy(s.may, t.answers)
		if asked && l.sim > best {
			best, idf = l.sim, t.idf
		}
		if best == 0 && answered && l.sim > told {
			told, idf = l.sim, t.told
		}
		w.known = w.known || asked || answered
	}
	conceptIDF := 0.0
	for _, c := range w.concept {
		if m := &x.concepts[c]; x.hears(s.may, m.in, m.own) {
			w.meant = true
			conceptIDF = max(conceptIDF, m.idf)
		}
	}
	topic := slices.ContainsFunc(w.concept, func(c concept) bool { return x.lexicon.topics[c] })
	w.foreign = topic && !w.meant && best < 0.95
	if best == 0 && w.meant {
		idf = conceptIDF
	}
	says := w.weight
	if says < 1 && w.meant { // «сколько» says much together with «стоит»
		says = max(says, 0.3)
	}
	w.value = idf * max(says, 0.02)
	for _, l := range links {
		t := &x.terms[l.to]
		for _, p := range t.in {
			x.touch(s, i, w, p, l.sim, true)
		}
		for _, a := range t.answers {
			e := &s.article(a).words[i]
			e.answer = max(e.answer, float32(l.sim))
		}
	}
	for _, c := range w.concept {
		for _, p := range x.concepts[c].in {
			x.touch(s, i, w, p, simConcept, false)
		}
		if m := &x.concepts[c]; !m.common {
			for _, a := range m.answers {
				s.article(a).words[i].meant = simConcept
			}
		}
		for _, up := range x.lexicon.parents(c) {
			for _, p := range x.concepts[up].in {
				x.touch(s, i, w, p, simLoose, false)
			}
		}
	}
}

// linksOf returns the terms a word may mean.
func (s *scratch) linksOf(x *Index, t token) []link {
	if !s.story {
		s.links = x.similar(t, s.links)
		return s.links
	}
	links, ok := s.known[t.word]
	if !ok {
		links = x.similar(t, nil)
		s.known[t.word] = links
	}
	return links
}

func (s *scratch) article(a int32) *articleScore {
	e := &s.articles[a]
	if !e.touched {
		e.touched = true
		s.touchedA = append(s.touchedA, a)
	}
	return e
}

func (s *scratch) wording(n int32) *wordingScore {
	w := &s.wordings[n]
	if !w.touched {
		w.touched = true
		s.touchedW = append(s.touchedW, n)
	}
	return w
}

// touch counts that the word and a wording have something in common; of several
// ways the closest counts.
func (x *Index) touch(s *scratch, i int, w *word, p posting, sim float64, direct bool) {
	ws := s.wording(p.wording)
	if ws.token != int32(i)+1 {
		ws.token, ws.sim, ws.share = int32(i)+1, 0, 0
	}
	if v := float32(sim); v > ws.sim {
		ws.asked += (v - ws.sim) * float32(w.value)
		ws.sim = v
	}
	if v := float32(sim) * p.weight; v > ws.share {
		ws.covered += v - ws.share
		ws.share = v
	}
	e := s.article(x.wordings[p.wording].article)
	if x.wordings[p.wording].example {
		return
	}
	own := &e.words[i]
	own.sim = max(own.sim, float32(sim))
	if direct {
		own.direct = max(own.direct, float32(sim))
	}
}

// spell compares n-grams: what is left when words are misspelt beyond help.
func (x *Index) spell(s *scratch, ts []token) {
	length := 0.0
	s.grams = appendGrams(s.grams[:0], ts)
	for _, key := range s.grams {
		g, ok := x.grams.of(key)
		if !ok {
			length += x.rare * x.rare
			continue
		}
		length += g.weight * g.weight
		for _, n := range g.in {
			s.wording(n).dot += float32(g.weight * g.weight)
		}
	}
	length = math.Sqrt(length)
	for _, n := range s.touchedW {
		ws := &s.wordings[n]
		if own := x.wordings[n].length; own > 0 && length > 0 {
			ws.held = ws.dot / float32(own*own)
			ws.dot /= float32(own * length)
		}
		if ws.dot > 0.2 {
			s.article(x.wordings[n].article)
		}
	}
}
