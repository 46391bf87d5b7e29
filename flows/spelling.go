package flows

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// word is a word of a message.
type word struct {
	text  string // as spell writes it
	keys  string // as it was typed, with its apostrophes and its ё, which are one key of two layouts
	sound string // of one in Latin letters: what Cyrillic word it may stand for; "" for others
	// listed and sounding are where it stands in which forms the word is, and what it
	// sounds like; 0 is in none.
	listed, sounding int32
	// beside are the marks of what is left of it without one letter, where it may be a
	// slip. Latin letters are spelt in so many ways that none of them is one.
	beside []uint64
}

// spell returns the words of a text in small letters, composed, without
// apostrophes, marks and punctuation.
func spell(text string) []word {
	parts := strings.FieldsFunc(composed(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
	words := make([]word, 0, len(parts))
	for _, p := range parts {
		w := word{text: oneAlphabet(unstretch(plain(p))), keys: p}
		if w.text == "" { // a quotation mark by itself
			continue
		}
		w.listed = listed[w.text].word
		if isLatin(w.text) {
			w.sound = sound(w.text)
			w.sounding = sounding[w.sound]
		} else if len(words) < long && utf8.RuneCountInString(w.text) >= guessable {
			w.beside = without(w.text)
		}
		words = append(words, w)
	}
	return words
}

// composed returns the text in small letters, each of them one rune, its apostrophes all
// alike, and without marks that are no letters.
func composed(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return !everyday(r) }) {
		text = norm.NFC.String(norm.NFKC.String(text))
	}
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		switch {
		case r == '\'', r == '`', !everyday(r) && strings.ContainsRune("’ʼ‘ʹ", r):
			return '\''
		case !everyday(r) && unicode.In(r, unicode.Mn, unicode.Cf):
			return -1
		}
		return r
	}, text)
}

// everyday reports whether the rune is of those that nearly every text is made of, which
// are composed already, and none of them is a mark that is no letter.
func everyday(r rune) bool {
	return r < unicode.MaxASCII || 'Ѐ' <= r && r <= 'џ' || r == 'ґ' || r == 'Ґ'
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
	return strings.IndexFunc(w, func(r rune) bool { return !unicode.Is(unicode.Latin, r) }) < 0
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
