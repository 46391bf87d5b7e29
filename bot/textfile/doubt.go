package textfile

import "unicode/utf8"

const (
	surely  = 12 // bits by which another reading of a word is the right one
	short   = 5  // letters below which it takes twice as many, for abbreviations
	atLeast = 4  // bits by which the whole must read better than in another encoding
	enough  = 3  // letters of words in Cyrillic that a text must have
	mixed   = 20 // words in Cyrillic for each that is half Latin
)

// doubt returns where a text that is not UTF-8 stops being words in windows-1251;
// -1 when it is such words throughout. It compares how the encodings of Cyrillic
// read each word and the whole, for files are put together of several; an
// encoding of Latin letters shows by its Cyrillic ones standing among Latin.
func doubt(text []byte) int {
	r := prepared()
	var here float32
	others := make([]float32, len(r.others))
	letters, pure, half, first, firstHalf := 0, 0, 0, -1, -1
	for at := 0; at < len(text); {
		word, high := wordAt(text[at:])
		if high < 0 {
			at += max(len(word), 1)
			continue
		}
		if first < 0 {
			first = at + high
		}
		kind, n := r.mixture(word)
		score := r.score(&r.windows, word)
		here += score
		for i := range r.others {
			other := r.score(&r.others[i], word)
			if other != score {
				others[i] += other - score
			}
			if lead := other - score; lead > 2*surely || lead > surely && len(word) >= short {
				return at + high
			}
		}
		switch {
		case kind == broken, kind == halfLatin && score < 0, r.windows.foreign(word), utf8Within(word):
			return at + high
		case kind == halfLatin:
			if half++; firstHalf < 0 {
				firstHalf = at + high
			}
		case n > 0:
			pure++
			letters += n
		}
		at += len(word)
	}
	for _, other := range others {
		if other < 0 && other > -atLeast || other > 0 {
			return first
		}
	}
	switch {
	case here < -float32(letters)/2 || letters < enough: // half a bit for each letter is what rare names cost
		return first
	case half*mixed > pure:
		return firstHalf
	}
	return -1
}

// wordAt returns the word that the text begins with, of Latin letters and bytes
// beyond ASCII, and where its first such byte stands; -1 when it has none.
func wordAt(text []byte) (word []byte, high int) {
	high = -1
	for i, b := range text {
		switch {
		case b >= utf8.RuneSelf:
			if high < 0 {
				high = i
			}
		case b|0x20 < 'a' || b|0x20 > 'z':
			return text[:i], high
		}
	}
	return text, high
}

// What the letters of a word are.
type mixture int

const (
	cyrillic  mixture = iota // or none at all
	halfLatin                // as in «SMSка»
	broken                   // as «Mьller», which is Müller in another encoding
)

// alike are the Latin letters that are typed for ours, and ours for them.
const alike = "aceiopxyABCEHIKMOPTX"

// alikeOurs are the bytes of windows-1251 of those.
const alikeOurs = "\xe0\xf1\xe5\xb3\xee\xf0\xf5\xf3\xc0\xc2\xd1\xc5\xcd\xb2\xca\xcc\xce\xd0\xd2\xd5"

// mixture says what a word's letters are in windows-1251, and how many of them
// are Cyrillic.
func (r *readings) mixture(word []byte) (kind mixture, ours int) {
	foreign, likeOurs, lost := 0, 0, false
	for i := 0; i < len(word); {
		n := i
		for n < len(word) && word[n] >= utf8.RuneSelf && r.windows.letter[word[n]] > 0 {
			n++
		}
		if n == i {
			switch {
			case word[i] >= utf8.RuneSelf:
			case contains(alike, word[i]):
				likeOurs++
			default:
				foreign++
			}
			i++
			continue
		}
		before, after := i > 0 && word[i-1] < utf8.RuneSelf, n < len(word) && word[n] < utf8.RuneSelf
		if before && after || (before || after) && n == i+1 && !contains(alikeOurs, word[i]) {
			lost = true // one letter, or some, among Latin ones
		}
		ours += n - i
		i = n
	}
	switch {
	case ours == 0 || foreign == 0 && likeOurs <= ours && (!lost || ours > 2):
		return cyrillic, ours
	case lost:
		return broken, ours
	}
	return halfLatin, ours
}

func contains(set string, b byte) bool {
	for i := range len(set) {
		if set[i] == b {
			return true
		}
	}
	return false
}

// utf8Within reports whether letters in UTF-8 stand in the word: three of ours in
// a row never do by chance.
func utf8Within(word []byte) bool {
	run := 0
	for i := 0; i+1 < len(word); {
		if word[i] >= 0xd0 && word[i] <= 0xd2 && word[i+1]&0xc0 == 0x80 {
			if run++; run == 3 {
				return true
			}
			i += 2
			continue
		}
		run = 0
		i++
	}
	return false
}
