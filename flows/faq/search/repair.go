package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// knows tells how well the words of the service and of the base know a word: 1
// for one of theirs, less for one that resembles one.
func (x *Index) knows(t token) float64 {
	if x.has(t) {
		return 1
	}
	best := 0.0
	var room [mostLinks]link
	for _, l := range x.similar(t, room[:0]) {
		best = max(best, l.sim)
	}
	if best < 0.8 && len(x.lexicon.of(t, true)) > 0 {
		return 0.8
	}
	return best * best
}

// has reports whether the word is one of the service or of the base.
func (x *Index) has(t token) bool {
	if t.is(common) {
		return true
	}
	if x.surfaces.has(t.word) {
		return true
	}
	if n, ok := x.byStem.one(t.stem); ok && (len(x.terms[n].in) > 0 || len(x.terms[n].answers) > 0) {
		return true
	}
	return len(moodWords().words.of(t.stem)) > 0 || len(x.lexicon.words.of(t.stem)) > 0
}

// hear reads a message, and makes out what it names; reading is the text as it was meant.
func (x *Index) hear(text string) (m *said, reading string) {
	ts, reading := x.read(text)
	return say(text, ts), reading
}

// read returns the words of a message as they were meant: of the readings of Latin
// letters the one whose words are known best, with words glued or split made whole.
func (x *Index) read(text string) (ts []token, reading string) {
	text = short(text)
	all := readings(text)
	if len(all) == 1 {
		if ts = tokens(text); len(ts) > 0 {
			reading = text
		}
		return x.mend(ts), reading
	}
	best := -1.0
	for _, r := range all {
		list := tokens(r)
		known, all := 0.0, 0.0
		for _, t := range list[:min(len(list), 24)] {
			known += x.knows(t) * float64(len(t.word))
			all += float64(len(t.word))
		}
		if all == 0 {
			continue
		}
		if q := known / all; q > best+1e-9 {
			best, ts, reading = q, list, r
		}
	}
	return x.mend(ts), reading
}

// short cuts the middle out of a long story: what a message costs must not grow
// without end, and what is asked stands at its beginning or its end. Of either end
// as many words are left as are read in all.
func short(text string) string {
	const most = 3000 // bytes; some 1500 letters
	if len(text) <= most {
		return text
	}
	head, tail := most/2, len(text)-most/2
	for head > 0 && !utf8.RuneStart(text[head]) {
		head--
	}
	for tail < len(text) && !utf8.RuneStart(text[tail]) {
		tail++
	}
	return firstWords(text[:head], longest/2) + "\n" + lastWords(text[tail:], longest/2-1)
}

// firstWords returns the text up to the end of its first n words.
func firstWords(text string, n int) string {
	at := 0
	for range n {
		word := strings.IndexFunc(text[at:], func(r rune) bool { return !unicode.IsSpace(r) })
		if word < 0 {
			break
		}
		end := strings.IndexFunc(text[at+word:], unicode.IsSpace)
		if end < 0 {
			return text
		}
		at += word + end
	}
	return text[:at]
}

// lastWords returns the text from the beginning of its last n words.
func lastWords(text string, n int) string {
	at := len(text)
	for range n {
		at = max(strings.LastIndexFunc(strings.TrimRightFunc(text[:at], unicode.IsSpace), unicode.IsSpace), 0)
	}
	return text[at:]
}

// mend splits what is two words of ours glued together and joins what is one
// of ours in pieces.
func (x *Index) mend(ts []token) []token {
	for i := 0; i < len(ts); i++ {
		t := ts[i]
		if i+1 < len(ts) && x.inPieces(t, ts[i+1]) {
			ts = slices.Replace(ts, i, i+2, t.as(t.word+ts[i+1].word))
		} else if a, b, ok := x.split(t); ok {
			ts = slices.Replace(ts, i, i+1, a, b)
			i++
		}
	}
	return ts
}

// inPieces reports whether two words in a row are one word of the base.
func (x *Index) inPieces(a, b token) bool {
	if a.clause != b.clause || len(a.word)+len(b.word) < 4 {
		return false
	}
	first := traitOf(firstTrait, a.word)
	if x.surfaces.named(traitOf(first, b.word)) == nil {
		return false
	}
	return x.surfaces.named(first) == nil || !x.surfaces.has(b.word)
}

// split finds the two known words that an unknown one is made of: both are words as
// people write them, by their forms and not by their stems alone, neither so short
// nor so much like a prefix that words are full of it. Most of what is unknown is a
// word like any other, that merely has pieces of others in it.
func (x *Index) split(t token) (a, b token, ok bool) {
	if len(t.word) < 6 || x.has(t) {
		return a, b, false
	}
	best := 0
	for i := 2; i < len(t.word)-2; i++ {
		left := t.word[:i]
		first := lookUp(left)
		if left != negation && (first.of&affixes != 0 || !x.whole(left, first)) {
			continue
		}
		for _, from := range [...]int{i, i - 1} { // of a letter that both have one is left
			right := t.word[from:]
			second := lookUp(right)
			if second.of&affixes != 0 || !x.whole(right, second) || len(right) < 4 && (from < i || left == negation) {
				continue
			}
			if first.weight < 1 && second.weight < 1 {
				continue
			}
			// The more of the word is subject, the better the cut.
			if worth := 1 + int(10*first.weight)*len(left) + int(10*second.weight)*len(right); worth > best {
				best = worth
				a, b, ok = t.as(left), t.as(right), true
			}
		}
	}
	if ok {
		// A word that is one slip from one of ours is misspelt, not glued.
		var room [mostLinks]link
		for _, l := range x.similar(t, room[:0]) {
			if l.sim >= 0.8 {
				return a, b, false
			}
		}
	}
	return a, b, ok
}

// negation is glued to a verb more often than anything: «неработает».
var negation = fold("не")

// affixes are words that other words begin or end with.
var affixes = kindOf(`при про под над від під без раз роз обо ото пред перед через проти против само сам між меж после після за от об из вне пере воз низ полу пів три два дві сто
		авто відео видео тепло приду виду кому тому того там тут все всі ось вон або ного них ними жена пити инои нами ями ами мали дано лежить лежит ники ника`)

// whole reports whether the word, as it stands, is in the base or among the words of
// service, or is one of the common ones; short ones are in every third word by chance,
// so that of three letters only the common count, and fewer do not.
func (x *Index) whole(word string, l listed) bool {
	if ok := l.of&common != 0; ok || len(word) < 4 {
		return ok && len(word) >= 3
	}
	if x.surfaces.has(word) {
		return true
	}
	return len(x.lexicon.forms.of(word)) > 0
}
