package search

import (
	"maps"
	"math"
	"slices"
)

// weighGrams weighs the n-grams by how few wordings hold them.
func (x *Index) weighGrams(grams map[uint32]holding) {
	total := 1.0
	for i := range x.wordings {
		if !x.wordings[i].aside() {
			total++
		}
	}
	x.rare = math.Log(total)
	for _, key := range slices.Sorted(maps.Keys(grams)) {
		g := grams[key]
		g.weight = math.Log(total / float64(max(x.named(g.in), 1)))
		grams[key] = g
		for _, w := range g.in {
			x.wordings[w].length += g.weight * g.weight
		}
	}
	for w := range x.wordings {
		x.wordings[w].length = math.Sqrt(x.wordings[w].length)
	}
	x.grams = shelve(grams)
}

// gramsOf returns the different n-grams of the words that say something, in order:
// the same sums must come out the same every time.
func gramsOf(ts []token) []uint32 { return appendGrams(nil, ts) }

// appendGrams is gramsOf in the room of an empty list.
func appendGrams(list []uint32, ts []token) []uint32 {
	for i := range ts {
		if ts[i].weight > 0 {
			eachGram(ts[i].word, func(key uint32) { list = append(list, key) })
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func eachGram(word string, f func(uint32)) {
	a, b := byte(' '), byte(' ')
	for i := range len(word) + 1 {
		c := byte(' ')
		if i < len(word) {
			c = word[i]
		}
		if i > 0 {
			f(uint32(a)<<16 | uint32(b)<<8 | uint32(c))
		}
		a, b = b, c
	}
}

// eachPair calls f with every two words in a row; function words do not stand
// between.
func eachPair(ts []token, f func(uint32)) {
	last := -1
	for i, t := range ts {
		if t.weight == 0 && !t.is(negates) {
			continue
		}
		if last >= 0 && ts[last].clause == t.clause {
			h := uint32(2166136261)
			for _, w := range []string{ts[last].stem, " ", t.stem} {
				for k := range len(w) {
					h = (h ^ uint32(w[k])) * 16777619
				}
			}
			f(h)
		}
		last = i
	}
}

// negates are the function words that turn what follows.
var negates = kindOf("не")
