package eval

import (
	"math"
	"testing"
)

func TestMeasure(t *testing.T) {
	queries := []Query{
		{ID: "1", Lang: "uk", Kind: "a", Expect: "x"},
		{ID: "2", Lang: "ru", Kind: "a", Expect: "y"},
		{ID: "3", Lang: "uk", Kind: "a", Expect: "z"},
		{ID: "4", Lang: "mixed", Kind: "b", Expect: ExpectNone},
		{ID: "5", Lang: "ru", Kind: "b", Expect: ExpectHuman},
		{ID: "6", Lang: "ru", Kind: "b", Expect: "x"}, // not predicted
	}
	predictions := []Prediction{
		{ID: "1", Top: []string{"x"}, Confidence: 0.9, Action: Answer, Lang: "uk"},
		{ID: "2", Top: []string{"x", "y"}, Confidence: 0.8, Action: Clarify, Lang: "uk"},
		{ID: "3", Top: []string{"z"}, Confidence: 0.8, Action: Answer, Lang: "uk"},
		{ID: "4", Top: []string{"x"}, Confidence: 0.1, Action: Answer},
		{ID: "5", Top: []string{"x"}, Confidence: 1, Action: Human, Lang: "ru"},
	}
	s := Measure(queries, predictions)
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"top-1", s.Top1, 50},
		{"top-3", s.Top3, 75},
		{"right", s.Right, 50},
		{"wrong", s.Wrong, 0},
		{"false", s.False, 100.0 / 6},
		{"false of answers", s.FalseOfAnswers, 100.0 / 3},
		{"clarified right", s.ClarifyRight, 25},
		{"helped", s.Helped, 75},
		{"nuisance", s.Nuisance, 0},
		{"human", s.HumanRecall, 100},
		{"taken", s.TakenForHuman, 0},
		{"language", s.Language, 60},
		// The two of equal confidence are never split: one right and one wrong of six is more than 5 %.
		{"helpful at 5 %", s.Helpful[2].Rate, 25},
		{"cut", s.Helpful[2].At, 0.9},
	} {
		if math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
		}
	}
}
