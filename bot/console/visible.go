package console

import (
	"fmt"
	"strings"
	"unicode"
)

// Visible returns the words of people with every sign shown that nobody sees and that
// could make them look like others: those that turn the direction of the text, those
// of no width, and controls. What joins an emoji stays.
func Visible(s string) string {
	if !strings.ContainsFunc(s, hidden) {
		return s
	}
	var out strings.Builder
	all := []rune(s)
	for i, r := range all {
		if !hidden(r) || r == joiner && i > 0 && i+1 < len(all) && pictured(all[i-1]) && pictured(all[i+1]) {
			out.WriteRune(r)
			continue
		}
		fmt.Fprintf(&out, "‹U+%04X›", r)
	}
	return out.String()
}

// joiner is U+200D, which makes one emoji of two.
const joiner = '\u200d'

// hidden reports whether a rune is none that a reader sees.
func hidden(r rune) bool {
	switch {
	case r == '\n', r == '\t', r == '\u00a0', r == '\u202f':
		return false
	case r == '\u034f', r == '\u061c', r == '\u115f', r == '\u1160', r == '\u3164', r == '\uffa0', r == '\u2028', r == '\u2029':
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u00ad'
}

// pictured reports whether a joiner may stand beside the rune.
func pictured(r rune) bool {
	return r > 0x2000 && (unicode.IsSymbol(r) || unicode.Is(unicode.Variation_Selector, r) || unicode.Is(unicode.Sk, r))
}
