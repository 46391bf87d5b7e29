package outbox

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// People are answered while announcements take all that is left of the limit:
// ten minutes of it, millisecond by millisecond, on a machine that stands still
// now and then for 50 to 250 ms.
func TestRepliesAmongAnnouncements(t *testing.T) {
	for name, c := range map[string]struct {
		stalls    float64 // a second
		held      float64 // messages a second, of 30
		p50, most time.Duration
	}{
		"a quiet machine":       {stalls: 0, held: 29, p50: 10 * time.Millisecond, most: 60 * time.Millisecond},
		"one that stands still": {stalls: 0.3, held: 28.5, p50: 5 * time.Millisecond, most: 150 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			const seconds = 600
			sent, waits := announce(rand.New(rand.NewPCG(1, 2)), seconds, c.stalls)
			held := float64(sent) / seconds
			p50, p99 := waits[len(waits)/2], waits[len(waits)*99/100]
			if held < c.held || held > 30 {
				t.Errorf("%.2f messages a second, want %.2f to 30", held, c.held)
			}
			if p50 > c.p50 || p99 > c.most {
				t.Errorf("replies wait %v, p99 %v; want at most %v, %v", p50, p99, c.p50, c.most)
			}
		})
	}
}

// announce returns how many messages left, and how long replies waited, sorted.
func announce(r *rand.Rand, seconds int64, stalls float64) (sent int, waits []time.Duration) {
	const people = 3 // who write each second
	type flight struct{ start, end time.Time }
	var (
		w       = newLimiter(30)
		flying  []flight
		asked   []time.Time
		next    = time.Unix(2, 0)
		resumes time.Time
	)
	for now := time.Unix(0, 0); now.Unix() < seconds; now = now.Add(time.Millisecond) {
		for len(flying) > 0 && !flying[0].end.After(now) {
			w.end(flying[0].start, flying[0].end, true, 1)
			flying = flying[1:]
		}
		for ; !next.After(now); next = next.Add(time.Duration(r.ExpFloat64() / people * float64(time.Second))) {
			asked = append(asked, next)
		}
		if r.Float64() < stalls/1000 {
			resumes = now.Add(time.Duration(50+r.IntN(200)) * time.Millisecond)
		}
		if resumes.After(now) {
			continue
		}
		for w.room(now, 1) && (len(asked) > 0 || w.bulk(now)) {
			w.start(now, len(asked) == 0, 1)
			if len(asked) > 0 {
				waits, asked = append(waits, now.Sub(asked[0])), asked[1:]
			}
			sent++
			flying = append(flying, flight{now, now.Add(time.Duration(2+r.IntN(4)) * time.Millisecond)})
		}
		slices.SortFunc(flying, func(a, b flight) int { return a.end.Compare(b.end) })
	}
	slices.Sort(waits)
	return sent, waits
}
