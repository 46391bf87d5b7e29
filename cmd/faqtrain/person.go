package main

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"visnyk/flows/faq/search"
)

// forPerson are the letters of what a person is to answer.
const forPerson = "hclr"

// sign is a message as the signs that it is for a person, or is not.
type sign struct {
	slots  []int
	person bool
	weight float64
}

// signs returns the messages as they are, and a part of them misspelt.
func signs(data []said) []sign {
	random := rand.New(rand.NewPCG(11, 12))
	var out []sign
	for _, d := range data {
		person := strings.IndexByte(forPerson, search.IntentNames[d.intent]) >= 0
		texts := []string{d.text}
		if d.weight >= 1 && random.IntN(2) == 0 {
			texts = append(texts, respell(d.text, random))
		}
		if d.weight >= 1 && random.IntN(3) == 0 {
			texts = append(texts, misspell(d.text, random))
		}
		for i, t := range texts {
			weight := d.weight
			if i > 0 {
				weight /= 3
			}
			if s := search.Signs(t); len(s) > 0 {
				out = append(out, sign{s, person, weight})
			}
		}
	}
	return out
}

// trainPerson fits by logistic regression which messages are for a person.
func trainPerson(m *search.Model, data []said) {
	all := signs(data)
	random := rand.New(rand.NewPCG(5, 6))
	w := make([]float64, search.SignSlots)
	step := make([]float64, len(w))
	bias := 0.0
	for range 20 {
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, s := range all {
			scale := 1 / math.Sqrt(float64(len(s.slots)))
			sum := bias
			for _, slot := range s.slots {
				sum += w[slot] * scale
			}
			d := 1 / (1 + math.Exp(-sum))
			if s.person {
				d--
			}
			d *= s.weight
			bias -= 0.02 * d
			for _, slot := range s.slots {
				g := d*scale + 1e-5*w[slot]
				step[slot] += g * g
				w[slot] -= 0.5 * g / math.Sqrt(step[slot]+1e-3)
			}
		}
	}
	m.Person, m.PersonScale = inBytes(w)
	m.PersonBias = bias
}

// inBytes returns the weights as signed bytes and what one of them is worth. The few
// largest are cut, so that the many small ones keep their differences.
func inBytes(w []float64) (out []byte, scale float64) {
	sizes := make([]float64, len(w))
	for i, v := range w {
		sizes[i] = math.Abs(v)
	}
	slices.SortFunc(sizes, func(a, b float64) int { return cmp.Compare(b, a) })
	scale = sizes[len(sizes)/2000] / 127
	out = make([]byte, len(w))
	for i, v := range w {
		out[i] = byte(int8(math.Round(min(max(v/scale, -127), 127))))
	}
	return out, scale
}
