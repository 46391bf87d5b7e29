package bot

import (
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// What is known of everyday runes is what the tables say of them.
func TestEveryday(t *testing.T) {
	for r := range rune(0x10000) {
		if Small(r) != unicode.ToLower(r) || IsLetter(r) != unicode.IsLetter(r) || IsCyrillic(r) != unicode.Is(unicode.Cyrillic, r) {
			t.Errorf("%q", r)
		}
		if Everyday(r) && (!norm.NFC.IsNormalString(string(r)) || unicode.In(r, unicode.M, unicode.Cf)) {
			t.Errorf("%q is none of them", r)
		}
	}
}
