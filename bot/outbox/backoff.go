package outbox

import (
	"math/rand/v2"
	"time"
)

const (
	retryFirst = time.Second
	retryMost  = 10 * time.Minute
	retryLeast = 100 * time.Millisecond
)

// doubled gives first, doubled n times, at most most.
func doubled(first, most time.Duration, n int) time.Duration {
	d := first
	for ; n > 0 && d < most; n-- {
		d *= 2
	}
	return min(d, most)
}

// retryAfter says how long to wait after the given number of attempts: anything
// up to a bound that doubles from a second to ten minutes (full jitter, so that
// what failed together does not come back together).
func retryAfter(attempts int) time.Duration {
	return max(retryLeast, rand.N(doubled(retryFirst, retryMost, attempts-1)))
}
