package clarity

import (
	"slices"
	"testing"
)

// TestPlacesToFill: a blank of a starter base is one place, whatever stands in it, and what
// articles may say in brackets is none.
func TestPlacesToFill(t *testing.T) {
	for text, want := range map[string][]string{
		"З [дата] тариф [[назва [повна]]] коштує [[ціна":       {"[дата]", "[[назва [повна]]]", "[[ціна"},
		"Підключення — [[ціна]], строк {днів}.":                {"[[ціна]]", "{днів}"},
		"Див. [[1]](https://example.com/note).":                nil,
		`Пишіть \[так\] або [сюди](https://example.com/a[1]).`: nil,
		"Пишіть на [[адреса]](https://example.com)":            {"[[адреса]]"},
	} {
		var got []string
		for _, f := range blanks(text) {
			got = append(got, text[f.Start:f.End])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
