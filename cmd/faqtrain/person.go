package main

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"visnyk/flows/faq/search"
)

const kindsOfPerson = len(search.PersonKinds)

// sign is a message as the signs of what it is to whoever tells calls for a person.
type sign struct {
	slots  []int32
	kind   int
	weight float32
}

// signs returns the messages as they are, and a part of them misspelt.
func signs(data []said) []sign {
	random := rand.New(rand.NewPCG(11, 12))
	var out []sign
	for _, d := range data {
		kind := slices.IndexFunc(search.PersonKinds[:], func(letters string) bool {
			return strings.IndexByte(letters, search.IntentNames[d.intent]) >= 0
		})
		texts := []string{d.text}
		if d.weight >= 1 && random.IntN(2) == 0 {
			texts = append(texts, respell(d.text, random))
		}
		if d.weight >= 1 && random.IntN(3) == 0 {
			texts = append(texts, misspell(d.text, random))
		}
		for i, t := range texts {
			weight := float32(d.weight)
			if i > 0 {
				weight /= 3
			}
			var slots []int32
			for _, s := range search.Signs(t) {
				slots = append(slots, int32(s))
			}
			if len(slots) > 0 {
				out = append(out, sign{slots, kind, weight})
			}
		}
	}
	return out
}

// trainPerson fits by softmax what the messages are to whoever tells calls for a
// person. It ends early: what is learnt by heart helps no other writer.
func trainPerson(m *search.Model, data []said) {
	const (
		rounds = 8
		kept   = 1e-4 // how much a weight gives way where nothing asks for it
	)
	all := signs(data)
	random := rand.New(rand.NewPCG(5, 6))
	w := make([][kindsOfPerson]float32, search.SignSlots)
	step := make([][kindsOfPerson]float32, search.SignSlots)
	for range rounds {
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, s := range all {
			scale := 1 / float32(math.Sqrt(float64(len(s.slots))))
			var d [kindsOfPerson]float32
			for _, slot := range s.slots {
				for k, v := range w[slot] {
					d[k] += v
				}
			}
			sum := float32(0)
			for k := range d {
				d[k] = float32(math.Exp(float64(d[k] * scale)))
				sum += d[k]
			}
			for k := range d {
				d[k] /= sum
			}
			d[s.kind]--
			for k := range d {
				d[k] *= s.weight * scale
			}
			for _, slot := range s.slots {
				ws, steps := &w[slot], &step[slot]
				for k := range ws {
					g := d[k] + kept*ws[k]
					steps[k] += g * g
					ws[k] -= 0.5 * g / float32(math.Sqrt(float64(steps[k]+1e-3)))
				}
			}
		}
	}
	beside := make([]float64, 0, len(w)*(kindsOfPerson-1)) // a question: only differences matter
	for _, ws := range w {
		for _, v := range ws[1:] {
			beside = append(beside, float64(v-ws[0]))
		}
	}
	m.Person, m.PersonScale = inNibbles(beside, random)
}

// inNibbles returns the weights, two in a byte, and what 1 of them is worth. The few
// largest are cut, and what lies between two steps is drawn, so that the many small
// ones count in sum.
func inNibbles(w []float64, random *rand.Rand) (out []byte, scale float64) {
	const most = 7
	sizes := make([]float64, len(w))
	for i, v := range w {
		sizes[i] = math.Abs(v)
	}
	slices.SortFunc(sizes, func(a, b float64) int { return cmp.Compare(b, a) })
	scale = sizes[len(sizes)/2000] / most
	out = make([]byte, len(w)/2)
	for i, v := range w {
		step := math.Floor(min(max(v/scale, -most), most) + random.Float64())
		out[i/2] |= byte(int(min(step, most))+8) << (i % 2 * 4)
	}
	return out, scale
}
