package web

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// known is how many are remembered by one RateLimits.
const known = 20_000

// sharedRates is for how many those count together whom nobody can tell apart.
const sharedRates = 50

// Rate is how often something may happen.
type Rate struct {
	PerSecond float64
	Burst     int
}

// RateLimits counts one kind of thing for each of those who do it, in this process.
// Its methods may be called by many goroutines.
type RateLimits struct {
	rate    Rate
	most    int // who is remembered
	mu      sync.Mutex
	latest  time.Time // that it was told
	buckets map[string]*rate.Limiter
}

// NewRateLimits lets everybody do it at the rate, and remembers up to most of them;
// 20,000 if most is 0.
func NewRateLimits(r Rate, most int) *RateLimits {
	if most == 0 {
		most = known
	}
	return &RateLimits{rate: r, most: most, buckets: map[string]*rate.Limiter{}}
}

// Take counts one, or tells how long to wait with it. Who is "" is everybody
// that cannot be told apart: together they have fifty times as much.
func (r *RateLimits) Take(who string, now time.Time) (wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Before(r.latest) { // a clock that is set back fills nothing
		now = r.latest
	}
	r.latest = now
	one := r.bucket(who, now).ReserveN(now, 1)
	if wait = one.DelayFrom(now); wait > 0 {
		one.CancelAt(now)
	}
	return wait
}

// bucket returns the bucket of those, a full one to those who are new.
func (r *RateLimits) bucket(who string, now time.Time) *rate.Limiter {
	b, known := r.buckets[who]
	if known {
		return b
	}
	if len(r.buckets) >= r.most {
		r.forget(now)
	}
	all := 1
	if who == "" {
		all = sharedRates
	}
	b = rate.NewLimiter(rate.Limit(float64(all)*r.rate.PerSecond), all*r.rate.Burst)
	r.buckets[who] = b
	return b
}

// forget makes room: first those whose buckets are full again, which are as if
// they had never been, and if that is not a tenth, some others.
func (r *RateLimits) forget(now time.Time) {
	for who, b := range r.buckets {
		if b.TokensAt(now) >= float64(b.Burst()) {
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
