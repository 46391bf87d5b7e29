package search

import (
	"math"
	"slices"
)

// intent is what a message is, apart from what it asks about.
type intent int

// The intents, in the order of the model's weights. A question has no weights of
// its own: it is what the others are compared with.
const (
	asks intent = iota
	wantsHuman
	complains
	thanks
	greets
	insults
	chats
	intents
)

// IntentNames are the letters of the intents in training data, in their order.
const IntentNames = "qhctgis"

// intentSlots is how many features the intents are told by; words and letters share
// them by their hash.
const intentSlots = 4096

// eachHint calls f with the slot of every hint at the intent: words, pairs of
// words, letters in a row, how long the message is and whether it asks.
func eachHint(ts []token, f func(slot int)) {
	hint := func(kind byte, words ...string) {
		h := (uint32(2166136261) ^ uint32(kind)) * 16777619
		for _, w := range words {
			for k := range len(w) {
				h = (h ^ uint32(w[k])) * 16777619
			}
			h = (h ^ ' ') * 16777619
		}
		h ^= h >> 15
		f(int(h % intentSlots))
	}
	question := false
	last := "^"
	for _, t := range ts {
		question = question || t.asks
		hint('w', t.stem)
		hint('s', sounds(t.stem))
		hint('b', last, t.stem)
		last = t.stem
		eachGram(t.word, func(key uint32) { hint('g', string([]byte{byte(key >> 16), byte(key >> 8), byte(key)})) })
	}
	hint('b', last, "$")
	var said []concept
	l := general()
	for _, h := range l.hear(ts, true) {
		if !slices.Contains(said, h.concept) {
			said = append(said, h.concept)
		}
	}
	// What the words mean speaks where the words are new, alone and in pairs.
	for i, c := range said {
		hint('c', l.names[c])
		hint('c', l.names[c])
		for _, d := range said[i+1 : min(len(said), i+6)] {
			hint('p', min(l.names[c], l.names[d]), max(l.names[c], l.names[d]))
		}
	}
	if question {
		hint('?')
	}
	switch n := len(ts); {
	case n <= 3:
		hint('n', string(rune('0'+n)))
	case n <= 5:
		hint('n', "5")
	case n <= 8:
		hint('n', "8")
	default:
		hint('n', "9")
	}
}

// intentOf returns how likely each intent is.
func (m *Model) intentOf(ts []token) (p [intents]float64) {
	if len(ts) == 0 || len(m.Intents) != intentSlots*int(intents-1) {
		p[asks] = 1
		return p
	}
	n := 0
	eachHint(ts, func(slot int) {
		n++
		for k := 1; k < int(intents); k++ {
			p[k] += float64(int8(m.Intents[slot*int(intents-1)+k-1]))
		}
	})
	sum := 0.0
	for k := range p {
		p[k] = math.Exp(min(p[k]*m.IntentScale/math.Sqrt(float64(n)), 30))
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}

// intent returns the intent of a message: of the whole, and in a long one whether one
// of its sentences asks for a human or complains.
func (m *Model) intent(ts []token) [intents]float64 {
	const long = 12
	if len(ts) <= long {
		return m.intentOf(ts)
	}
	whole := m.intentOf(ts[:min(len(ts), 60)])
	from := 0
	for i := 1; i <= len(ts); i++ {
		if i < len(ts) && ts[i].clause == ts[i-1].clause {
			continue
		}
		if part := ts[from:i]; len(part) >= 2 && len(part) <= long && general().speaks(part, "person", "chief", "bot", "talk") {
			// In a story most clauses are narrated: only a plain request counts.
			if p := m.intentOf(part); p[wantsHuman] > 0.95 && p[wantsHuman] > whole[wantsHuman] {
				whole[wantsHuman], whole[asks] = p[wantsHuman], 1-p[wantsHuman]
			}
		}
		from = i
	}
	return whole
}
