package main

import (
	"fmt"
	"strings"
)

// verdict gathers what of one revision is worse than of the other.
type verdict []string

// add prints the ratios of two sides round by round, more is better, and keeps what is
// worse in most rounds than it may be.
func (v *verdict) add(o options, what string, ours, theirs []float64) {
	ratios := make([]float64, len(ours))
	for i := range ours {
		ratios[i] = ours[i] / theirs[i]
	}
	says := fmt.Sprintf("%s ÷ %s: %s", what, o.against, spread(ratios, "%.2f")) // sorts them
	fmt.Println(says)
	if ratios[len(ratios)/2] < o.worst {
		*v = append(*v, says)
	}
}

func (v verdict) err() error {
	if len(v) == 0 {
		return nil
	}
	return fmt.Errorf("worse than it may be:\n%s", strings.Join(v, "\n"))
}
