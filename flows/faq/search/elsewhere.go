package search

import "slices"

// elsewhere reports whether a text names a matter of its own of which no article says a
// word: a printer where only routers are spoken of.
func (x *Index) elsewhere(m *said, k known) bool {
	if len(segments(m)) > 1 { // in a story many a matter is named
		return false
	}
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	return slices.ContainsFunc(x.words(s, m), func(w word) bool {
		topic := false
		for _, c := range w.concept {
			of := &x.concepts[c]
			if x.hears(k, of.in, of.own) || x.heldBy(k, of.answers) {
				return false
			}
			topic = topic || x.lexicon.topics[c]
		}
		return topic && !slices.ContainsFunc(x.similar(w.token, nil), func(l link) bool {
			t := &x.terms[l.to]
			return l.sim >= 0.95 && (x.hears(k, t.in, t.own) || x.heldBy(k, t.answers))
		})
	})
}
