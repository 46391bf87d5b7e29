package locales

import (
	"strings"
	"unicode"

	"visnyk/bot"
)

// Foreign reports whether a text seems to be in neither of our languages: it has no
// Cyrillic letter, and is no transliteration that Detect knows. One or two words of
// Latin letters may be the name of something.
func Foreign(text string) bool {
	words, other := 0, false
	for word := range strings.FieldsSeq(text) {
		switch {
		case strings.ContainsFunc(word, bot.IsCyrillic):
			return false
		case strings.ContainsAny(word, "/@\\0123456789"): // an address, or the name of a thing
		case strings.ContainsFunc(word, unicode.IsLetter):
			words++
			other = other || strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) })
		}
	}
	if words < foreignWords && !other {
		return false
	}
	l, _ := Detect(text)
	return l == bot.Unsure
}

// foreignWords is how many words of Latin letters are a sentence, be it a short one.
const foreignWords = 3
