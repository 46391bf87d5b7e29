package search

import (
	"math/bits"
	"slices"
)

// deletions finds the words that lie a slip or two away from a misspelt one
// without looking at all of them: two words within n slips have in common what
// is left of them after n deletions at most. (The idea is W. Garbe's symmetric
// delete.) Words are numbers that the owner gives them.
type deletions struct {
	rests []uint64 // what is left of the words, as its key, with the word's number as the lower half; in order
	from  []int32  // by the first bits of a key: where those with them begin
	shift int      // what leaves those bits
}

// add puts a word in, with what is left of it.
func (d *deletions) add(word string, number int) {
	eachRest(word, reach(word), func(key uint32) { d.rests = append(d.rests, uint64(key)<<32|uint64(number)) })
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

// build is called when all words are in.
func (d *deletions) build() {
	slices.Sort(d.rests)
	d.rests = slices.Clip(slices.Compact(d.rests))
	d.shift = 32 - min(max(bits.Len(uint(len(d.rests)))-2, 1), 20)
	d.from = make([]int32, 1<<(32-d.shift)+1)
	for _, r := range d.rests {
		d.from[r>>32>>d.shift+1]++
	}
	for i := range d.from[1:] {
		d.from[i+1] += d.from[i]
	}
}

// around calls f with every word that may be within slips of w; a word may come
// twice, and some are farther: the caller measures.
func (d *deletions) around(w string, slips int, f func(number int)) {
	eachRest(w, min(slips, reach(w)), func(key uint32) {
		first := key >> d.shift
		for _, r := range d.rests[d.from[first]:d.from[first+1]] {
			if uint32(r>>32) == key {
				f(int(uint32(r)))
			}
		}
	})
}

// eachRest calls f with the key of w and of w without one and two letters. A key is a
// hash of the letters as the digits of a number.
func eachRest(w string, slips int, f func(uint32)) {
	const base = 0x9e3779b97f4a7c15 // any large odd number
	var room [2][2*longestWord + 1]uint64
	place, behind := room[0][:len(w)+1], room[1][:len(w)+1] // by how many letters stand behind; by where they begin
	place[0] = 1
	for i := range len(w) {
		at := len(w) - 1 - i
		place[i+1] = place[i] * base
		behind[at] = behind[at+1] + uint64(w[at])*place[i]
	}
	found := func(number uint64) { f(uint32(number * base >> 32)) }
	found(behind[0])
	if slips < 1 {
		return
	}
	before := uint64(0)
	for i := range len(w) {
		found(before*place[len(w)-1-i] + behind[i+1])
		before = before*base + uint64(w[i])
	}
	if slips < 2 {
		return
	}
	before = 0
	for i := range len(w) {
		between := before // what stands before the second letter, without the first
		for j := i + 1; j < len(w); j++ {
			found(between*place[len(w)-1-j] + behind[j+1])
			between = between*base + uint64(w[j])
		}
		before = before*base + uint64(w[i])
	}
}
