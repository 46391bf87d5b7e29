package search

import (
	"slices"
	"sync"
	"time"

	"visnyk/bot"
)

// Row is one candidate's evidence in one segment of a message: the features in
// the order of FeatureNames. Training reads it.
type Row struct {
	Article  string
	Features []float64
}

// Evidence returns the rows of every segment of a message, the whole first.
func (x *Index) Evidence(text string, now time.Time) [][]Row {
	m, _ := x.hear(text)
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	var out [][]Row
	last := -1
	x.eachCandidate(s, m, now, func(i int, _ *said, c *candidate) {
		if i != last {
			out = append(out, nil)
			last = i
		}
		out[len(out)-1] = append(out[len(out)-1], Row{x.articles[c.article].ID, slices.Clone(c.f[:])})
	})
	return out
}

// Hints returns the slots of a text's hints at its intent, as Model.Intents has them.
// Training reads it.
func Hints(text string) (slots []int) {
	eachHint(say(text, tokens(text)), func(h slot) { slots = append(slots, h.ofIntent()) })
	return slots
}

// HintSlots is the number of slots of Hints.
const HintSlots = intentSlots

// NewIndexWith is NewIndex with another model than the shipped one: for
// training and its cross-validation.
func NewIndexWith(articles []bot.Article, m *Model, changes ...bot.Change) *Index {
	return newIndex(nil, articles, m, changes)
}

// NewIndexWith is NewIndexWith of the package, with the atlas.
func (at *Atlas) NewIndexWith(articles []bot.Article, m *Model, changes ...bot.Change) *Index {
	return newIndex(at, articles, m, changes)
}

func newIndex(at *Atlas, articles []bot.Article, m *Model, changes []bot.Change) *Index {
	x, texts := build(at, articles, changes, func(d *draft, ts []token) profile { return at.profile(d, ts, general().hear(ts, false)) })
	x.model, x.ranking = m, &m.Ranking
	if at != nil {
		x.ranking = &m.Atlas
		x.cut(texts)
	}
	return x
}

// Signs returns the slots of a text's signs that it is for a person, as Model.Person
// has them. Training reads it.
func Signs(text string) (slots []int) {
	m, _ := bare().hear(text)
	eachSign(m, func(h slot) { slots = append(slots, h.ofPerson()) })
	return slots
}

// SignSlots is the number of slots of Signs.
const SignSlots = personSlots

// bare gives an index without articles, which reads texts by the words of service
// alone.
var bare = sync.OnceValue(func() *Index { return NewIndexWith(nil, &Model{}) })
