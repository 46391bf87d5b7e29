package main

import (
	"math"
	"slices"

	"visnyk/flows/faq"
)

// settings of the training.
type settings struct {
	rounds   int // of the sum
	trees    int
	depth    int
	rate     float64 // what a tree may add
	shrink   float64 // L2 of the sum
	leaf     float64 // L2 of a leaf
	smallest float64 // weight of examples in a leaf
}

// gradients gives, for every row, the first and second derivative of the loss of
// choosing among the candidates and nothing. All right rows of a message share
// in being right: in a story only one of its clauses asks.
func gradients(data []example, score [][]float64, g, h [][]float64) (loss float64) {
	for i, e := range data {
		top := 0.0 // the score of nothing
		for _, s := range score[i] {
			top = max(top, s)
		}
		sum, right, fits := math.Exp(-top), 0.0, false
		for j, s := range score[i] {
			v := math.Exp(s - top)
			sum += v
			if e.right[j] {
				right += v
				fits = true
			}
		}
		if !fits {
			right = math.Exp(-top)
		}
		loss -= e.weight * math.Log(right/sum)
		for j, s := range score[i] {
			p := math.Exp(s-top) / sum
			t := 0.0
			if e.right[j] {
				t = math.Exp(s-top) / right
			}
			g[i][j] = e.weight * (p - t)
			h[i][j] = e.weight * max(p*(1-p), 1e-4)
		}
	}
	return loss
}

func shape(data []example) [][]float64 {
	out := make([][]float64, len(data))
	for i, e := range data {
		out[i] = make([]float64, len(e.rows))
	}
	return out
}

// train fits a model: the weighted sum by Adam, the trees on what it leaves.
func train(data []example, s settings) *faq.Model {
	n := len(faq.FeatureNames())
	m := &faq.Model{Linear: make([]float64, n)}
	score, g, h := shape(data), shape(data), shape(data)
	total := 0.0
	for _, e := range data {
		total += e.weight
	}
	first, second := make([]float64, n+1), make([]float64, n+1)
	d := make([]float64, n+1)
	for round := 1; round <= s.rounds; round++ {
		gradients(data, score, g, h)
		clear(d)
		for i, e := range data {
			for j, row := range e.rows {
				for k, v := range row {
					d[k] += g[i][j] * v
				}
				d[n] += g[i][j]
			}
		}
		step := 0.15 * min(1, 3*(1-float64(round)/float64(s.rounds+1)))
		for k := range d {
			w := &m.Bias
			if k < n {
				w = &m.Linear[k]
				d[k] += s.shrink * *w * total
			}
			v := d[k] / total
			first[k] = 0.9*first[k] + 0.1*v
			second[k] = 0.99*second[k] + 0.01*v*v
			*w -= step * (first[k] / (1 - math.Pow(0.9, float64(round)))) / (math.Sqrt(second[k]/(1-math.Pow(0.99, float64(round)))) + 1e-8)
		}
		for i, e := range data {
			for j, row := range e.rows {
				score[i][j] = m.Score(row)
			}
		}
	}
	b := newBins(data)
	for range s.trees {
		gradients(data, score, g, h)
		t := b.grow(g, h, s)
		m.Trees = append(m.Trees, t)
		for i, e := range data {
			for j, row := range e.rows {
				score[i][j] += t.Value(row)
			}
		}
	}
	return m
}

const cuts = 32

// bins are the rows with every feature cut into steps of equal share.
type bins struct {
	edges [][]float64 // by feature
	rows  [][]uint8   // by row, by feature
	at    [][2]int    // by row: the example and the place in it
}

func newBins(data []example) *bins {
	n := len(faq.FeatureNames())
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
func (b *bins) grow(g, h [][]float64, s settings) faq.Tree {
	inner := 1<<s.depth - 1
	t := faq.Tree{At: make([]uint8, inner), Cut: make([]float32, inner), Leaves: make([]float32, inner+1)}
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
