package outbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"visnyk/bot"
)

// mostIn is the oracle: the most moments within any closed span of d.
func mostIn(at []time.Time, d time.Duration) (most int) {
	at = slices.SortedFunc(slices.Values(at), time.Time.Compare)
	from := 0
	for i := range at {
		for at[i].Sub(at[from]) > d {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

func messagesAt(calls []arrival) (at []time.Time) {
	for _, a := range calls {
		if a.kind == bot.Say {
			at = append(at, a.at)
		}
	}
	return at
}

// The limit as the messenger sees it, on networks of every kind; and that it is used.
func TestRateIsExactAndUsed(t *testing.T) {
	const ms = time.Millisecond
	between := func(from, to time.Duration) time.Duration { return from + rand.N(to-from+1) }
	for _, c := range []struct {
		name  string
		way   func(n int) (there, back time.Duration)
		lag   time.Duration // of every call of the database
		least float64       // messages per second to be held
	}{
		{"slow database", func(int) (_, _ time.Duration) { return 20 * ms, 20 * ms }, 20 * ms, 28.5},
		{"loopback", func(int) (_, _ time.Duration) { return 0, ms }, 0, 29.4},
		{"steady 100 ms", func(int) (_, _ time.Duration) { return 50 * ms, 50 * ms }, 0, 28.5},
		{"jitter", func(int) (_, _ time.Duration) {
			return between(30*ms, 35*ms), between(30*ms, 35*ms)
		}, 0, 28.5},
		{"slow first connections", func(n int) (_, _ time.Duration) {
			if n < 30 {
				return 400 * ms, 20 * ms
			}
			return 20 * ms, 20 * ms
		}, 0, 28.5},
		{"a hitch now and then", func(n int) (_, _ time.Duration) {
			if n%50 == 17 {
				return between(300*ms, 900*ms), 20 * ms
			}
			return 20 * ms, 20 * ms
		}, 0, 28.5},
		{"answers that dawdle", func(n int) (_, _ time.Duration) {
			if n%20 == 3 {
				return 20 * ms, between(100*ms, 400*ms)
			}
			return 20 * ms, 20 * ms
		}, 0, 28.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig()
				r.conf.Rate = 30
				r.store.lag = c.lag
				n := 0
				r.ch.way = func() (time.Duration, time.Duration) { n++; return c.way(n) }
				r.store.add(many(bot.LaneReply, 400, 400)...)
				r.store.add(many(bot.LaneBulk, 6000, 6000)...)
				_, stop := r.start()
				const warm, span = 30 * time.Second, 120 * time.Second
				start := time.Now()
				elapse(warm + span)
				equal(t, "stop", stop(), nil)
				at := messagesAt(r.ch.log())
				equal(t, "most in a second", mostIn(at, time.Second), 30)
				held := 0
				for _, a := range at {
					if a.Sub(start) > warm {
						held++
					}
				}
				rate := float64(held) / span.Seconds()
				t.Logf("%.2f messages per second", rate)
				if rate < c.least {
					t.Errorf("held %.2f messages per second, want %.2f", rate, c.least)
				}
			})
		})
	}
}

// The limits hold across replicas: the next one does not know the last messages
// of the one before.
func TestLimitsHoldAcrossATakeOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.conf.Rate, r.conf.PerChat = 30, time.Second
		r.store.add(many(bot.LaneReply, 3000, 100)...)
		for i := range 10 {
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() {
				done <- HoldLease(ctx, LeaseConfig{Store: r.store, Bot: botName, Owner: fmt.Sprint(i)}, New(r.conf).Run)
			}()
			elapse(5*time.Second + rand.N(time.Second))
			cancel()
			equal(t, "hold", <-done, nil)
		}
		calls := r.ch.log()
		equal(t, "most in a second", mostIn(messagesAt(calls), time.Second), 30)
		ends := map[string]time.Time{}
		for _, a := range calls {
			if !ends[a.chat].IsZero() && a.start.Sub(ends[a.chat]) < time.Second {
				t.Errorf("chat %s: messages %v apart", a.chat, a.start.Sub(ends[a.chat]))
			}
			ends[a.chat] = a.end
		}
		if len(calls) < 500 {
			t.Errorf("only %d sends in ten terms", len(calls))
		}
	})
}

// plan is a random life of a bot.
type plan struct {
	rate        int
	perChat     time.Duration
	concurrency int
	rows        []planned
	floor       time.Duration
	ways        []time.Duration // jitter there and back, in turn
	spikes      []time.Duration // added now and then
	fates       []fate
}

type planned struct {
	at  time.Duration
	row bot.Queued
}

type fate struct {
	outcome bot.Outcome
	after   time.Duration
	whole   bool
}

func drawPlan(t *rapid.T) plan {
	ms := func(lo, hi int) *rapid.Generator[time.Duration] {
		return rapid.Map(rapid.IntRange(lo, hi), func(n int) time.Duration { return time.Duration(n) * time.Millisecond })
	}
	p := plan{
		rate:        rapid.SampledFrom([]int{0, 1, 5, 30}).Draw(t, "rate"),
		perChat:     rapid.SampledFrom([]time.Duration{0, time.Second}).Draw(t, "per chat"),
		concurrency: rapid.IntRange(1, 32).Draw(t, "concurrency"),
		floor:       ms(0, 80).Draw(t, "floor"),
		ways:        rapid.SliceOfN(ms(0, 5), 1, 20).Draw(t, "jitter"),
		spikes:      rapid.SliceOfN(rapid.SampledFrom([]time.Duration{0, 0, 0, 0, 300 * time.Millisecond, 900 * time.Millisecond}), 1, 20).Draw(t, "spikes"),
		fates: rapid.SliceOfN(rapid.SampledFrom([]fate{
			{},
			{},
			{},
			{},
			{},
			{},
			{},
			{},
			{outcome: bot.Later},
			{outcome: bot.Later, after: 3 * time.Second},
			{outcome: bot.Later, after: 5 * time.Second, whole: true},
			{outcome: bot.Unknown},
			{outcome: bot.Malformed},
		}), 1, 40).Draw(t, "fates"),
	}
	p.spikes = append(p.spikes, 0)
	for i := range rapid.IntRange(1, 150).Draw(t, "rows") {
		lane := rapid.SampledFrom([]bot.Lane{bot.LaneReply, bot.LaneDesk, bot.LaneBulk}).Draw(t, "lane")
		row := say(lane, fmt.Sprintf("c%d", rapid.IntRange(0, 12).Draw(t, "chat")), fmt.Sprintf("%d", i))
		if rapid.IntRange(0, 9).Draw(t, "press") == 0 {
			row.Part.Kind = bot.Answer
		}
		p.rows = append(p.rows, planned{at: ms(0, 20000).Draw(t, "at"), row: row})
	}
	slices.SortStableFunc(p.rows, func(a, b planned) int { return int(a.at - b.at) })
	return p
}

// Whatever happens: order, spacing, the limit, the bans and the rules of unknown
// outcomes hold, and everything ends.
func TestAnyLife(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPlan(rt)
		synctest.Test(t, func(t *testing.T) { p.live(rt, t) })
	})
}

func (p plan) live(rt *rapid.T, t *testing.T) {
	r := newRig()
	r.conf.Rate, r.conf.PerChat, r.conf.Concurrency = float64(p.rate), p.perChat, p.concurrency
	n, spike := 0, 0
	r.ch.way = func() (time.Duration, time.Duration) {
		n++
		spike++
		s := p.spikes[spike%len(p.spikes)]
		return p.floor/2 + p.ways[n%len(p.ways)] + s, p.floor/2 + p.ways[(n*7)%len(p.ways)]
	}
	fates := 0
	r.ch.answer = func(_ context.Context, n int, _, _ string) error {
		r.ch.mu.Lock()
		defer r.ch.mu.Unlock()
		f := p.fates[fates%len(p.fates)]
		if fates++; f.outcome == "" || n > 3 {
			return nil
		}
		return &bot.SendError{Outcome: f.outcome, After: f.after, Whole: f.whole, Err: errNo}
	}
	wake, stop := r.start()
	start := time.Now()
	for _, row := range p.rows {
		if wait := row.at - time.Since(start); wait > 0 {
			elapse(wait)
		}
		r.store.add(row.row)
		wake()
	}
	elapse(90 * time.Minute) // a messenger that answers nothing is tried every 15 s, and each row twice
	if err := stop(); err != nil {
		rt.Fatalf("stop: %v", err)
	}

	calls := r.ch.log()
	inOrder(rt, calls, r.store.place)
	if left := r.store.count("pending") + r.store.count("sending"); left > 0 {
		rt.Errorf("%d rows never ended", left)
	}
	if p.rate > 0 {
		if most := mostIn(messagesAt(calls), time.Second); most > p.rate {
			rt.Errorf("%d messages within a second, allowed are %d", most, p.rate)
		}
	}
	ends, copies := map[string]time.Time{}, map[string]int{}
	for _, a := range calls {
		if a.kind == bot.Say {
			if gap := a.start.Sub(ends[a.chat]); !ends[a.chat].IsZero() && gap < p.perChat {
				rt.Errorf("chat %s: messages %v apart", a.chat, gap)
			}
			ends[a.chat] = a.end
		}
		if e, ok := a.failed.(*bot.SendError); ok && e.Whole {
			for _, b := range calls {
				if b.start.After(a.end) && b.start.Before(a.end.Add(e.After)) {
					rt.Errorf("sent inside the ban of the whole bot")
				}
			}
		}
		if e, ok := a.failed.(*bot.SendError); a.failed == nil || (ok && e.Outcome == bot.Unknown) {
			copies[a.cause]++
		}
	}
	for cause, n := range copies {
		most := 2
		if row := r.store.row(cause); row.Lane == bot.LaneBulk && row.Part.Kind == bot.Say {
			most = 1
		}
		if n > most {
			rt.Errorf("row %s may have arrived %d times", cause, n)
		}
	}
	if left := len(r.tenure.lanes.known); left > 0 {
		rt.Errorf("%d rows left in memory", left)
	}
}

func TestLimiterOfSlowRates(t *testing.T) {
	for _, c := range []struct {
		rate float64
		max  int
		per  time.Duration
	}{{0, 0, 0}, {0.5, 1, 2 * time.Second}, {1, 1, time.Second}, {1.9, 1, time.Second}, {30, 30, time.Second}, {1000, 1000, time.Second}} {
		w := newLimiter(c.rate)
		equal(t, fmt.Sprintf("max of %v", c.rate), w.max, c.max)
		equal(t, fmt.Sprintf("span of %v", c.rate), w.per, c.per)
	}
}

// A row of two calls takes two places of the limit, and all of them where there are fewer.
func TestLimiterOfTwoCalls(t *testing.T) {
	for rate, want := range map[float64]int{5: 2, 4: 2, 2: 1, 1: 1} {
		w, at := newLimiter(rate), time.Unix(0, 0)
		n := 0
		for ; w.room(at, 2); n++ {
			w.start(at, false, 2)
		}
		equal(t, fmt.Sprintf("rows at %v a second", rate), n, want)
		for range n {
			w.end(at, at, true, 2)
		}
		later := at.Add(w.per + limiterGuard)
		equal(t, "within the second", w.room(later.Add(-time.Millisecond), 2), false)
		equal(t, "after it", w.room(later, 2), true)
		w.start(later, true, 2)
		w.unstart(2)
		equal(t, "given back", w.left(later), w.max)
	}
}

func TestRetryAfter(t *testing.T) {
	for _, c := range []struct {
		attempts int
		most     time.Duration
	}{{0, time.Second}, {1, time.Second}, {2, 2 * time.Second}, {5, 16 * time.Second}, {10, 512 * time.Second}, {11, 10 * time.Minute}, {5000, 10 * time.Minute}} {
		var least, most time.Duration = time.Hour, 0
		for range 2000 {
			d := retryAfter(c.attempts)
			least, most = min(least, d), max(most, d)
		}
		if most > c.most || most < c.most*9/10 || least > c.most/5 {
			t.Errorf("after %d attempts: waits from %v to %v, want up to %v", c.attempts, least, most, c.most)
		}
	}
}
