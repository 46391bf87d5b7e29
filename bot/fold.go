package bot

import (
	"slices"
	"strings"
	"unicode"
)

// Fold writes a text so that what people take for the same name is the same:
// small letters, none of the marks above them, and one letter for those that
// Ukrainian and Russian spell differently: і, ї, и, ы and й are и, е, є, э and ё
// are е, ґ is г. Soft and hard signs and apostrophes are left out.
func Fold(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for _, c := range text {
		switch c = unicode.ToLower(c); c {
		case 'і', 'ї', 'ы', 'й':
			c = 'и'
		case 'є', 'э', 'ё':
			c = 'е'
		case 'ґ':
			c = 'г'
		case 'ь', 'ъ', '\'', '’', 'ʼ', '`', '´', 'ʹ', '\u00ad':
			continue
		}
		if unicode.Is(unicode.Mn, c) {
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

// FoldedWords returns the different words of a text, folded, in order: letters
// and digits that stand together.
func FoldedWords(text string) []string {
	var words []string
	for word := range strings.FieldsFuncSeq(Fold(text), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words
}
