package dialog

import (
	"strings"
	"testing"

	"golang.org/x/text/cases"
	"pgregory.net/rapid"
)

// Labels are compared as the library folds them, whatever they are written in.
func TestFolded(t *testing.T) {
	fold := cases.Fold()
	for r := range rune(0x3000) {
		for _, text := range []string{string(r), "Так, " + string(r) + "Ґанок"} {
			if got, want := folded(text), fold.String(text); got != want {
				t.Errorf("%q: %q, want %q", text, got, want)
			}
		}
	}
}

// What is compared letter by letter is alike where it folds to the same.
func TestAlike(t *testing.T) {
	words := rapid.SampledFrom([]string{"меню", "МЕНЮ", "Ґ", "ґ", "ß", "ss", "SS", "ẞ", "K", "k", "K", "ſ", "s", "…", " (2)", "й", "и\u0306", "ᲀ", "в"})
	text := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(words, 0, 3).Draw(t, "words"), "") })
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		if got, want := alike(a, b), folded(a) == folded(b); got != want {
			t.Fatalf("%q and %q are alike: %v, want %v", a, b, got, want)
		}
	})
}
