package search

import "strings"

// dictionary holds what is known of words, by what the letters of a word are as a trait.
// There are many thousands of words, so nothing of them points anywhere.
type dictionary[T any] struct {
	keys numbers
	all  lists[T]
}

func newDictionary[T any](words map[string][]T) (d dictionary[T]) {
	keys := make([]uint64, 0, len(words))
	for w := range words {
		keys = append(keys, mix(traitOf(firstTrait, w)))
	}
	d.keys = newNumbers(keys)
	all := make([][]T, len(words))
	for w, known := range words {
		n, _ := d.keys.of(traitOf(firstTrait, w))
		all[n] = known
	}
	d.all = flat(all)
	return d
}

// of returns what is known of a word; nothing of one that is not there.
func (d *dictionary[T]) of(word string) []T { return d.named(traitOf(firstTrait, word)) }

// named returns what is known of the word of the trait.
func (d *dictionary[T]) named(t trait) []T {
	n, ok := d.keys.of(t)
	if !ok {
		return nil
	}
	return d.all.of(n)
}

// has reports whether the word is there.
func (d *dictionary[T]) has(word string) bool {
	_, ok := d.keys.of(traitOf(firstTrait, word))
	return ok
}

// one returns the only thing that is known of a word.
func (d *dictionary[T]) one(word string) (known T, ok bool) {
	all := d.of(word)
	if len(all) == 0 {
		return known, false
	}
	return all[0], true
}

// spellings are many words by their numbers, in one.
type spellings struct {
	all  string
	from []int32 // by number: where the word begins; the next one begins where it ends
}

func newSpellings(words []string) spellings {
	s := spellings{all: strings.Join(words, ""), from: make([]int32, 1, len(words)+1)}
	for _, w := range words {
		s.from = append(s.from, s.from[len(s.from)-1]+int32(len(w)))
	}
	return s
}

func (s *spellings) of(n int) string { return s.all[s.from[n]:s.from[n+1]] }
