// Package search finds the approved article that answers a message typed in
// Ukrainian, Russian or a mixture, with slips, Latin letters and the wrong layout,
// and says how sure it is. Its weights are trained by cmd/faqtrain.
package search

import (
	"slices"
	"sync"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// Index finds the approved articles, and the changes, that answer a message. It never changes
// after NewIndex and may be used by many goroutines at once.
type Index struct {
	articles []bot.Article // the approved ones, then the changes
	own      int           // how many are articles
	always   []bool        // those that are valid at any moment
	byID     map[string]int

	lexicon  *lexicon
	model    *Model
	terms    []term
	byStem   dictionary[int32] // terms
	byStart  dictionary[int32] // terms by their first letters
	bySound  dictionary[int32]
	surfaces dictionary[int32] // terms by words as they are written
	near     deletions         // of the stems
	making   *making           // nil when it is made
	concepts []meaning
	grams    shelf   // three letters in a row, where words begin and end included: wordings
	rare     float64 // the weight of a gram that no wording holds

	pairs    shelf // two words in a row, for «нет воды» is more than its words: articles
	wordings []wording
	equal    map[string][]int32 // articles by a wording's whole text
	bans     []ban
	scratch  sync.Pool
	parts    map[int32][]part    // of the changes
	names    map[matter][]string // stems of the names that answers speak of
	left     []left
	ranking  *Ranking
	placed   *chart // nil without an atlas

	found *flows.Memory[question, flows.Finding] // nil: nothing is remembered
	eras  []time.Time                            // when another entry begins or ends to be valid, in order
}

// term is one stem of the base.
type term struct {
	stem    string
	idf     float64   // from 0 to 1; how few articles speak of it
	in      []posting // wordings
	answers []int32   // articles whose answer holds it
	told    float64   // idf among the answers
	own     bool      // a wording of an article holds it
}

// meaning is one group of the lexicon in the base.
type meaning struct {
	idf     float64
	in      []posting
	answers []int32 // articles whose answer speaks of it
	common  bool    // of so many articles that it tells nothing
	own     bool    // a wording of an article speaks of it
}

// posting says that a wording holds a term, and what it weighs there.
type posting struct {
	wording int32
	weight  float32
}

// wording is one way to ask for an article: its question or an alias, in either
// language.
type wording struct {
	article int32
	example bool    // see exemplary
	change  bool    // it is a change's
	weight  float64 // of its terms together
	length  float64 // of its n-grams
}

// aside reports whether the wording makes no word of the base any less rare.
func (w wording) aside() bool { return w.example || w.change }

// NewIndex indexes the articles in both languages, and the changes that may be
// told. It keeps its own copy of the list.
func NewIndex(articles []bot.Article, changes ...bot.Change) *Index {
	return NewIndexWith(articles, shipped(), changes...)
}

// NewIndex is NewIndex of the package, of an index that knows what customers of other
// companies ask.
func (at *Atlas) NewIndex(articles []bot.Article, changes ...bot.Change) *Index {
	return at.NewIndexWith(articles, shipped(), changes...)
}

// build indexes the articles and the changes, and returns the wordings as they were read.
// What a wording is like in the atlas is looked up by the function.
func build(at *Atlas, articles []bot.Article, changes []bot.Change, like func(*draft, []token) profile) (x *Index, texts [][]token) {
	x = &Index{
		byID: map[string]int{}, lexicon: general(), equal: map[string][]int32{}, names: map[matter][]string{},
		making: &making{stems: map[string][]int32{}, surfaces: map[string][]int32{}},
	}
	grams, pairs := map[uint32]holding{}, map[uint32]holding{}
	x.concepts = make([]meaning, len(x.lexicon.names))
	for _, a := range articles {
		if a.State == bot.ArticleApproved {
			x.byID[a.ID] = len(x.articles)
			x.articles = append(x.articles, a)
		}
	}
	x.own = len(x.articles)
	for _, c := range changes {
		if c.Told() {
			x.articles = append(x.articles, changed(c))
		}
	}
	for i, a := range x.articles {
		x.always = append(x.always, a.From.IsZero() && a.Until.IsZero())
		x.bans = append(x.bans, bans(int32(i), a)...)
		asked := distinct(slices.Concat([]string{a.Question.UK, a.Question.RU}, a.Aliases.UK, a.Aliases.RU))
		names := namesIn(a)
		x.keepNames(a, names)
		for n, text := range slices.Concat(asked, names) {
			ts := tokens(text)
			if len(ts) == 0 {
				continue
			}
			if whole := gist(ts); n < len(asked) && !slices.Contains(x.equal[whole], int32(i)) {
				x.equal[whole] = append(x.equal[whole], int32(i))
			}
			w := int32(len(x.wordings))
			change := x.changing(int32(i))
			example := n >= len(asked) || !change && exemplary(a, text, ts)
			x.wordings = append(x.wordings, wording{article: int32(i), example: example, change: change})
			texts = append(texts, ts)
			for _, t := range ts {
				x.making.see(t.word, x.term(t.stem))
			}
			if !example {
				eachPair(ts, func(key uint32) {
					p := pairs[key]
					if n := len(p.in); n == 0 || p.in[n-1] != int32(i) {
						p.in = append(p.in, int32(i))
					}
					pairs[key] = p
				})
			}
			for _, key := range gramsOf(ts) {
				g := grams[key]
				g.in = append(g.in, w)
				grams[key] = g
			}
		}
		for _, text := range []string{a.Answer.UK, a.Answer.RU} {
			ts := tokens(text)
			for _, h := range x.lexicon.hear(ts, false) {
				m := &x.concepts[h.concept]
				if n := len(m.answers); n == 0 || m.answers[n-1] != int32(i) {
					m.answers = append(m.answers, int32(i))
				}
			}
			for _, t := range ts {
				if t.weight < 1 {
					continue
				}
				tm := &x.terms[x.term(t.stem)]
				if n := len(tm.answers); n == 0 || tm.answers[n-1] != int32(i) {
					tm.answers = append(tm.answers, int32(i))
				}
			}
		}
	}
	for c := range x.concepts {
		m := &x.concepts[c]
		m.common = ownOf(x, m.answers) > 1+x.own/3
	}
	for key, p := range pairs {
		p.weight = x.idf(max(ownOf(x, p.in), 1))
		pairs[key] = p
	}
	x.pairs = shelve(pairs)
	x.weighGrams(grams)
	x.post(texts)
	x.arrange()
	x.take(changes)
	if at != nil {
		x.chart(at, texts, like)
	}
	x.scratch.New = func() any { return newScratch(x) }
	return x, texts
}

func distinct(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// making is what an index is made with: the terms by their stems and by words.
type making struct{ stems, surfaces map[string][]int32 }

// see notes a word of the term.
func (m *making) see(word string, term int32) {
	if m.surfaces[word] == nil {
		m.surfaces[word] = []int32{term}
	}
}

// term returns the number of a stem, new or not.
func (x *Index) term(stem string) int32 {
	list := x.making.stems[stem]
	if list == nil {
		list = []int32{int32(len(x.terms))}
		x.making.stems[stem] = list
		x.terms = append(x.terms, term{stem: stem})
	}
	return list[0]
}

// start is how many letters words have in common before they may be forms of
// one another.
const start = 4

// arrange makes the ways to a term from a word that is not quite it.
func (x *Index) arrange() {
	byStart, bySound := map[string][]int32{}, map[string][]int32{}
	stems := make([]string, len(x.terms))
	for n, t := range x.terms {
		if len(t.stem) >= start {
			byStart[t.stem[:start]] = append(byStart[t.stem[:start]], int32(n))
		}
		if k := sounds(t.stem); len(k) >= 4 {
			bySound[k] = append(bySound[k], int32(n))
		}
		x.near.add(t.stem, n)
		stems[n] = t.stem
	}
	x.near.build()
	x.byStart, x.bySound = newDictionary(byStart), newDictionary(bySound)
	x.byStem, x.surfaces = newDictionary(x.making.stems), newDictionary(x.making.surfaces)
	x.making = nil
	x.pack(newSpellings(stems))
}

// pack puts the words of the terms, and the lists of all that has any, into one piece each.
func (x *Index) pack(stems spellings) {
	var in []posting
	var answers []int32
	for n := range x.terms {
		t := &x.terms[n]
		t.stem = stems.of(n)
		in, answers = append(in, t.in...), append(answers, t.answers...)
	}
	for c := range x.concepts {
		in, answers = append(in, x.concepts[c].in...), append(answers, x.concepts[c].answers...)
	}
	next := func(own *[]posting, told *[]int32) {
		n, m := len(*own), len(*told)
		*own, in = in[:n:n], in[n:]
		*told, answers = answers[:m:m], answers[m:]
	}
	for n := range x.terms {
		next(&x.terms[n].in, &x.terms[n].answers)
	}
	for c := range x.concepts {
		next(&x.concepts[c].in, &x.concepts[c].answers)
	}
}

// Article implements flows.Finder.
func (x *Index) Article(id string, now time.Time) (bot.Article, bool) {
	i, ok := x.byID[id]
	if !ok || !x.articles[i].Valid(now) {
		return bot.Article{}, false
	}
	return x.articles[i], true
}
