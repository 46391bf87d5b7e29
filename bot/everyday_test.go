package bot

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// What is known of everyday runes is what the tables say of them.
func TestEveryday(t *testing.T) {
	for r := range rune(0x10000) {
		if Small(r) != unicode.ToLower(r) || IsLetter(r) != unicode.IsLetter(r) || IsSpace(r) != unicode.IsSpace(r) || IsCyrillic(r) != unicode.Is(unicode.Cyrillic, r) {
			t.Errorf("%q", r)
		}
		if Everyday(r) && (!norm.NFC.IsNormalString(string(r)) || unicode.In(r, unicode.M, unicode.Cf)) {
			t.Errorf("%q is none of them", r)
		}
	}
}

func TestInLine(t *testing.T) {
	text := rapid.StringOf(rapid.SampledFrom([]rune("аb. \t\n\u00a0\u2003\u200b\ufffd")))
	rapid.Check(t, func(t *rapid.T) {
		for _, s := range []string{text.Draw(t, "text"), "\xff " + text.Draw(t, "more")} {
			if got, want := InLine(s), strings.Join(strings.Fields(s), " "); got != want {
				t.Fatalf("%q: %q, want %q", s, got, want)
			}
		}
	})
}
