package search

import (
	"strings"
	"unicode"
)

// figures writes the numbers of a text in one way: «1 650» is 1650, whatever space
// stands between its thousands, and a unit stands apart from its number: «300мбіт».
func figures(text string) string {
	if !strings.ContainsFunc(text, unicode.IsDigit) {
		return text
	}
	signs := []rune(text)
	var out strings.Builder
	for i, r := range signs {
		switch {
		case unicode.IsSpace(r) && thousands(signs, i):
			continue
		case i > 1 && unicode.Is(unicode.Cyrillic, r) && unicode.IsDigit(signs[i-1]) && unicode.IsDigit(signs[i-2]):
			out.WriteRune(' ')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// thousands reports whether the space at i stands between the thousands of a number:
// three digits follow, and one to three stand before it, that do not begin with 0.
func thousands(signs []rune, i int) bool {
	digit := func(i int) bool { return i >= 0 && i < len(signs) && unicode.IsDigit(signs[i]) }
	if !digit(i+1) || !digit(i+2) || !digit(i+3) || digit(i+4) || !digit(i-1) {
		return false
	}
	from := i - 1
	for digit(from - 1) {
		from--
	}
	return i-from <= 3 && signs[from] != '0'
}
