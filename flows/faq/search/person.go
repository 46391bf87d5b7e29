package search

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// PersonKinds are what a text may be to whoever tells calls for a person from the
// rest, by the letters of their intents: what is said in such different words is told
// apart first, and summed then. The first, a question, has no weights of its own, it is
// what the others are compared with; those from calling on are for a person.
var PersonKinds = [personKinds]string{"q", "tgswkbanm", "ipu", "h", "c", "l", "r"}

const (
	personKinds = 7
	calling     = 3
)

// eachSign calls f with the slot of every sign that a text is for a person, or is
// not: words and how they sound, words in a row and near each other, letters in a
// row across the words, what the words mean, how the text begins, ends and looks.
func eachSign(m *said, f func(slot)) {
	begin := *m.beginning(longestMood)
	begin.text = m.text
	m = &begin
	ts := m.words
	sound := soundsOf(ts)
	asks := false
	before, last := "^", "^"
	for i := range ts {
		t := &ts[i]
		asks = asks || t.asks
		f(newSlot('w').with(t.stem))
		f(newSlot('f').with(t.word))
		f(newSlot('s').letters(sound.of(i)))
		f(newSlot('b').with(last).with(t.stem))
		f(newSlot('t').with(before).with(last).with(t.stem))
		if i > 0 {
			f(newSlot('d').letters(sound.of(i - 1)).letters(sound.of(i)))
		}
		for j := i + 2; j < min(len(ts), i+4); j++ {
			f(newSlot('k').letters(sound.of(i)).letters(sound.of(j)))
		}
		before, last = last, t.stem
	}
	f(newSlot('b').with(last).with("$"))
	f(newSlot('t').with(before).with(last).with("$"))
	eachLetters(ts, f)
	eachTag(m, f)
	eachStance(m, f)
	eachMeaning(m, f)
	if len(ts) > 0 {
		f(newSlot('1').with(ts[0].stem))
		f(newSlot('1').letters(sound.of(0)))
		f(newSlot('9').with(ts[len(ts)-1].stem))
	}
	eachLook(m, asks, f)
}

// sounding is what words sound like, one after the other.
type sounding struct {
	all  []byte
	from [longestMood + 1]int
}

func soundsOf(ts []token) (s sounding) {
	s.all = make([]byte, 0, 256)
	for i := range ts {
		s.all = appendSound(s.all, ts[i].stem)
		s.from[i+1] = len(s.all)
	}
	return s
}

func (s *sounding) of(i int) []byte { return s.all[s.from[i]:s.from[i+1]] }

// eachTag calls f with two, three and four words in a row, each by what it means: a
// frame in which the noun is new is still that frame.
func eachTag(m *said, f func(slot)) {
	l := moodWords()
	tags := make([]string, len(m.words)+2)
	tags[0], tags[len(m.words)+1] = "^", "$"
	for i := range m.words {
		switch t := &m.words[i]; {
		case t.weight == 0:
			tags[i+1] = t.word
			if c := l.forms.of(t.word); len(c) > 0 { // such a word names no group by itself
				tags[i+1] = l.names[c[0]]
			}
		case t.is(common):
			tags[i+1] = t.word
		default:
			tags[i+1] = "*"
		}
	}
	for _, h := range slices.Backward(m.moods) { // of the groups of one word its first counts
		if h.to-h.from == 1 {
			tags[h.from+1] = l.names[h.concept]
		}
	}
	for _, h := range m.moods {
		if h.to-h.from > 1 {
			for i := h.from; i < h.to; i++ {
				tags[i+1] = l.names[h.concept]
			}
		}
	}
	tags = slices.Compact(tags)
	for i := range tags {
		h := newSlot('T').with(tags[i])
		for _, next := range tags[i+1 : min(len(tags), i+4)] {
			h = h.with(next)
			f(h)
		}
	}
	if len(tags) <= 7 {
		h := newSlot('Z')
		for _, tag := range tags {
			h = h.with(tag)
		}
		f(h)
	}
}

// eachLetters calls f with every three to five letters in a row, as they sound.
func eachLetters(ts []token, f func(slot)) {
	all := make([]byte, 0, 512)
	for i := range ts {
		all = appendSound(append(all, ' '), ts[i].word)
	}
	all = append(all, ' ')
	for n := 3; n <= 5; n++ {
		for i := 0; i+n <= len(all); i++ {
			f(newSlot('0' + byte(n)).letters(all[i : i+n]))
		}
	}
}

// eachLook calls f with what a text looks like, its words aside.
func eachLook(m *said, asks bool, f func(slot)) {
	length := howLong(m.words)
	f(newSlot('n').with(length))
	if asks {
		f(newSlot('?'))
		f(newSlot('?').with(length))
	}
	if strings.Contains(m.text, "!") {
		f(newSlot('!'))
	}
	if strings.Contains(m.text, "!!") || strings.Contains(m.text, "??") || strings.Contains(m.text, "?!") {
		f(newSlot('!').with("!"))
	}
	upper, letters := 0, 0
	for _, r := range m.text {
		if unicode.IsLetter(r) {
			letters++
			if unicode.IsUpper(r) {
				upper++
			}
		}
	}
	if letters > 5 && upper*2 > letters {
		f(newSlot('A'))
	}
}

// forPerson returns the log-odds that a text is for a person: of the whole, and in a
// long one of the clause that speaks of one. In a story most clauses are narrated, so
// that such a clause must be plainer; asks reports whether it was one that decided.
func (m *Model) forPerson(of *said) (odds float64, asks bool) {
	const long, narrated = 12, 1.5
	odds = m.personOdds(of)
	ts := of.words
	if len(ts) <= long {
		return odds, false
	}
	from := 0
	for i := 1; i <= len(ts); i++ {
		if i < len(ts) && ts[i].clause == ts[i-1].clause {
			continue
		}
		if part := ts[from:i]; len(part) >= 2 && len(part) <= long && general().speaks(part, "person", "chief", "bot", "talk") {
			if o := m.personOdds(of.part(from, i)) - narrated; o > odds {
				odds, asks = o, true
			}
		}
		from = i
	}
	return odds, asks
}

func (m *Model) personOdds(of *said) float64 {
	const each = (personKinds - 1) / 2 // bytes of a slot
	if len(of.words) == 0 || len(m.Person) != personSlots*each {
		return math.Inf(-1)
	}
	// The weights of a slot are added at once: of each of its bytes the lower half in one
	// number and the upper one in another, with room for as many signs as a text may have.
	var lower, upper uint64
	n := 0
	eachSign(of, func(h slot) {
		n++
		at := h.ofPerson() * each
		w := m.Person[at : at+each]
		lower += uint64(w[0]&15) | uint64(w[1]&15)<<21 | uint64(w[2]&15)<<42
		upper += uint64(w[0]>>4) | uint64(w[1]>>4)<<21 | uint64(w[2]>>4)<<42
	})
	var z [personKinds]float64
	for i := range each {
		z[2*i+1] = float64(int(lower>>(21*i)&(1<<21-1)) - 8*n)
		z[2*i+2] = float64(int(upper>>(21*i)&(1<<21-1)) - 8*n)
	}
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
