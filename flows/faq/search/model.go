package search

import (
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
)

//go:embed model.json.gz
var modelFile string

// Model is what is trained: how articles are ranked by words alone and with an atlas,
// and what tells an intent. cmd/faqtrain makes it.
type Model struct {
	Ranking
	Atlas Ranking `json:"atlas"` // with an atlas

	// Intents are the weights of the hints of an intent, a signed byte each, by slot
	// and intent; IntentScale is what one of them is worth.
	Intents     []byte  `json:"tones"`
	IntentScale float64 `json:"tone_scale"`

	// Person are the weights of the signs that tell what is for a person, two in a byte
	// and each from -8 to 7 above 8, by slot and kind; PersonScale is what 1 is worth.
	Person      []byte  `json:"person,omitempty"`
	PersonScale float64 `json:"person_scale,omitempty"`
}

// Ranking is the trained combination of the features: a weighted sum and small
// trees over it. Its score of a candidate is a log-odds against "nothing fits",
// whose score is 0.
type Ranking struct {
	Bias   float64   `json:"bias"`
	Linear []float64 `json:"linear"` // by feature
	Trees  []Tree    `json:"trees"`
	// Answer is the confidence from which an article is told, Alone where no other
	// comes near it, Clarify from which it is offered, when asking back about the most
	// likely ones.
	Answer  float64 `json:"answer"`
	Alone   float64 `json:"alone"`
	Clarify float64 `json:"clarify"`
}

// Tree is a small decision tree: at node i, the feature At[i] less than Cut[i]
// leads to node 2i+1, else to 2i+2; below the last level stand the Leaves.
type Tree struct {
	At     []uint8   `json:"at"`
	Cut    []float32 `json:"cut"`
	Leaves []float32 `json:"leaves"`
}

// Value returns the leaf that the features lead to.
func (t *Tree) Value(f []float64) float64 {
	i, cut := 0, t.Cut[:len(t.At)]
	for i < len(t.At) {
		right := 0 // without a branch: the processor would guess half of them wrong
		if f[t.At[i]] >= float64(cut[i]) {
			right = 1
		}
		i = 2*i + 1 + right
	}
	return float64(t.Leaves[i-len(t.At)])
}

// Score returns the log-odds of a candidate against nothing.
func (m *Ranking) Score(f []float64) float64 {
	s := m.Bias
	for i, w := range m.Linear {
		s += w * f[i]
	}
	for i := range m.Trees {
		s += m.Trees[i].Value(f)
	}
	return min(max(s, -30), 30)
}

// weigh writes the log-odds of candidates, each as Score gives it: of all of them together,
// for the processor then adds to one while it waits for the sum of another.
func (m *Ranking) weigh(list []candidate) {
	for c := range list {
		list[c].odds = m.Bias
	}
	for i, w := range m.Linear {
		for c := range list {
			list[c].odds += w * list[c].f[i]
		}
	}
	for i := range m.Trees {
		t := &m.Trees[i]
		if len(t.At) != smallTree || len(t.Cut) != smallTree || len(t.Leaves) != smallTree+1 {
			for c := range list {
				list[c].odds += t.Value(list[c].f[:])
			}
			continue
		}
		at, cut, leaves := (*[smallTree]uint8)(t.At), (*[smallTree]float32)(t.Cut), (*[smallTree + 1]float32)(t.Leaves)
		for c := range list {
			f := &list[c].f
			n := 1 + right(f, at[0], cut[0])
			n = 2*n + 1 + right(f, at[n], cut[n])
			n = 2*n + 1 + right(f, at[n], cut[n])
			list[c].odds += float64(leaves[n-smallTree])
		}
	}
	for c := range list {
		list[c].odds = min(max(list[c].odds, -30), 30)
	}
}

// smallTree is how many nodes the trees have that are trained: three levels.
const smallTree = 7

// right is 1 where a node leads to the right, else 0.
func right(f *[features]float64, at uint8, cut float32) int {
	if f[at] >= float64(cut) {
		return 1
	}
	return 0
}

// ReadModel reads a model, which is compressed JSON, and holds it against the features
// there are.
func ReadModel(packed io.Reader) (*Model, error) {
	z, err := gzip.NewReader(packed)
	if err != nil {
		return nil, fmt.Errorf("faq model: %w", err)
	}
	m := &Model{}
	dec := json.NewDecoder(z)
	dec.DisallowUnknownFields()
	if err := dec.Decode(m); err != nil {
		return nil, fmt.Errorf("faq model: %w", err)
	}
	if err := m.Ranking.check(wordFeatures); err != nil {
		return nil, err
	}
	if err := m.Atlas.check(features); err != nil {
		return nil, fmt.Errorf("with an atlas: %w", err)
	}
	return m, nil
}

// check holds a ranking against so many features.
func (m *Ranking) check(features int) error {
	if len(m.Linear) != features {
		return fmt.Errorf("faq model: %d weights for %d features: train it again", len(m.Linear), features)
	}
	for i, t := range m.Trees {
		if len(t.Cut) != len(t.At) || len(t.Leaves) != len(t.At)+1 {
			return fmt.Errorf("faq model: tree %d is crooked", i)
		}
		for _, f := range t.At {
			if int(f) >= features {
				return fmt.Errorf("faq model: tree %d asks for feature %d", i, f)
			}
		}
	}
	return nil
}

// shipped gives the model that comes with the program.
var shipped = sync.OnceValue(func() *Model {
	m, err := ReadModel(strings.NewReader(modelFile))
	if err != nil {
		panic(err) // a test reads it; a broken one is never shipped
	}
	return m
})
