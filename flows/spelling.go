package flows

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"visnyk/bot"
)

// word is a word of a message.
type word struct {
	text  string // as spell writes it
	keys  string // as it was typed, with its apostrophes and its ё, which are one key of two layouts
	sound string // of one in Latin letters: what Cyrillic word it may stand for; "" for others
	// listed and sounding are where it stands in which forms the word is, and what it
	// sounds like; 0 is in none.
	listed, sounding int32
	// letters are how many it has, where it may be a slip. Latin letters are spelt in so
	// many ways that none of them is one.
	letters int32
	behind  mark // what the word stands behind
	mails   bool // it is what is sent to people; of the words of clauses
}

// mark is what stands between two words.
type mark uint8

const (
	nothing mark = iota
	comma
	stop // the end of a sentence
)

// isMark reports whether clauses are cut at the sign.
func isMark(r rune) bool {
	switch r {
	case '.', '!', '?', ';', '\n', '…', ',':
		return true
	}
	return false
}

// spell returns the words of a text in small letters, composed, without
// apostrophes, marks and punctuation.
func spell(text string) []word {
	words := make([]word, 0, min(1+strings.Count(text, " "), long))
	behind := stop
	for text != "" {
		end := strings.IndexFunc(text, isMark)
		if end < 0 {
			return spellPart(text, behind, words)
		}
		if n := len(words); end > 0 {
			if words = spellPart(text[:end], behind, words); len(words) > n {
				behind = nothing
			}
		}
		sign, size := utf8.DecodeRuneInString(text[end:])
		if sign == ',' {
			behind = max(behind, comma)
		} else {
			behind = stop
		}
		text = text[end+size:]
	}
	return words
}

// spellPart adds the words of a text without marks, which stands behind one.
func spellPart(text string, behind mark, words []word) []word {
	for part := range strings.FieldsFuncSeq(composed(text), func(r rune) bool { return !bot.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' }) {
		w, s := word{text: part, keys: part, behind: behind}, shapeOf(part)
		if s.odd || s.latin > 0 && s.cyrillic > 0 {
			w.text = oneAlphabet(unstretch(plain(part)))
			s = shapeOf(w.text)
		}
		if w.text == "" { // a quotation mark by itself
			continue
		}
		behind = nothing
		w.listed = listed[w.text].word
		if s.latin == s.all {
			w.sound = sound(w.text)
			w.sounding = sounding[w.sound]
		} else {
			w.letters = int32(s.all)
		}
		words = append(words, w)
	}
	return words
}

// shape is what a look at the letters of a word tells.
type shape struct {
	all, latin, cyrillic int
	odd                  bool // plain or unstretch has something to do
}

func shapeOf(w string) (s shape) {
	var one, two rune
	for _, r := range w {
		s.all++
		switch {
		case !bot.Everyday(r):
			if unicode.Is(unicode.Latin, r) {
				s.latin++
			} else if unicode.Is(unicode.Cyrillic, r) {
				s.cyrillic++
			}
		case r >= 'Ѐ':
			s.cyrillic++
			s.odd = s.odd || r == 'ё' || r == 'ґ'
		case bot.IsLetter(r):
			s.latin++
		}
		s.odd = s.odd || r == '\'' || r == one && r == two
		one, two = two, r
	}
	return s
}

// composed returns the text in small letters, each of them one rune, its apostrophes all
// alike, and without marks that are no letters.
func composed(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return !bot.Everyday(r) }) {
		text = norm.NFC.String(norm.NFKC.String(text))
	}
	return strings.Map(func(r rune) rune {
		r = bot.Small(r)
		switch {
		case r == '\'', r == '`', !bot.Everyday(r) && strings.ContainsRune("’ʼ‘ʹ", r):
			return '\''
		case !bot.Everyday(r) && unicode.In(r, unicode.Mn, unicode.Cf):
			return -1
		}
		return r
	}, text)
}

// plain returns the word without apostrophes, and without the letters that many
// write as others.
func plain(w string) string {
	if strings.IndexByte(w, '\'') < 0 && !strings.Contains(w, "ё") && !strings.Contains(w, "ґ") {
		return w
	}
	return spared.Replace(w)
}

var spared = strings.NewReplacer("'", "", "ё", "е", "ґ", "г")

// isLatin reports whether the word is written in Latin letters.
func isLatin(w string) bool {
	return !strings.ContainsFunc(w, func(r rune) bool { return bot.Everyday(r) && r >= 'Ѐ' || !unicode.Is(unicode.Latin, r) })
}

// alike gives the Cyrillic letters that Latin ones look like.
var alike = keys("aceiopxykmthb", "асеіорхукмтнв")

// oneAlphabet returns a word of both alphabets in Cyrillic letters that look the
// same, and others as they are.
func oneAlphabet(w string) string {
	if latin, cyrillic := alphabets(w); latin && cyrillic {
		return alike.Replace(w)
	}
	return w
}

// alphabets tells in which of the two the text has letters.
func alphabets(text string) (latin, cyrillic bool) {
	for _, r := range text {
		switch {
		case 'Ѐ' <= r && r <= 'џ':
			cyrillic = true
		case r < unicode.MaxASCII:
			latin = latin || 'a' <= r|0x20 && r|0x20 <= 'z'
		default:
			latin, cyrillic = latin || unicode.Is(unicode.Latin, r), cyrillic || unicode.Is(unicode.Cyrillic, r)
		}
		if latin && cyrillic {
			break
		}
	}
	return latin, cyrillic
}

// unstretch makes «стооооп» a word again: three and more of a letter are one.
func unstretch(text string) string {
	if !stretched(text) {
		return text
	}
	letters := []rune(text)
	var out []rune
	for i := 0; i < len(letters); {
		end := i + 1
		for end < len(letters) && letters[end] == letters[i] {
			end++
		}
		if n := end - i; n < 3 {
			out = append(out, letters[i:end]...)
		} else {
			out = append(out, letters[i])
		}
		i = end
	}
	return string(out)
}

// stretched reports whether three of a letter stand together.
func stretched(text string) bool {
	var one, two rune
	for _, r := range text {
		if r == one && r == two {
			return true
		}
		one, two = two, r
	}
	return false
}

// slip reports whether b is a with at most one letter wrong, missing, added, or
// swapped with its neighbour.
func slip(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	p := 0
	for p < len(a) && a[p] == b[p] {
		p++
	}
	if len(a) < len(b) {
		return slices.Equal(a[p:], b[p+1:])
	}
	if p == len(a) || slices.Equal(a[p+1:], b[p+1:]) {
		return true
	}
	return p+1 < len(a) && a[p] == b[p+1] && a[p+1] == b[p] && slices.Equal(a[p+2:], b[p+2:])
}
