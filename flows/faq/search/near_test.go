package search

import (
	"slices"
	"testing"
)

// TestRests: the keys of a word without letters are those of what is left of it.
func TestRests(t *testing.T) {
	whole := func(w string) (key uint32) {
		eachRest(w, 0, func(k uint32) { key = k })
		return key
	}
	for _, text := range []string{"доставка", "лл", "я"} {
		w := fold(text)
		want := []uint32{whole(w)}
		for i := range len(w) {
			want = append(want, whole(w[:i]+w[i+1:]))
		}
		for i := range len(w) {
			for j := i + 1; j < len(w); j++ {
				want = append(want, whole(w[:i]+w[i+1:j]+w[j+1:]))
			}
		}
		var got []uint32
		eachRest(w, 2, func(k uint32) { got = append(got, k) })
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
