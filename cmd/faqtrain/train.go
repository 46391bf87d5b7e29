package main

import (
	"math"

	"visnyk/flows/faq/search"
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

// train fits a ranking: the weighted sum by Adam, the trees on what it leaves.
func train(data []example, s settings) *search.Ranking {
	m := &search.Ranking{Linear: make([]float64, len(data[0].rows[0]))}
	first := s
	first.rounds = s.rounds / 5
	m.Bias = fitLinear(data, m, first)
	data = likely(data, m)
	m.Bias = fitLinear(data, m, s)
	score, g, h := shape(data), shape(data), shape(data)
	for i, e := range data {
		for j, row := range e.rows {
			score[i][j] = m.Score(row)
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

// likely leaves the candidates that a first model gives a chance, and those that
// are right: most of the others teach nothing and take most of the time.
func likely(data []example, m *search.Ranking) []example {
	const chance = 0.003
	out := make([]example, len(data))
	for i, e := range data {
		sum := 1.0
		odds := make([]float64, len(e.rows))
		for j, row := range e.rows {
			odds[j] = math.Exp(m.Score(row))
			sum += odds[j]
		}
		out[i].weight = e.weight
		for j, row := range e.rows {
			if e.right[j] || odds[j]/sum >= chance {
				out[i].rows, out[i].right = append(out[i].rows, row), append(out[i].right, e.right[j])
			}
		}
	}
	return out
}

// fitLinear fits the weighted sum by Adam and gives its bias.
func fitLinear(data []example, m *search.Ranking, s settings) float64 {
	linear, bias := m.Linear, m.Bias
	n, total := len(linear), 0.0
	for _, e := range data {
		total += e.weight
	}
	first, second, d := make([]float64, n+1), make([]float64, n+1), make([]float64, n+1)
	var odds []float64
	for round := 1; round <= s.rounds; round++ {
		clear(d)
		for _, e := range data {
			odds = odds[:0]
			sum, right, fits := 1.0, 0.0, false
			for j, row := range e.rows {
				v := bias
				for k, w := range linear {
					v += w * row[k]
				}
				v = math.Exp(min(max(v, -30), 30))
				odds = append(odds, v)
				sum += v
				if e.right[j] {
					right += v
					fits = true
				}
			}
			for j, row := range e.rows {
				g := odds[j] / sum
				if fits && e.right[j] {
					g -= odds[j] / right
				}
				if g *= e.weight; math.Abs(g) > 1e-6 {
					for k, v := range row {
						d[k] += g * v
					}
					d[n] += g
				}
			}
		}
		step := 0.15 * min(1, 3*(1-float64(round)/float64(s.rounds+1)))
		for k := range d {
			w := &bias
			if k < n {
				w = &linear[k]
				d[k] += s.shrink * *w * total
			}
			v := d[k] / total
			first[k] = 0.9*first[k] + 0.1*v
			second[k] = 0.99*second[k] + 0.01*v*v
			*w -= step * (first[k] / (1 - math.Pow(0.9, float64(round)))) / (math.Sqrt(second[k]/(1-math.Pow(0.99, float64(round)))) + 1e-8)
		}
	}
	return bias
}
