package search

import (
	"math/bits"
	"slices"
)

// numbers numbers the traits of an atlas. There are tens of thousands, of which a map
// would take three times the room.
type numbers struct {
	mixed []uint64 // by number, in order
	from  []int32  // by the first bits of a mixed trait: where its like begin in mixed
	shift int      // what leaves those bits
}

// newNumbers numbers traits, each of them mixed and as often as it may be.
func newNumbers(all []uint64) numbers {
	slices.Sort(all)
	n := numbers{mixed: slices.Clone(slices.Compact(all))} // of every four, one stays
	n.shift = 64 - max(bits.Len(uint(len(n.mixed)))-1, 1)
	n.from = make([]int32, 1<<(64-n.shift)+1)
	for _, m := range n.mixed {
		n.from[m>>n.shift+1]++
	}
	for i := range n.from[1:] {
		n.from[i+1] += n.from[i]
	}
	return n
}

// of returns the number of the trait; false when it has none.
func (n *numbers) of(t trait) (int32, bool) {
	if len(n.mixed) == 0 {
		return 0, false
	}
	m := mix(t)
	first := m >> n.shift
	for i := n.from[first]; i < n.from[first+1]; i++ {
		if n.mixed[i] == m {
			return i, true
		}
	}
	return 0, false
}

// mix makes the first bits of all traits differ, and of no two traits the same.
func mix(t trait) uint64 { return uint64(t) * 0x9e3779b97f4a7c15 }
