package markup

import (
	"unicode"
	"unicode/utf8"
)

// grapheme gives the length in bytes of the first user-perceived character of
// s: what must never be cut in two. It follows the rules of Unicode's UAX 29
// that matter in chats: combining marks, emoji with modifiers and joiners,
// flags, keycaps and Hangul syllables of separate letters.
func grapheme(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	if r == '\n' {
		return n
	}
	flag := regional(r)
	for n < len(s) {
		next, width := utf8.DecodeRuneInString(s[n:])
		switch {
		case extends(next):
		case joiner(r) && !unicode.IsSpace(next): // 👩‍💻
		case flag && regional(next): // two letters make a flag
			flag = false
			r, n = next, n+width
			continue
		case jamo(r) && jamo(next):
		default:
			return n
		}
		flag = false
		r = next
		n += width
	}
	return n
}

// extends tells whether r belongs to the character before it.
func extends(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc) ||
		r == '\u200c' || joiner(r) ||
		r >= 0x1F3FB && r <= 0x1F3FF || // skin tones
		r >= 0xE0020 && r <= 0xE007F // tags of regional flags
}

func joiner(r rune) bool   { return r == '\u200d' }
func regional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }
func jamo(r rune) bool     { return r >= 0x1100 && r <= 0x11FF }
