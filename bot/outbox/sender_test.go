package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"visnyk/bot"
)

var errNo = errors.New("no")

func later(after time.Duration, whole bool) error {
	return &bot.SendError{Outcome: bot.Later, After: after, Whole: whole, Err: errNo}
}

func fails(o bot.Outcome) error { return &bot.SendError{Outcome: o, Err: errNo} }

func TestLanesOfOneChat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.conf.PerChat = time.Second
		r.store.add(say(bot.LaneBulk, "a", "bulk"), say(bot.LaneDesk, "a", "desk"), reply("a", "one"), reply("a", "two"))
		_, stop := r.start()
		elapse(10 * time.Second)
		equal(t, "stop", stop(), nil)
		equal(t, "order", fmt.Sprint(r.ch.causes()), "[desk one two bulk]") // what an operator said before is heard before
		calls := r.ch.log()
		for i := 1; i < len(calls); i++ {
			equal(t, "spacing", calls[i].start.Sub(calls[i-1].end), time.Second)
		}
		equal(t, "sent", r.store.count("sent"), 4)
		equal(t, "external id", r.store.row("two").external, "id-two")
	})
}

func TestReplyPassesBulk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.conf.Rate = 30
		r.store.add(many(bot.LaneBulk, 300, 300)...)
		wake, stop := r.start()
		elapse(2500 * time.Millisecond)
		asked := time.Now()
		r.store.add(reply("x", "reply"))
		wake()
		elapse(time.Second)
		equal(t, "stop", stop(), nil)
		i := slices.Index(r.ch.causes(), "reply")
		if i < 0 {
			t.Fatal("the reply was not sent")
		}
		if wait := r.ch.log()[i].start.Sub(asked); wait > 200*time.Millisecond {
			t.Errorf("the reply waited %v behind announcements", wait)
		}
	})
}

// An answer to a press goes at once: ahead of messages, outside of limits.
func TestAnswersCountForNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.conf.Rate, r.conf.PerChat = 1, time.Minute
		r.store.add(reply("a", "one"), reply("a", "two"))
		for i := range 5 {
			q := reply("a", fmt.Sprintf("press-%d", i))
			q.Part.Kind = bot.Answer
			r.store.add(q)
		}
		start := time.Now()
		_, stop := r.start()
		elapse(30 * time.Second)
		equal(t, "stop", stop(), nil)
		answers := 0
		for _, a := range r.ch.log() {
			if a.kind == bot.Answer {
				answers++
				equal(t, "answer at", a.start.Sub(start), 0)
			}
		}
		equal(t, "answers", answers, 5)
		equal(t, "sent", r.store.count("sent"), 6)
	})
}

func TestOutcomes(t *testing.T) {
	for _, c := range []struct {
		name  string
		lane  bot.Lane
		kind  bot.PartKind
		errs  []error // of the calls in turn; then sent
		state string
		calls int
	}{
		{"sent", bot.LaneReply, bot.Say, nil, "sent", 1},
		{"sent in another form", bot.LaneBulk, bot.Say, []error{fails(bot.Sent)}, "sent", 1},
		{"retried", bot.LaneReply, bot.Say, []error{fails(bot.Later), fails(bot.Later)}, "sent", 3},
		{"bulk retried", bot.LaneBulk, bot.Say, []error{fails(bot.Later)}, "sent", 2},
		{"gone", bot.LaneReply, bot.Say, []error{fails(bot.Gone)}, "gone", 1},
		{"malformed", bot.LaneReply, bot.Say, []error{fails(bot.Malformed)}, "malformed", 1},
		{"unknown reply goes once more", bot.LaneReply, bot.Say, []error{fails(bot.Unknown)}, "sent", 2},
		{"unknown desk goes once more", bot.LaneDesk, bot.Say, []error{fails(bot.Unknown)}, "sent", 2},
		{"unknown twice", bot.LaneReply, bot.Say, []error{fails(bot.Unknown), fails(bot.Unknown)}, "unknown", 2},
		{"unknown bulk never again", bot.LaneBulk, bot.Say, []error{fails(bot.Unknown)}, "unknown", 1},
		{"unknown answer", bot.LaneReply, bot.Answer, []error{fails(bot.Unknown)}, "sent", 2},
		{"an error of no class is unknown", bot.LaneBulk, bot.Say, []error{errNo}, "unknown", 1},
		{"a class of no meaning is unknown", bot.LaneBulk, bot.Say, []error{fails("odd")}, "unknown", 1},
		{"a nil of the type is unknown", bot.LaneBulk, bot.Say, []error{(*bot.SendError)(nil)}, "unknown", 1},
		{"an error without a reason", bot.LaneBulk, bot.Say, []error{&bot.SendError{Outcome: bot.Gone}}, "gone", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig()
				r.ch.answer = func(_ context.Context, n int, _, _ string) error {
					if n <= len(c.errs) {
						return c.errs[n-1]
					}
					return nil
				}
				q := say(c.lane, "a", "it")
				q.Part.Kind = c.kind
				r.store.add(q)
				_, stop := r.start()
				elapse(time.Minute)
				equal(t, "stop", stop(), nil)
				equal(t, "state", r.store.row("it").state, c.state)
				equal(t, "calls", len(r.ch.log()), c.calls)
				equal(t, "rows in memory", len(r.tenure.lanes.known), 0)
			})
		})
	}
}

func TestGoneClosesTheAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.ch.answer = func(_ context.Context, _ int, chat, _ string) error {
			if chat == "a" {
				return fails(bot.Gone)
			}
			return nil
		}
		r.store.add(reply("a", "one"), reply("a", "two"), say(bot.LaneBulk, "a", "bulk"), reply("b", "other"))
		_, stop := r.start()
		elapse(time.Minute)
		equal(t, "stop", stop(), nil)
		equal(t, "calls", len(r.ch.log()), 2)
		equal(t, "skipped", r.store.count("skipped"), 2)
		equal(t, "rows in memory", len(r.tenure.lanes.known), 0)
	})
}

func TestPanicIsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.ch.answer = func(_ context.Context, n int, _, cause string) error {
			if cause == "bad" {
				var none []int
				none[n]++
			}
			return nil
		}
		r.store.add(say(bot.LaneBulk, "a", "bad"), say(bot.LaneBulk, "a", "good"))
		_, stop := r.start()
		elapse(time.Minute)
		equal(t, "stop", stop(), nil)
		equal(t, "bad", r.store.row("bad").state, "unknown")
		equal(t, "good", r.store.row("good").state, "sent")
	})
}

func TestChatHoldDelaysNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.ch.answer = func(_ context.Context, n int, chat, cause string) error {
			if cause == "slow" && n == 1 {
				return later(30*time.Second, false)
			}
			return nil
		}
		r.store.add(say(bot.LaneBulk, "a", "slow"), say(bot.LaneBulk, "a", "next"), reply("b", "other"))
		start := time.Now()
		wake, stop := r.start()
		elapse(time.Second)
		equal(t, "other chat", r.store.row("other").state, "sent")
		r.store.add(reply("a", "reply")) // the messenger's ban of a chat is for every lane
		wake()
		elapse(28 * time.Second)
		equal(t, "held", len(r.ch.log()), 2)
		elapse(10 * time.Second)
		equal(t, "stop", stop(), nil)
		equal(t, "order", fmt.Sprint(chatOf(r.ch.log(), "a")), "[slow reply slow next]")
		for _, a := range r.ch.log() {
			if in := a.start.Sub(start); a.cause == "reply" && in < 30*time.Second {
				t.Errorf("sent %v into a ban of 30 s", in)
			}
		}
	})
}

// A retry of an announcement that backs off must not keep a reply waiting.
func TestReplyPassesARetryOfBulk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.ch.answer = func(_ context.Context, n int, _, cause string) error {
			if cause == "bulk" {
				return fails(bot.Later)
			}
			return nil
		}
		r.store.add(say(bot.LaneBulk, "a", "bulk"))
		wake, stop := r.start()
		elapse(time.Hour)
		// So many failures look like a messenger that is down; it is not.
		r.store.add(reply("b", "other"))
		wake()
		elapse(time.Minute)
		r.store.add(reply("a", "reply"))
		asked := time.Now()
		wake()
		elapse(time.Second)
		equal(t, "stop", stop(), nil)
		i := slices.Index(r.ch.causes(), "reply")
		if i < 0 || r.ch.log()[i].start.Sub(asked) > 0 {
			t.Error("the reply waited for a retry of an announcement")
		}
		// Full jitter up to ten minutes: many less than one a second, many more than one an hour.
		if n := r.store.row("bulk").Attempts; n < 10 || n > 60 {
			t.Errorf("%d tries in an hour", n)
		}
	})
}

func TestWholeBotPause(t *testing.T) {
	const ban = 35 * time.Second
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		var banned atomic.Pointer[time.Time]
		inside := 0
		r.ch.answer = func(_ context.Context, n int, _, cause string) error {
			if until := banned.Load(); until != nil && time.Now().Before(*until) {
				inside++
			}
			if cause == "reply-3" && n == 1 {
				until := time.Now().Add(ban)
				banned.Store(&until)
				return later(ban, true)
			}
			return nil
		}
		r.conf.Concurrency = 1
		r.store.add(many(bot.LaneReply, 20, 20)...)
		press := reply("p", "press")
		_, stop := r.start()
		elapse(ban / 2)
		press.Part.Kind = bot.Answer
		r.store.add(press)
		equal(t, "stop", stop(), nil)
		equal(t, "calls", len(r.ch.log()), 4)
		if left := r.store.paused.Sub(*banned.Load()); left < 0 || left > time.Second {
			t.Errorf("the pause on the bot's row is off by %v", left)
		}
		// Whoever takes over honours it.
		_, stop = r.start()
		elapse(ban/2 - time.Second)
		equal(t, "calls before the end", len(r.ch.log()), 4)
		elapse(20 * time.Second)
		equal(t, "stop", stop(), nil)
		equal(t, "sends inside the ban", inside, 0)
		equal(t, "sent", r.store.count("sent"), 21)
	})
}

func TestHalted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		var mended atomic.Bool
		mended.Store(true)
		r.ch.way = func() (time.Duration, time.Duration) { return 50 * time.Millisecond, 50 * time.Millisecond }
		r.ch.answer = func(context.Context, int, string, string) error {
			if mended.Load() {
				return nil
			}
			return fails(bot.Halted)
		}
		r.conf.Concurrency = 8
		r.store.add(many(bot.LaneReply, 1000, 1000)...)
		_, stop := r.start()
		elapse(time.Second)
		mended.Store(false)
		elapse(2 * time.Minute)
		var refused time.Time
		after := 0
		for _, a := range r.ch.log() {
			if a.failed != nil && refused.IsZero() {
				refused = a.end
			}
			if !refused.IsZero() && a.start.After(refused) {
				after++
			}
		}
		if after < 1 || after > 3 {
			t.Errorf("%d calls after a refusal", after)
		}
		before := len(r.ch.log())
		elapse(time.Hour)
		if n := len(r.ch.log()) - before; n < 11 || n > 13 {
			t.Errorf("%d probes in an hour, want one in 5 minutes", n)
		}
		mended.Store(true)
		elapse(6 * time.Minute)
		equal(t, "stop", stop(), nil)
		equal(t, "sent", r.store.count("sent"), 1000)
	})
}

// Whoever takes over finds out by one send whether the account is accepted.
func TestATakeOverBeginsWithOneSend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.cold = true
		r.ch.way = func() (time.Duration, time.Duration) { return 50 * time.Millisecond, 50 * time.Millisecond }
		r.store.add(many(bot.LaneReply, 100, 100)...)
		_, stop := r.start()
		elapse(99 * time.Millisecond)
		equal(t, "calls before an answer", len(r.ch.log()), 1)
		elapse(50 * time.Millisecond)
		equal(t, "calls after it", len(r.ch.log()), 1+defaultConcurrency)
		equal(t, "stop", stop(), nil)
	})
}

// A messenger that is down is found by single tries, and no broadcast burns
// down into "unknown".
func TestNoAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		var up atomic.Bool
		r.ch.answer = func(ctx context.Context, _ int, _, _ string) error {
			if up.Load() {
				return nil
			}
			<-ctx.Done()
			return fails(bot.Unknown)
		}
		r.conf.Rate = 30
		r.store.add(many(bot.LaneBulk, 2000, 2000)...)
		_, stop := r.start()
		elapse(10 * time.Minute)
		if n := r.store.count("unknown"); n > 24+10*60/15 {
			t.Errorf("%d announcements of unknown outcome", n)
		}
		up.Store(true)
		elapse(2 * time.Minute)
		equal(t, "stop", stop(), nil)
		equal(t, "all ended", r.store.count("sent")+r.store.count("unknown"), 2000)
	})
}

func TestExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.ch.answer = func(context.Context, int, string, string) error { return later(48*time.Hour, true) }
		r.store.add(reply("a", "first"), reply("b", "reply"), say(bot.LaneBulk, "c", "bulk"))
		r.conf.Concurrency = 1
		_, stop := r.start()
		elapse(25 * time.Hour)
		equal(t, "reply", r.store.row("reply").state, "expired")
		equal(t, "retried reply", r.store.row("first").state, "expired")
		equal(t, "bulk", r.store.row("bulk").state, "pending")
		equal(t, "stop", stop(), nil)
		equal(t, "rows in memory", len(r.tenure.lanes.known), 1)
	})
}

func TestScheduledRowsAndOtherReplicas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		_, stop := r.start()
		elapse(time.Second)
		q := reply("a", "scheduled")
		q.NotBefore = time.Now().Add(time.Minute)
		r.store.add(q, reply("a", "now")) // nobody wakes us
		elapse(sweepEvery)
		equal(t, "now", r.store.row("now").state, "sent")
		elapse(50 * time.Second)
		equal(t, "too early", r.store.row("scheduled").state, "pending")
		elapse(20 * time.Second)
		equal(t, "scheduled", r.store.row("scheduled").state, "sent")
		equal(t, "stop", stop(), nil)
	})
}

// Memory stays flat: when everything is sent, nothing is remembered of 3,000 chats.
func TestMemoryStaysFlat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.conf.PerChat = time.Second
		r.store.add(many(bot.LaneReply, 9000, 3000)...)
		_, stop := r.start()
		for r.store.count("sent") < 9000 {
			elapse(10 * time.Millisecond)
		}
		elapse(2 * sweepEvery)
		equal(t, "stop", stop(), nil)
		b := r.tenure.lanes
		equal(t, "chats", len(b.chats), 0)
		equal(t, "known", len(b.known), 0)
		equal(t, "rows", b.rows, [laneCount]int{})
		equal(t, "retries", b.retries, [laneCount]int{})
	})
}

// One chat with more rows than a lane holds at first must not starve the rest.
func TestABurstOfOneChatStarvesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.conf.PerChat = time.Second
		r.store.add(many(bot.LaneReply, 3000, 1)...)
		r.store.add(reply("other", "other"))
		_, stop := r.start()
		elapse(2 * time.Second)
		equal(t, "other", r.store.row("other").state, "sent")
		equal(t, "stop", stop(), nil)
	})
}

func TestRowsClosedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.conf.Rate = 20
		r.store.add(many(bot.LaneBulk, 100, 100)...)
		_, stop := r.start()
		elapse(time.Second)
		r.store.set(func(m *memory) { // "stop" from every third person
			for i, row := range m.rows {
				if i%3 == 0 && row.state == "pending" {
					row.state = "skipped"
				}
			}
		})
		elapse(time.Minute)
		equal(t, "stop", stop(), nil)
		equal(t, "all ended", r.store.count("sent")+r.store.count("skipped"), 100)
		equal(t, "sends", len(r.ch.log()), r.store.count("sent"))
		equal(t, "rows in memory", len(r.tenure.lanes.known), 0)
	})
}

// One reading gives so many bytes and no more; what is behind is read as rows
// leave, and not again and again meanwhile.
func TestLongMessagesAreReadAFewAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.conf.Rate = 100
		r.ch.way = func() (time.Duration, time.Duration) { return 10 * time.Millisecond, 10 * time.Millisecond }
		began := time.Now()
		r.store.add(long(many(bot.LaneBulk, 1000, 1000))...)
		_, stop := r.start()
		for r.store.count("sent") < 900 {
			elapse(time.Second / 10)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("took %v: the sender waits for its sweep", took)
		}
		n := r.store.readings()
		elapse(10 * time.Second)
		equal(t, "stop", stop(), nil)
		equal(t, "sent", r.store.count("sent"), 1000)
		if r.store.most > 8<<20 {
			t.Errorf("%d bytes read at once", r.store.most)
		}
		if n > 3*(900/80+int(time.Minute/sweepEvery)) {
			t.Errorf("%d readings", n)
		}
	})
}

// Where all that one reading gives must wait, nothing is read until some of it goes.
func TestLongMessagesThatMustWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.conf.PerChat = time.Minute
		r.store.add(long(many(bot.LaneReply, 300, 2))...)
		_, stop := r.start()
		elapse(time.Minute / 2)
		n := r.store.readings()
		elapse(time.Minute / 3)
		if n := r.store.readings() - n; n > 2*laneCount*int(time.Minute/3/sweepEvery) {
			t.Errorf("%d readings while nothing may leave", n)
		}
		elapse(4 * time.Hour)
		equal(t, "stop", stop(), nil)
		equal(t, "sent", r.store.count("sent"), 300)
	})
}
