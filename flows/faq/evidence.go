package faq

import (
	"time"

	"visnyk/bot"
)

// Row is one candidate's evidence in one segment of a message: the features in
// the order of FeatureNames. Training reads it.
type Row struct {
	Article  string
	Features []float64
}

// Evidence gives the rows of every segment of a message, the whole first.
func (x *Index) Evidence(text string, now time.Time) [][]Row {
	ts, _ := x.read(text)
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	var out [][]Row
	segs := segments(ts)
	for i, seg := range segs {
		var rows []Row
		for _, c := range x.candidates(s, seg, now) {
			c.place(i, len(segs))
			rows = append(rows, Row{x.articles[c.article].ID, append([]float64(nil), c.f[:]...)})
		}
		out = append(out, rows)
	}
	return out
}

// Hints gives the slots of a text's hints at its tone, as Model.Tones has them.
// Training reads it.
func Hints(text string) (slots []int) {
	eachHint(tokens(text), func(slot int) { slots = append(slots, slot) })
	return slots
}

// HintSlots is the number of slots of Hints.
const HintSlots = toneSlots

// NewIndexWith is NewIndex with another model than the shipped one: for
// training and its cross-validation.
func NewIndexWith(articles []bot.Article, m *Model) *Index {
	x := build(articles)
	x.model = m
	return x
}
