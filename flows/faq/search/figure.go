package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// figures writes the numbers of a text in one way: «1 650» is 1650, whatever space
// stands between its thousands, and a unit stands apart from its number: «300мбіт».
func figures(text string) string {
	if !strings.ContainsFunc(text, isDigit) {
		return text
	}
	signs := make([]rune, 0, utf8.RuneCountInString(text))
	for _, r := range text {
		signs = append(signs, r)
	}
	var out strings.Builder
	out.Grow(len(text) + 8)
	for i, r := range signs {
		switch {
		case unicode.IsSpace(r) && thousands(signs, i):
			continue
		case i > 1 && isDigit(signs[i-1]) && isDigit(signs[i-2]) && unicode.Is(unicode.Cyrillic, r):
			out.WriteRune(' ')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// isDigit is unicode.IsDigit, sooner of the letters that nearly every text is made of.
func isDigit(r rune) bool {
	if int(r) < len(letterOf) {
		return '0' <= r && r <= '9'
	}
	return unicode.IsDigit(r)
}

// thousands reports whether the space at i stands between the thousands of a number:
// three digits follow, and one to three stand before it, that do not begin with 0.
func thousands(signs []rune, i int) bool {
	digit := func(i int) bool { return i >= 0 && i < len(signs) && isDigit(signs[i]) }
	if !digit(i+1) || !digit(i+2) || !digit(i+3) || digit(i+4) || !digit(i-1) {
		return false
	}
	from := i - 1
	for digit(from - 1) {
		from--
	}
	return i-from <= 3 && signs[from] != '0'
}
