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
	threatens
	wantsRefund
	findsDear
	unhelped
	wondersWho
	wantsContact
	parts
	agrees
	declines
	wondersWhoTheyAre
	intents
)

// IntentNames are the letters of the intents in training data, in their order.
const IntentNames = "qhctgislrpuwkbanm"

// intentSlots is how many features the intents are told by; words and letters share
// them by their hash.
const intentSlots = 8192

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
	eachMeaning(general(), ts, 'c', 'p', hint)
	eachMeaning(moodWords(), ts, 'm', 'r', hint)
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

// meaningWorth is how many hints a meaning counts for.
const meaningWorth = 3

// eachMeaning calls hint with what the words mean, alone and in pairs: it speaks where
// the words are new.
func eachMeaning(l *lexicon, ts []token, alone, pair byte, hint func(byte, ...string)) {
	var said []concept
	for _, h := range l.hear(ts, true) {
		if !slices.Contains(said, h.concept) {
			said = append(said, h.concept)
		}
	}
	for i, c := range said {
		for range meaningWorth {
			hint(alone, l.names[c])
		}
		for _, d := range said[i+1 : min(len(said), i+6)] {
			hint(pair, min(l.names[c], l.names[d]), max(l.names[c], l.names[d]))
		}
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

// intent returns the intent of a message, of a long one its beginning.
func (m *Model) intent(ts []token) [intents]float64 { return m.intentOf(ts[:min(len(ts), 60)]) }
