package web

import (
	"sync"
	"time"
)

// known is how many are remembered by one Rates.
const known = 20_000

// crowd is for how many those count together whom nobody can tell apart.
const crowd = 50

// Rate is how often something may happen.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Rates counts one kind of thing for each of those who do it, in this process.
// Its methods may be called by many goroutines.
type Rates struct {
	rate    Rate
	most    int // who is remembered
	mu      sync.Mutex
	buckets map[string]bucket
}

// bucket fills with time and is emptied by what is done.
type bucket struct {
	left float64
	at   time.Time
}

// NewRates lets everybody do it at the rate, and remembers up to most of them;
// 20,000 if most is 0.
func NewRates(r Rate, most int) *Rates {
	if most == 0 {
		most = known
	}
	return &Rates{rate: r, most: most, buckets: map[string]bucket{}}
}

// Take counts one, or tells how long to wait with it. Who is "" is everybody
// that cannot be told apart: together they have fifty times as much.
func (r *Rates) Take(who string, now time.Time) (wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rate := r.rate
	if who == "" {
		rate.PerSecond, rate.Burst = crowd*rate.PerSecond, crowd*rate.Burst
	}
	b, known := r.buckets[who]
	if !known {
		if len(r.buckets) >= r.most {
			r.forget(now)
		}
		b = bucket{left: float64(rate.Burst), at: now}
	}
	b = b.filled(rate, now)
	if b.left < 1 {
		wait = time.Duration((1 - b.left) / rate.PerSecond * float64(time.Second))
	} else {
		b.left--
	}
	r.buckets[who] = b
	return wait
}

func (b bucket) filled(r Rate, now time.Time) bucket {
	if now.After(b.at) { // a clock that is set back fills nothing
		b.left = min(float64(r.Burst), b.left+now.Sub(b.at).Seconds()*r.PerSecond)
		b.at = now
	}
	return b
}

// forget makes room: first those whose buckets are full again, which are as if
// they had never been, and if that is not a tenth, some others.
func (r *Rates) forget(now time.Time) {
	for who, b := range r.buckets {
		if b.filled(r.rate, now).left >= float64(r.rate.Burst) {
			delete(r.buckets, who)
		}
	}
	for who := range r.buckets {
		if len(r.buckets) <= r.most*9/10 {
			return
		}
		delete(r.buckets, who)
	}
}
