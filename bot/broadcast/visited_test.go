package broadcast

import (
	"slices"
	"strconv"
	"sync"
	"testing"
)

// TestVisitedMeanwhile: people come while others are looked at; nobody is forgotten, and
// nobody is seen twice.
func TestVisitedMeanwhile(t *testing.T) {
	r := (&Broadcasts{}).Releaser(Release{})
	r.visits(true)
	var coming sync.WaitGroup
	for i := range 8 {
		coming.Go(func() { r.Visited([]string{strconv.Itoa(i)}) })
	}
	seen := r.visits(true)
	coming.Wait()
	seen = append(seen, r.visits(false)...)
	slices.Sort(seen)
	if want := []string{"0", "1", "2", "3", "4", "5", "6", "7"}; !slices.Equal(seen, want) {
		t.Errorf("seen are %q, want %q", seen, want)
	}
	if r.Visited([]string{"8"}); len(r.visits(false)) != 0 {
		t.Error("a visit is kept that nothing waits for")
	}
}
