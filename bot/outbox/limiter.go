package outbox

import (
	"math"
	"slices"
	"sort"
	"time"
)

const (
	limiterGuard   = 10 * time.Millisecond  // jitter that the measured times cannot show
	limiterSamples = 100                    // answers before the least one is believed
	bulkPace       = 0.97                   // of an even pace
	bulkGap        = 1.5                    // of an even pace: how long no place may come free
	bulkBehind     = 120 * time.Millisecond // how far bulk may fall behind its pace and still catch up
)

// limiter is a bot's limit: at most max messages reach the messenger within any
// span of per. It belongs to one goroutine.
//
// We see when a send starts and when its answer is here, never when the message
// arrived. It arrived between the two, so a message counts from its start until
// per after the moment it can have arrived at the latest, on the scale on which
// messages arrive the moment they start: its start plus what its answer took
// longer than the quickest answer ever. A slow connection thus costs one
// message's place for as long as it was slow, and a steady one costs nothing.
// Until enough answers are known the quickest is taken for zero, which is exact
// on any network. A bucket (golang.org/x/time/rate) would know nothing of that, and
// let twice as many through within a second after a quiet one.
type limiter struct {
	max   int // 0: no limit
	per   time.Duration
	busy  int         // under way: they hold their place however long it takes
	until []time.Time // when each ended one gives its place back, sorted
	seen  int
	least time.Duration

	// Bulk is spread over what the others leave of the limit, so that a place
	// comes free every moment and a reply never waits for a whole span.
	bulkAt time.Time
	others []time.Time // when those that are not bulk started, within per
}

func newLimiter(rate float64) *limiter {
	switch {
	case rate <= 0:
		return &limiter{}
	case rate < 1:
		return &limiter{max: 1, per: time.Duration(float64(time.Second) / rate)}
	}
	return &limiter{max: int(rate), per: time.Second}
}

// places returns how many places a row takes that counts as n messages: no more than there
// are, or it would never leave.
func (w *limiter) places(n int) int {
	if w.max == 0 {
		return n
	}
	return min(n, w.max)
}

// room reports whether a row that counts as n messages may start.
func (w *limiter) room(now time.Time, n int) bool {
	if w.max == 0 {
		return true
	}
	gone := sort.Search(len(w.until), func(i int) bool { return w.until[i].After(now) })
	w.until = slices.Delete(w.until, 0, gone)
	return w.busy+len(w.until)+w.places(n) <= w.max
}

// left returns how many more messages may start.
func (w *limiter) left(now time.Time) int {
	if w.max == 0 {
		return math.MaxInt
	}
	if !w.room(now, 1) {
		return 0
	}
	return w.max - w.busy - len(w.until)
}

// bulk reports whether a bulk message may start, as far as its pace goes, and the
// replies that may come: a place must be left, or come free soon. What left at once, as
// after a moment in which the machine stood still, would come free at once ever after,
// with nothing between; so its last waits, and it spreads.
func (w *limiter) bulk(now time.Time) bool {
	if w.max == 0 {
		return true
	}
	if !w.bulkAt.After(now) && w.busy+len(w.until)+1 >= w.max && len(w.until) > 0 {
		if soon := w.until[0].Add(-time.Duration(bulkGap * float64(w.per+limiterGuard) / float64(w.max))); soon.After(w.bulkAt) {
			w.bulkAt = soon
		}
	}
	return !w.bulkAt.After(now)
}

// start takes the places of a row that counts as n messages.
func (w *limiter) start(now time.Time, bulk bool, n int) {
	n = w.places(n)
	w.busy += n
	if w.max == 0 {
		return
	}
	gone := sort.Search(len(w.others), func(i int) bool { return w.others[i].After(now.Add(-w.per)) })
	w.others = slices.Delete(w.others, 0, gone)
	if !bulk {
		w.others = append(w.others, slices.Repeat([]time.Time{now}, n)...)
		return
	}
	if late := now.Add(-bulkBehind); w.bulkAt.Before(late) {
		w.bulkAt = late
	}
	left := max(1, w.max-len(w.others))
	w.bulkAt = w.bulkAt.Add(time.Duration(float64(n) * bulkPace * float64(w.per+limiterGuard) / float64(left)))
}

// unstart gives places back that were not used.
func (w *limiter) unstart(n int) { w.busy -= w.places(n) }

// end tells when the send of a row that counts as n messages started and ended, and whether
// the messenger answered.
func (w *limiter) end(start, end time.Time, answered bool, n int) {
	n = w.places(n)
	w.busy -= n
	if w.max == 0 {
		return
	}
	took := end.Sub(start)
	if answered {
		if w.seen == 0 || took < w.least {
			w.least = took
		}
		w.seen++
	}
	if w.seen >= limiterSamples {
		took = max(0, took-w.least)
	}
	free := start.Add(took + w.per + limiterGuard)
	i := sort.Search(len(w.until), func(i int) bool { return w.until[i].After(free) })
	w.until = slices.Insert(w.until, i, slices.Repeat([]time.Time{free}, n)...)
}

// next is when the next place comes free; false when only an answer can tell.
func (w *limiter) next() (time.Time, bool) {
	if len(w.until) == 0 {
		return time.Time{}, false
	}
	return w.until[0], true
}
