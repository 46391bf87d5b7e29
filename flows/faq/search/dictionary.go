package search

import "strings"

// dictionary holds the groups of words, by what the letters of a word are as a trait. There
// are many thousands of words, so nothing of them points anywhere.
type dictionary struct {
	keys   numbers
	groups lists[concept]
}

func newDictionary(words map[string][]concept) (d dictionary) {
	keys := make([]uint64, 0, len(words))
	for w := range words {
		keys = append(keys, mix(traitOf(firstTrait, w)))
	}
	d.keys = newNumbers(keys)
	groups := make([][]concept, len(words))
	for w, c := range words {
		n, _ := d.keys.of(traitOf(firstTrait, w))
		groups[n] = c
	}
	d.groups = flat(groups)
	return d
}

// of returns the groups of a word; none of one that is not there.
func (d *dictionary) of(word string) []concept { return d.named(traitOf(firstTrait, word)) }

// named returns the groups of the word of the trait.
func (d *dictionary) named(t trait) []concept {
	n, ok := d.keys.of(t)
	if !ok {
		return nil
	}
	return d.groups.of(n)
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
