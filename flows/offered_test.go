package flows

import "testing"

// TestOffered: beside a likely answer, what is far behind is not offered; of two near
// ones both are, and never more than there is room for.
func TestOffered(t *testing.T) {
	for _, c := range []struct {
		scores []float64
		weak   bool
		want   int
	}{
		{[]float64{0.7, 0.04, 0.02}, false, 1},
		{[]float64{0.7, 0.05, 0.01}, false, 2},
		{[]float64{0.5, 0.3, 0.1, 0.09}, false, 3},
		{[]float64{0.3, 0.1, 0.09}, true, 2},
		{[]float64{0.2, 0.01}, true, 1},
		{[]float64{0.2}, false, 1},
		{nil, false, 0},
	} {
		f := Finding{Weak: c.weak}
		for _, s := range c.scores {
			f.Matches = append(f.Matches, Match{Score: s})
		}
		if got := len(f.Offered()); got != c.want {
			t.Errorf("of %v, weak %v, %d are offered, want %d", c.scores, c.weak, got, c.want)
		}
	}
}
