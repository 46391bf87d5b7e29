package markup

import (
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Cut returns the first graphemes of s, as many as have at most most runes
// together. Of one that is longer even alone, the beginning.
func Cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most { // as nearly all are
		return s
	}
	rest, at, state := s, 0, -1
	for runes := 0; rest != ""; {
		var g string
		g, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if runes += utf8.RuneCountInString(g); runes > most {
			break
		}
		at += len(g)
	}
	if at > 0 {
		return s[:at]
	}
	for i := range s {
		if most == 0 {
			return s[:i]
		}
		most--
	}
	return s
}
