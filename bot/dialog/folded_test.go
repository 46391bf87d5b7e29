package dialog

import (
	"testing"

	"golang.org/x/text/cases"
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
