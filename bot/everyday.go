package bot

import (
	"strings"
	"unicode"
)

// What is asked of the letters of nearly every text is known of the letters of our
// languages without the tables of package unicode, which take some ten times as long.

// Everyday reports whether the rune is of those that nearly every text is made of, which
// are composed already, and none of them is a mark that is no letter.
func Everyday(r rune) bool {
	return r < unicode.MaxASCII || 'Ѐ' <= r && r <= 'џ' || r == 'ґ' || r == 'Ґ'
}

// InSmall returns the text in small letters.
func InSmall(text string) string { return strings.Map(Small, text) }

// Small is unicode.ToLower, sooner of everyday runes.
func Small(r rune) rune {
	switch {
	case !Everyday(r):
		return unicode.ToLower(r)
	case 'A' <= r && r <= 'Z', 'А' <= r && r <= 'Я':
		return r + 'а' - 'А'
	case 'Ѐ' <= r && r <= 'Џ':
		return r + 'ѐ' - 'Ѐ'
	case r == 'Ґ':
		return 'ґ'
	}
	return r
}

// IsLetter is unicode.IsLetter, sooner of everyday runes.
func IsLetter(r rune) bool {
	if !Everyday(r) {
		return unicode.IsLetter(r)
	}
	return r >= 'Ѐ' || 'a' <= r|0x20 && r|0x20 <= 'z'
}

// IsSpace is unicode.IsSpace, sooner of everyday runes.
func IsSpace(r rune) bool {
	if !Everyday(r) {
		return unicode.IsSpace(r)
	}
	return r == ' ' || '\t' <= r && r <= '\r'
}

// InLine returns the words of the text with one space between two of them, which nearly
// every label and title is already.
func InLine(text string) string {
	apart := true // behind a space, or nothing
	for _, r := range text {
		if IsSpace(r) && (apart || r != ' ') {
			return strings.Join(strings.Fields(text), " ")
		}
		apart = r == ' '
	}
	if apart {
		return strings.TrimSuffix(text, " ")
	}
	return text
}

// IsCyrillic reports whether the rune is in the Cyrillic script.
func IsCyrillic(r rune) bool {
	if !Everyday(r) {
		return unicode.Is(unicode.Cyrillic, r)
	}
	return r >= 'Ѐ'
}
