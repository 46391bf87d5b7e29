package search

import "slices"

// slot is a running hash of what a text is told by (FNV-1a of 32 bits): of its kind, and
// of words one after the other.
type slot uint32

func newSlot(kind byte) slot { return (2166136261 ^ slot(kind)) * 16777619 }

// with adds a word.
func (h slot) with(word string) slot {
	for i := range len(word) {
		h = (h ^ slot(word[i])) * 16777619
	}
	return h.end()
}

// letters adds a word of the letters.
func (h slot) letters(word []byte) slot {
	for _, b := range word {
		h = (h ^ slot(b)) * 16777619
	}
	return h.end()
}

// end ends a word.
func (h slot) end() slot { return (h ^ ' ') * 16777619 }

// personSlots is how many features a call for a person is told by, and intentSlots those
// of an intent, each shared by hash.
const (
	personSlots = 1 << 17
	intentSlots = 8192
)

func (h slot) ofPerson() int {
	h ^= h >> 15
	h *= 0x2c1b3c6d
	h ^= h >> 12
	return int(h % personSlots)
}

func (h slot) ofIntent() int {
	h ^= h >> 15
	return int(h % intentSlots)
}

// meaningWorth is how many features a meaning counts for.
const meaningWorth = 3

// eachMeaning calls f with what the words mean, alone and in pairs: it speaks where
// the words are new.
func eachMeaning(m *said, f func(slot)) {
	eachGroup(general(), m.matters, 'c', 'p', f)
	eachGroup(moodWords(), m.moods, 'm', 'r', f)
}

func eachGroup(l *lexicon, heards []heard, alone, pair byte, f func(slot)) {
	var room [16]concept
	named := room[:0]
	for _, h := range heards {
		if !slices.Contains(named, h.concept) {
			named = append(named, h.concept)
		}
	}
	for i, c := range named {
		h := newSlot(alone).with(l.names[c])
		for range meaningWorth {
			f(h)
		}
		for _, d := range named[i+1 : min(len(named), i+6)] {
			f(newSlot(pair).with(min(l.names[c], l.names[d])).with(max(l.names[c], l.names[d])))
		}
	}
}

// howLong is how many words a text has, as far as that tells anything.
func howLong(ts []token) string {
	switch n := len(ts); {
	case n <= 3:
		return "0123"[n : n+1]
	case n <= 5:
		return "5"
	case n <= 8:
		return "8"
	}
	return "9"
}
