package search

import "math"

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

// eachHint calls f with the slot of every hint at the intent: words, pairs of
// words, letters in a row, how long the message is and whether it asks.
func eachHint(m *said, f func(slot)) {
	asks := false
	last := "^"
	var room [longestWord]byte
	for i := range m.words {
		t := &m.words[i]
		asks = asks || t.asks
		f(newSlot('w').with(t.stem))
		f(newSlot('s').letters(appendSound(room[:0], t.stem)))
		f(newSlot('b').with(last).with(t.stem))
		last = t.stem
		eachGram(t.word, func(key uint32) {
			f(newSlot('g').letters([]byte{byte(key >> 16), byte(key >> 8), byte(key)}))
		})
	}
	f(newSlot('b').with(last).with("$"))
	eachMeaning(m, f)
	if asks {
		f(newSlot('?'))
	}
	f(newSlot('n').with(howLong(m.words)))
}

// longestMood is of how many words at most the beginning is read that a mood is told by.
const longestMood = 60

// intent returns how likely each intent of a message is.
func (m *Model) intent(of *said) (p [intents]float64) {
	if len(of.words) == 0 || len(m.Intents) != intentSlots*int(intents-1) {
		p[asks] = 1
		return p
	}
	n := 0
	var sums [intents]int // of weights
	eachHint(of.beginning(longestMood), func(h slot) {
		n++
		at := h.ofIntent() * int(intents-1)
		for k, w := range m.Intents[at : at+int(intents-1)] {
			sums[k+1] += int(int8(w))
		}
	})
	sum := 0.0
	for k := range p {
		p[k] = math.Exp(min(float64(sums[k])*m.IntentScale/math.Sqrt(float64(n)), 30))
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}
