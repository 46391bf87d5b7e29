package main

import (
	"slices"

	"visnyk/flows/faq/search"
)

// cuts is how many steps a feature is cut into.
const cuts = 32

// bins are the rows with every feature cut into steps of equal share.
type bins struct {
	edges [][]float64 // by feature
	rows  [][]uint8   // by row, by feature
	at    [][2]int    // by row: the example and the place in it
}

func newBins(data []example) *bins {
	n := len(data[0].rows[0])
	b := &bins{edges: make([][]float64, n)}
	for i, e := range data {
		for j := range e.rows {
			b.at = append(b.at, [2]int{i, j})
		}
	}
	for k := range n {
		var values []float64
		for i, at := range b.at {
			if i%3 == 0 {
				values = append(values, data[at[0]].rows[at[1]][k])
			}
		}
		slices.Sort(values)
		for c := 1; c < cuts; c++ {
			v := float64(float32(values[c*len(values)/cuts]))
			if len(b.edges[k]) == 0 || v > b.edges[k][len(b.edges[k])-1] {
				b.edges[k] = append(b.edges[k], v)
			}
		}
	}
	for _, at := range b.at {
		row := make([]uint8, n)
		for k, v := range data[at[0]].rows[at[1]] {
			c, found := slices.BinarySearch(b.edges[k], v)
			if found {
				c++
			}
			row[k] = uint8(c)
		}
		b.rows = append(b.rows, row)
	}
	return b
}

// grow makes one tree of full depth by the best gain at every node.
func (b *bins) grow(g, h [][]float64, s settings) search.Tree {
	inner := 1<<s.depth - 1
	t := search.Tree{At: make([]uint8, inner), Cut: make([]float32, inner), Leaves: make([]float32, inner+1)}
	parts := make([][]int32, 2*inner+1)
	parts[0] = make([]int32, len(b.rows))
	for i := range b.rows {
		parts[0][i] = int32(i)
	}
	for node := range inner {
		f, c := b.split(parts[node], g, h, s)
		if f >= 0 {
			t.At[node], t.Cut[node] = uint8(f), float32(b.edges[f][c-1])
		} else {
			f, c = 0, 0 // everything goes right
			t.Cut[node] = -1e9
		}
		for _, r := range parts[node] {
			if int(b.rows[r][f]) < c {
				parts[2*node+1] = append(parts[2*node+1], r)
			} else {
				parts[2*node+2] = append(parts[2*node+2], r)
			}
		}
	}
	for l := range t.Leaves {
		var sg, sh float64
		for _, r := range parts[inner+l] {
			at := b.at[r]
			sg += g[at[0]][at[1]]
			sh += h[at[0]][at[1]]
		}
		t.Leaves[l] = float32(-s.rate * sg / (sh + s.leaf))
	}
	return t
}

func (b *bins) split(rows []int32, g, h [][]float64, s settings) (feature, cut int) {
	n := len(b.edges)
	sg, sh := make([]float64, n*(cuts+1)), make([]float64, n*(cuts+1))
	var tg, th float64
	for _, r := range rows {
		at := b.at[r]
		gv, hv := g[at[0]][at[1]], h[at[0]][at[1]]
		tg += gv
		th += hv
		for k, c := range b.rows[r] {
			sg[k*(cuts+1)+int(c)] += gv
			sh[k*(cuts+1)+int(c)] += hv
		}
	}
	best := 1e-3
	feature = -1
	for k := range n {
		var lg, lh float64
		for c := 1; c <= len(b.edges[k]); c++ {
			lg += sg[k*(cuts+1)+c-1]
			lh += sh[k*(cuts+1)+c-1]
			rg, rh := tg-lg, th-lh
			if lh < s.smallest || rh < s.smallest {
				continue
			}
			gain := lg*lg/(lh+s.leaf) + rg*rg/(rh+s.leaf) - tg*tg/(th+s.leaf)
			if gain > best {
				best, feature, cut = gain, k, c
			}
		}
	}
	return feature, cut
}
