package search

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A folded word is a string of single bytes: Latin letters and digits as they
// are, Cyrillic letters from cyr on. One byte a letter makes distances, n-grams
// and deletions plain indexing.
//
// Folding is joint for both languages, so that a word finds its twin in the
// other one and a misspelling that is only heard makes no difference: ё є э are
// е; и і ї й ы are и; ґ is г; apostrophes, ь and ъ are dropped, and of doubled
// letters one stays.
const cyr = 0xE0

// letter folds one letter: 0 when it is dropped, and ok is false when it is not part of
// a word.
func letter(r rune) (b byte, ok bool) {
	if int(r) < len(letterOf) {
		if b = letterOf[r]; b == dropped {
			return 0, true
		}
		return b, b != 0
	}
	return foldLetter(unicode.ToLower(r))
}

// letterOf has the folded letters of both our alphabets, and of Latin: nearly all that
// people write. Of what is dropped it has dropped, of what is no letter 0.
var letterOf = func() (table [0x500]byte) {
	for r := range table {
		if b, ok := foldLetter(unicode.ToLower(rune(r))); ok {
			table[r] = max(b, dropped)
		}
	}
	return table
}()

// dropped is no folded letter.
const dropped = 1

// foldLetter folds one small letter, as letter does.
func foldLetter(r rune) (b byte, ok bool) {
	switch r {
	case 'ё', 'є', 'э':
		r = 'е'
	case 'і', 'ї', 'й', 'ы':
		r = 'и'
	case 'ґ':
		r = 'г'
	case 'ь', 'ъ', '\'', '’', 'ʼ', '`', '‘', '´', '′':
		return 0, true
	}
	switch {
	case r >= 'а' && r <= 'я':
		return byte(r-'а') + cyr, true
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
		return byte(r), true
	case unicode.In(r, unicode.Mn, unicode.Cf):
		return 0, true
	case unicode.IsLetter(r):
		return 0x80 | byte(r)&0x3F, true // another script: a word that nobody knows
	}
	return 0, false
}

// composed returns the text with every letter one rune.
func composed(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return r >= 0x300 && (r < 'Ѐ' || r > 'ҁ') && r != 'ґ' && r != 'Ґ' }) {
		return norm.NFC.String(text)
	}
	return text
}

// fold folds one word; anything that is not a letter is skipped.
func fold(word string) string {
	out := make([]byte, 0, len(word))
	for _, r := range composed(word) {
		if b, ok := letter(r); ok && b != 0 && !doubled(out, b) {
			out = append(out, b)
		}
	}
	return string(out)
}

func doubled(out []byte, b byte) bool {
	return len(out) > 0 && out[len(out)-1] == b && (b < '0' || b > '9')
}

// show returns a folded word in readable letters.
func show(word string) string {
	var b strings.Builder
	for i := range len(word) {
		if word[i] >= cyr {
			b.WriteRune('а' + rune(word[i]-cyr))
		} else {
			b.WriteByte(word[i])
		}
	}
	return b.String()
}

// twins are Latin letters that look like Cyrillic ones.
var twins = map[byte]string{
	'a': "а", 'b': "в", 'c': "с", 'e': "е", 'h': "н", 'i': "и", 'k': "к", 'm': "м", 'o': "о", 'p': "р", 't': "т", 'x': "х", 'y': "у",
	'3': "з", '0': "о",
}

// level writes a word of mixed letters in Cyrillic ones, where the Latin ones
// look like them.
func level(word []byte) string {
	var latin, cyrillic, digits int
	for _, b := range word {
		switch {
		case b >= cyr:
			cyrillic++
		case b >= 'a':
			latin++
		default:
			digits++
		}
	}
	if cyrillic == 0 || latin == 0 || cyrillic+digits == 0 {
		return string(word)
	}
	out := make([]byte, 0, len(word))
	for _, b := range word {
		if s, ok := twins[b]; ok && b >= 'a' {
			b = fold(s)[0]
		}
		if !doubled(out, b) {
			out = append(out, b)
		}
	}
	return string(out)
}
