package search

import (
	"slices"
)

// deletions finds the words that lie a slip or two away from a misspelt one
// without looking at all of them: two words within n slips have in common what
// is left of them after n deletions at most. (The idea is W. Garbe's symmetric
// delete.) Words are numbers that the owner gives them.
type deletions struct {
	list []rest // sorted by key after build
}

type rest struct {
	key  uint32
	word int32
}

// add puts a word in, with what is left of it.
func (d *deletions) add(word string, number int) {
	eachRest(word, reach(word), func(key uint32) { d.list = append(d.list, rest{key, int32(number)}) })
}

// reach is how many slips a word may have: short words are other words soon.
func reach(word string) int {
	switch n := len(word); {
	case n < 4:
		return 0
	case n < 8:
		return 1
	case n < 16:
		return 2
	}
	return 1
}

func (d *deletions) build() {
	slices.SortFunc(d.list, func(a, b rest) int {
		if a.key != b.key {
			if a.key < b.key {
				return -1
			}
			return 1
		}
		return int(a.word - b.word)
	})
	d.list = slices.Clip(slices.Compact(d.list))
}

// around calls f with every word that may be within slips of w; a word may come
// twice, and some are farther: the caller measures.
func (d *deletions) around(w string, slips int, f func(number int)) {
	eachRest(w, min(slips, reach(w)), func(key uint32) {
		i, end := 0, len(d.list)
		for i < end { // by hand: nothing is looked up more often
			if mid := int(uint(i+end) >> 1); d.list[mid].key < key {
				i = mid + 1
			} else {
				end = mid
			}
		}
		for ; i < len(d.list) && d.list[i].key == key; i++ {
			f(int(d.list[i].word))
		}
	})
}

// eachRest calls f with the hash of w and of w without one and two letters.
func eachRest(w string, slips int, f func(uint32)) {
	f(hashWithout(w, -1, -1))
	if slips < 1 {
		return
	}
	for i := range len(w) {
		f(hashWithout(w, i, -1))
	}
	if slips < 2 {
		return
	}
	for i := range len(w) {
		for j := i + 1; j < len(w); j++ {
			f(hashWithout(w, i, j))
		}
	}
}

// hashWithout is FNV-1a of w without the letters at i and j.
func hashWithout(w string, i, j int) uint32 {
	h := uint32(2166136261)
	for k := range len(w) {
		if k != i && k != j {
			h = (h ^ uint32(w[k])) * 16777619
		}
	}
	return h
}
