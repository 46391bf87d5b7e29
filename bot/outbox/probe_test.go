package outbox

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"visnyk/bot"
)

// asked is a messenger that can be asked without a message to anybody.
type asked struct {
	*messenger
	probes atomic.Int64
	probe  func(ctx context.Context) error
}

func (a *asked) Probe(ctx context.Context) error {
	a.probes.Add(1)
	return a.probe(ctx)
}

// down is a rig whose messenger answers nothing while up is false.
func down() (r *rig, a *asked, up *atomic.Bool) {
	r, up = newRig(), &atomic.Bool{}
	answer := func(context.Context) error {
		if up.Load() {
			return nil
		}
		return fails(bot.Unknown)
	}
	a = &asked{messenger: r.ch, probe: answer}
	r.ch.answer = func(ctx context.Context, _ int, _, _ string) error { return answer(ctx) }
	r.ch.way = func() (time.Duration, time.Duration) { return 20 * time.Millisecond, 20 * time.Millisecond }
	r.conf.Channel = a
	return r, a, up
}

// While nobody knows whether the messenger answers, no announcement finds out:
// it would be lost.
func TestNoAnnouncementIsTheProbe(t *testing.T) {
	for _, cold := range []bool{true, false} {
		t.Run(fmt.Sprintf("after a take-over: %v", cold), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, a, up := down()
				r.cold = cold
				r.store.add(many(bot.LaneBulk, 500, 500)...)
				_, stop := r.start()
				elapse(10 * time.Minute)
				// Those under way when it went down, and until that was plain.
				most := defaultConcurrency*3/4 + missesMost - 1
				if cold {
					most = 0
				}
				went := len(r.ch.log())
				if went > most {
					t.Errorf("%d announcements went, want at most %d", went, most)
				}
				if n := a.probes.Load(); n < 40 || n > 50 {
					t.Errorf("%d probes in ten minutes, want one in 15 seconds", n)
				}
				up.Store(true)
				elapse(time.Minute)
				equal(t, "stop", stop(), nil)
				equal(t, "unknown", r.store.count("unknown"), went)
				equal(t, "sent", r.store.count("sent"), 500-went)
			})
		})
	}
}

// A reply that waits anyway is the probe.
func TestAReplyIsTheProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, a, up := down()
		r.cold = true
		r.store.add(many(bot.LaneBulk, 100, 100)...)
		r.store.add(say(bot.LaneDesk, "d", "desk"), reply("r", "reply"))
		up.Store(true)
		_, stop := r.start()
		elapse(30 * time.Millisecond)
		equal(t, "under way", fmt.Sprint(r.ch.causes()), "[reply]")
		elapse(10 * time.Second)
		equal(t, "stop", stop(), nil)
		equal(t, "sent", r.store.count("sent"), 102)
		equal(t, "probes", a.probes.Load(), 0)
	})
}

// The account may be there and yet not be allowed to send: that a probe is
// answered lets one message try, not all of them.
func TestAProbeDoesNotEndTheRefusalOfSends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, a, up := down()
		up.Store(true)
		var mended atomic.Bool
		r.ch.answer = func(context.Context, int, string, string) error {
			if mended.Load() {
				return nil
			}
			return fails(bot.Halted)
		}
		r.store.add(many(bot.LaneBulk, 500, 500)...)
		_, stop := r.start()
		elapse(time.Hour)
		if n := len(r.ch.log()) - defaultConcurrency*3/4; n < 11 || n > 14 {
			t.Errorf("%d tries in an hour, want one in 5 minutes", n)
		}
		if n := a.probes.Load(); n < 11 || n > 14 {
			t.Errorf("%d probes", n)
		}
		mended.Store(true)
		elapse(6 * time.Minute)
		equal(t, "stop", stop(), nil)
		equal(t, "sent", r.store.count("sent"), 500)
	})
}

// A short ban is a chat's, until several chats hear of one at once: then it is
// the bot's, and nothing leaves before the longest is over.
func TestShortBansOfSeveralChatsAreTheBots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.conf.Rate = 100
		const there = 50 * time.Millisecond
		var until time.Time      // of the bot's ban
		var known []time.Time    // when the third chat was told, by bans
		var inside [][]time.Time // when the sends inside a ban started
		var told map[string]bool // in this ban
		r.ch.way = func() (time.Duration, time.Duration) { return there, there }
		r.ch.answer = func(_ context.Context, _ int, chat, _ string) error {
			r.ch.mu.Lock()
			defer r.ch.mu.Unlock()
			now := time.Now()
			if len(r.ch.calls)%700 == 300 && !now.Before(until) {
				until = now.Add(4 * time.Second)
				told = map[string]bool{}
				known, inside = append(known, until), append(inside, nil)
			}
			left := until.Sub(now)
			if left <= 0 {
				return nil
			}
			last := len(inside) - 1
			if told[chat] = true; len(told) == banChats {
				known[last] = now.Add(there)
			}
			inside[last] = append(inside[last], now.Add(-there))
			return later(left.Round(time.Second)+time.Second, false)
		}
		r.store.add(many(bot.LaneReply, 2000, 2000)...)
		_, stop := r.start()
		elapse(time.Minute)
		equal(t, "stop", stop(), nil)
		equal(t, "sent", r.store.count("sent"), 2000)
		if len(inside) < 2 {
			t.Fatalf("%d bans", len(inside))
		}
		for i, starts := range inside {
			t.Logf("ban %d: %d sends inside", i, len(starts))
			for _, at := range starts {
				if at.After(known[i]) {
					t.Errorf("a send %v after the ban was known", at.Sub(known[i]))
				}
			}
		}
		if r.store.pauses < len(inside) {
			t.Errorf("%d pauses on the bot's row for %d bans", r.store.pauses, len(inside))
		}
	})
}

// What pauses the bot, and what does not.
func TestWhichBansAreTheBots(t *testing.T) {
	wait := func(d time.Duration, alone bool) *bot.SendError {
		return &bot.SendError{Outcome: bot.Later, After: d, Alone: alone, Err: errNo}
	}
	type told struct {
		chat string
		at   time.Duration
		err  *bot.SendError
	}
	const s = time.Second
	for _, tt := range []struct {
		name string
		told []told
		want time.Duration // until when the gate is shut; 0: it is open
	}{
		{"two chats", []told{{"a", 0, wait(5*s, false)}, {"b", s, wait(5*s, false)}}, 0},
		{"three chats, the longest counts", []told{{"a", 0, wait(5*s, false)}, {"b", s, wait(s, false)}, {"c", 2 * s, wait(s, false)}}, 5 * s},
		{"one chat thrice", []told{{"a", 0, wait(5*s, false)}, {"a", s, wait(5*s, false)}, {"a", 2 * s, wait(5*s, false)}}, 0},
		{"too far apart", []told{{"a", 0, wait(5*s, false)}, {"b", 3 * s, wait(5*s, false)}, {"c", 5*s + 1, wait(s, false)}}, 0},
		{"a fourth within the span of two others", []told{{"a", 0, wait(s, false)}, {"b", 4 * s, wait(s, false)}, {"c", 6 * s, wait(s, false)}, {"d", 7 * s, wait(3*s, false)}}, 10 * s},
		{"surely the chats'", []told{{"a", 0, wait(300*s, true)}, {"b", 0, wait(300*s, true)}, {"c", 0, wait(300*s, true)}, {"d", 0, wait(300*s, true)}}, 0},
		{"failures that ask for nothing", []told{{"a", 0, wait(0, false)}, {"b", 0, wait(0, false)}, {"c", 0, wait(0, false)}}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig()
			g := newTenure(t.Context(), New(r.conf), r.held).gate
			began := time.Now()
			for _, b := range tt.told {
				g.judge(b.chat, began.Add(b.at), began.Add(b.at), b.err)
			}
			var want time.Time
			if tt.want > 0 {
				want = began.Add(tt.want)
			}
			if got := g.shutUntil(); !got.Equal(want) {
				t.Errorf("shut for %v, want %v", got.Sub(began), tt.want)
			}
			if _, _, unsaved := g.pause(); unsaved != (tt.want > 0) {
				t.Errorf("to be written down: %v", unsaved)
			}
		})
	}
}

// A probe that panics is one without an answer.
func TestAProbeMayPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, a, up := down()
		r.cold = true
		a.probe = func(context.Context) error {
			if !up.Load() {
				panic("a probe")
			}
			return nil
		}
		r.store.add(many(bot.LaneBulk, 3, 3)...)
		_, stop := r.start()
		elapse(time.Minute)
		equal(t, "calls", len(r.ch.log()), 0)
		up.Store(true)
		elapse(time.Minute)
		equal(t, "stop", stop(), nil)
		equal(t, "sent", r.store.count("sent"), 3)
	})
}
