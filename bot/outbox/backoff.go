package outbox

import (
	"time"

	"visnyk/bot/call"
)

const (
	retryFirst = time.Second
	retryMost  = 10 * time.Minute
	retryLeast = 100 * time.Millisecond
)

// retryAfter says how long to wait after the given number of attempts: anything
// up to a bound that doubles from a second to ten minutes (full jitter, so that
// what failed together does not come back together).
func retryAfter(attempts int) time.Duration {
	return max(retryLeast, call.Doubling{First: retryFirst, Most: retryMost}.Jittered(attempts-1))
}
