package search

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// personSlots is how many features a call for a person is told by, shared by hash.
const personSlots = 1 << 17

// PersonKinds are what a text may be to whoever tells calls for a person from the
// rest, by the letters of their intents: what is said in such different words is told
// apart first, and summed then. The first, a question, has no weights of its own, it is
// what the others are compared with; those from calling on are for a person.
var PersonKinds = [personKinds]string{"q", "tgswkbanm", "ipu", "h", "c", "l", "r"}

const (
	personKinds = 7
	calling     = 3
)

// slot is a running hash of a feature.
type slot uint32

func newSlot(kind byte) slot { return (2166136261 ^ slot(kind)) * 16777619 }

func (h slot) with(s string) slot {
	for i := range len(s) {
		h = (h ^ slot(s[i])) * 16777619
	}
	return (h ^ ' ') * 16777619
}

func (h slot) place() int {
	h ^= h >> 15
	h *= 0x2c1b3c6d
	h ^= h >> 12
	return int(h % personSlots)
}

// eachSign calls f with the slot of every sign that a text is for a person, or is
// not: words and how they sound, words in a row and near each other, letters in a
// row across the words, what the words mean, how the text begins, ends and looks.
func eachSign(text string, ts []token, f func(int)) {
	ts = ts[:min(len(ts), 60)]
	at := func(kind byte, words ...string) {
		h := newSlot(kind)
		for _, w := range words {
			h = h.with(w)
		}
		f(h.place())
	}
	sound := make([]string, len(ts))
	asks := false
	for i, t := range ts {
		sound[i] = sounds(t.stem)
		asks = asks || t.asks
	}
	before, last := "^", "^"
	for i, t := range ts {
		at('w', t.stem)
		at('f', t.word)
		at('s', sound[i])
		at('b', last, t.stem)
		at('t', before, last, t.stem)
		if i > 0 {
			at('d', sound[i-1], sound[i])
		}
		for j := i + 2; j < min(len(ts), i+4); j++ {
			at('k', sound[i], sound[j])
		}
		before, last = last, t.stem
	}
	at('b', last, "$")
	at('t', before, last, "$")
	eachLetters(ts, func(kind byte, letters string) { at(kind, letters) })
	eachTag(ts, at)
	eachStance(ts, at)
	eachMeaning(general(), ts, 'c', 'p', at)
	eachMeaning(moodWords(), ts, 'm', 'r', at)
	if len(ts) > 0 {
		at('1', ts[0].stem)
		at('1', sound[0])
		at('9', ts[len(ts)-1].stem)
	}
	eachLook(text, len(ts), asks, at)
}

// eachTag calls at with two, three and four words in a row, each by what it means: a
// frame in which the noun is new is still that frame.
func eachTag(ts []token, at func(byte, ...string)) {
	l := moodWords()
	tags := make([]string, len(ts)+2)
	tags[0], tags[len(ts)+1] = "^", "$"
	for i, t := range ts {
		switch c := l.of(t, true); {
		case len(c) > 0:
			tags[i+1] = l.names[c[0]]
		case t.is(common) || t.weight == 0:
			tags[i+1] = t.word
		default:
			tags[i+1] = "*"
		}
	}
	for _, h := range l.hear(ts, true) {
		if h.to-h.from > 1 {
			for i := h.from; i < h.to; i++ {
				tags[i+1] = l.names[h.concept]
			}
		}
	}
	tags = slices.Compact(tags)
	for i := range tags {
		for n := 2; n <= 4 && i+n <= len(tags); n++ {
			for range tagWorth {
				at('T', tags[i:i+n]...)
			}
		}
	}
	if len(tags) <= 7 {
		for range tagWorth {
			at('Z', tags...)
		}
	}
}

// tagWorth is how many signs a frame counts for.
const tagWorth = 1

// eachLetters calls f with every three to five letters in a row, as they sound.
func eachLetters(ts []token, f func(kind byte, letters string)) {
	var all []byte
	for _, t := range ts {
		all = append(append(all, ' '), sounds(t.word)...)
	}
	all = append(all, ' ')
	for n := 3; n <= 5; n++ {
		for i := 0; i+n <= len(all); i++ {
			f('0'+byte(n), string(all[i:i+n]))
		}
	}
}

// eachLook calls at with what a text looks like, its words aside.
func eachLook(text string, words int, asks bool, at func(byte, ...string)) {
	length := "9"
	switch {
	case words <= 3:
		length = string(rune('0' + words))
	case words <= 5:
		length = "5"
	case words <= 8:
		length = "8"
	}
	at('n', length)
	if asks {
		at('?')
		at('?', length)
	}
	if strings.Contains(text, "!") {
		at('!')
	}
	if strings.Contains(text, "!!") || strings.Contains(text, "??") || strings.Contains(text, "?!") {
		at('!', "!")
	}
	upper, letters := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
			if unicode.IsUpper(r) {
				upper++
			}
		}
	}
	if letters > 5 && upper*2 > letters {
		at('A')
	}
}

// forPerson returns the log-odds that a text is for a person: of the whole, and in a
// long one of the clause that speaks of one. In a story most clauses are narrated, so
// that such a clause must be plainer; asks reports whether it was one that decided.
func (m *Model) forPerson(text string, ts []token) (odds float64, asks bool) {
	const long, narrated = 12, 1.5
	odds = m.personOdds(text, ts)
	if len(ts) <= long {
		return odds, false
	}
	from := 0
	for i := 1; i <= len(ts); i++ {
		if i < len(ts) && ts[i].clause == ts[i-1].clause {
			continue
		}
		if part := ts[from:i]; len(part) >= 2 && len(part) <= long && general().speaks(part, "person", "chief", "bot", "talk") {
			if o := m.personOdds("", part) - narrated; o > odds {
				odds, asks = o, true
			}
		}
		from = i
	}
	return odds, asks
}

func (m *Model) personOdds(text string, ts []token) float64 {
	if len(ts) == 0 || len(m.Person) != personSlots*(personKinds-1)/2 {
		return math.Inf(-1)
	}
	var z [personKinds]float64
	n := 0
	eachSign(text, ts, func(slot int) {
		n++
		for i, two := range m.Person[slot*(personKinds-1)/2 : (slot+1)*(personKinds-1)/2] {
			z[2*i+1] += float64(int(two&15) - 8)
			z[2*i+2] += float64(int(two>>4) - 8)
		}
	})
	scale := m.PersonScale / math.Sqrt(float64(n))
	other, call := 0.0, 0.0
	for k := range z {
		if p := math.Exp(min(z[k]*scale, 30)); k < calling {
			other += p
		} else {
			call += p
		}
	}
	return math.Log(call / other)
}

// How much of a call for a person must be left beside what the articles know: from
// plainly on the person is called, from perhaps on they are asked. Set on messages
// of companies and writers that the model had not seen; README has what they cost.
const (
	plainly = 2.4
	perhaps = -0.3
	// agreed is from where on the person is called if the intents, too, say so, at
	// least this surely; a demand of money back needs no more than to be perhaps one:
	// articles about money are many, and few of them give it back.
	agreed      = 0.9
	surelyHuman = 0.9
	// byArticles is what the log-odds that one of the best articles was meant take
	// from those that a person is.
	byArticles = 0.6
)

// remains returns what is left of the log-odds for a person beside how likely one of
// the best articles was meant.
func remains(person, likely float64) float64 {
	odds := math.Log((likely + 1e-3) / (1.001 - min(likely, 1)))
	return person - byArticles*min(max(odds, -2), 3)
}
