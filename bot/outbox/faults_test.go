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
	"visnyk/storage"
)

func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.ch.way = func() (time.Duration, time.Duration) { return time.Second, time.Second }
		r.conf.Concurrency = 4
		r.store.add(many(bot.LaneReply, 20, 20)...)
		_, stop := r.start()
		elapse(time.Second)
		begun := time.Now()
		equal(t, "stop", stop(), nil)
		if took := time.Since(begun); took < time.Second || took > time.Second+recordInterval {
			t.Errorf("drained in %v, want the sends' second and at most a beat", took)
		}
		equal(t, "calls", len(r.ch.log()), 4)
		equal(t, "sent", r.store.count("sent"), 4)
		equal(t, "in doubt", r.store.count("sending"), 0)
	})
}

// Outcomes of one beat are one writing, and a lone one is written at once.
func TestOutcomesAreWrittenByTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		n := 0
		r.ch.way = func() (time.Duration, time.Duration) { // each send ends a beat's tenth after the one before
			n++
			return time.Second, time.Duration(n) * recordInterval / 10
		}
		r.conf.Concurrency = 20
		r.store.add(many(bot.LaneReply, 20, 20)...)
		_, stop := r.start()
		elapse(3 * time.Second)
		equal(t, "stop", stop(), nil)
		equal(t, "sent", r.store.count("sent"), 20)
		equal(t, "writings", r.store.recordings, 3)
	})
}

func TestDrainCutsOffWhatHangs(t *testing.T) {
	for _, deaf := range []bool{false, true} {
		t.Run(fmt.Sprintf("deaf=%v", deaf), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig()
				free := make(chan struct{})
				r.ch.answer = func(ctx context.Context, _ int, _, _ string) error {
					if deaf {
						<-free
					}
					select {
					case <-free:
					case <-ctx.Done():
					}
					return fails(bot.Unknown)
				}
				r.conf.SendTimeout = time.Minute
				r.store.add(reply("a", "one"))
				_, stop := r.start()
				elapse(time.Second)
				begun := time.Now()
				equal(t, "stop", stop(), nil)
				if took := time.Since(begun); took > 12*time.Second {
					t.Errorf("the stop took %v", took)
				}
				want := "pending" // to be sent once more
				if deaf {
					want = "sending" // for the next holder to recover
				}
				equal(t, "state", r.store.row("one").state, want)
				close(free)
				elapse(time.Second)
			})
		})
	}
}

func TestOutcomesOutliveTheDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.ch.way = func() (time.Duration, time.Duration) { return time.Second, time.Second }
		r.store.add(many(bot.LaneReply, 100, 50)...)
		_, stop := r.start()
		elapse(time.Second)
		r.store.set(func(m *memory) { m.down = true })
		elapse(time.Minute)
		calls := len(r.ch.log())
		equal(t, "calls while it is away", calls, defaultConcurrency)
		r.store.set(func(m *memory) { m.down = false })
		elapse(3 * time.Second)
		if n := r.store.count("sent"); n < calls {
			t.Errorf("3 s after its return %d of %d outcomes are written", n, calls)
		}
		elapse(time.Minute)
		equal(t, "stop", stop(), nil)
		equal(t, "sent", r.store.count("sent"), 100)
		equal(t, "calls", len(r.ch.log()), 100)
	})
}

func TestARefusedOutcomeStopsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.store.refuse = func(s storage.SendOutcome) bool { return s.Row.Cause == "reply-5" }
		r.store.add(many(bot.LaneReply, 200, 20)...)
		_, stop := r.start()
		elapse(time.Minute)
		equal(t, "sent", r.store.count("sent"), 190) // all but the rest of its chat
		r.store.set(func(m *memory) { m.refuse = nil })
		elapse(10 * time.Second)
		equal(t, "stop", stop(), nil)
		equal(t, "sent", r.store.count("sent"), 200)
	})
}

// The answer to a claim got lost, whether it was committed or not: everything is
// sent once, in order.
func TestClaimOfUnknownOutcome(t *testing.T) {
	for _, committed := range []bool{true, false} {
		t.Run(fmt.Sprintf("committed=%v", committed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig()
				n := 0
				r.store.claimed = func(rows []storage.OutboxRow) error {
					if n++; n%2 == 0 {
						return nil
					}
					if !committed {
						for _, row := range rows {
							r.store.rows[row.ID-1].state = "pending"
						}
					}
					return errDown
				}
				r.store.add(many(bot.LaneReply, 60, 3)...)
				r.store.add(many(bot.LaneBulk, 10, 10)...)
				_, stop := r.start()
				elapse(time.Hour)
				equal(t, "stop", stop(), nil)
				equal(t, "calls", len(r.ch.log()), 70)
				equal(t, "sent", r.store.count("sent"), 70)
				inOrder(t, r.ch.log(), r.store.place)
			})
		})
	}
}

func TestLeaseLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		n := 0
		r.ch.way = func() (time.Duration, time.Duration) { // every other send takes longer
			n++
			return time.Second, time.Duration(1+n%2*2) * time.Second
		}
		r.conf.Concurrency = 4
		r.store.add(many(bot.LaneReply, 40, 40)...)
		r.start()
		elapse(time.Second)
		r.store.set(func(m *memory) { m.lease.Epoch++ })
		if err := <-r.done; !errors.Is(err, storage.ErrLeaseLost) {
			t.Errorf("got %v, want the loss of the lease", err)
		}
		equal(t, "calls", len(r.ch.log()), 4)
		equal(t, "sent", r.store.count("sent"), 0)
		equal(t, "for the next holder", r.store.count("sending"), 4)
		for _, a := range r.ch.log() {
			if a.end.IsZero() {
				t.Error("Run returned with a send under way")
			}
		}
	})
}

// A zombie: the lease lapses while nobody can tell the process.
func TestLapsedLeaseSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.held = newHeldLease(r.store.lease, true, 9*time.Second, time.Now())
		r.conf.PerChat = time.Second
		r.store.add(many(bot.LaneReply, 40, 1)...)
		start := time.Now()
		_, stop := r.start()
		elapse(time.Minute)
		equal(t, "stop", stop(), nil)
		for _, a := range r.ch.log() {
			if age := a.start.Sub(start); age >= 6*time.Second {
				t.Errorf("sent %v after the last renewal", age)
			}
		}
		equal(t, "calls", len(r.ch.log()), 6)
	})
}

// The lease lapses between the claim and the sends: the rows are given back.
func TestClaimedButLapsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.held = newHeldLease(r.store.lease, true, 9*time.Second, time.Now())
		r.store.claimed = func([]storage.OutboxRow) error {
			<-time.After(6 * time.Second)
			return nil
		}
		r.store.add(many(bot.LaneReply, 10, 10)...)
		_, stop := r.start()
		elapse(30 * time.Second)
		equal(t, "stop", stop(), nil)
		equal(t, "calls", len(r.ch.log()), 0)
		equal(t, "pending", r.store.count("pending"), 10)
	})
}

func TestRecovered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.held = newHeldLease(r.store.lease, false, 10*time.Second, time.Now())
		r.store.add(reply("a", "was sending"), reply("a", "next"), say(bot.LaneBulk, "b", "bulk was sending"), say(bot.LaneBulk, "b", "bulk next"))
		r.store.set(func(m *memory) { m.rows[0].state, m.rows[2].state = "sending", "sending" })
		start := time.Now()
		_, stop := r.start()
		elapse(time.Minute)
		equal(t, "stop", stop(), nil)
		equal(t, "order", fmt.Sprint(chatOf(r.ch.log(), "a")), "[was sending next]")
		equal(t, "order", fmt.Sprint(chatOf(r.ch.log(), "b")), "[bulk next]")
		equal(t, "bulk", r.store.row("bulk was sending").state, "unknown")
		// The dead holder started its last send at two thirds of its lease.
		if wait := r.ch.log()[0].start.Sub(start); wait < defaultSendTimeout-10*time.Second/3 {
			t.Errorf("sent %v after the take-over, while the last send may be under way", wait)
		}
	})
}

// After a take-over the retry of a row waits by the database's clock. Whatever
// ours says, no later row of the chat overtakes it.
func TestTakeOverKeepsTheOrderOfARetry(t *testing.T) {
	for _, skew := range []time.Duration{0, time.Hour, -time.Hour, 3 * time.Second, -3 * time.Second} {
		t.Run(skew.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig()
				r.store.skew = skew
				r.store.add(reply("a", "retry"), reply("a", "next"), reply("b", "other"))
				r.store.set(func(m *memory) {
					m.rows[0].Attempts, m.rows[0].due = 1, m.now().Add(20*time.Second)
				})
				start := time.Now()
				_, stop := r.start()
				elapse(time.Second)
				equal(t, "other", r.store.row("other").state, "sent")
				elapse(30 * time.Second)
				equal(t, "stop", stop(), nil)
				equal(t, "order", fmt.Sprint(chatOf(r.ch.log(), "a")), "[retry next]")
				if calls := r.ch.log(); calls[1].start.Sub(start) > 26*time.Second {
					t.Errorf("the retry was %v late", calls[1].start.Sub(start)-20*time.Second)
				}
			})
		})
	}
}

func TestStartWaitsForTheDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.store.down = true
		r.store.add(reply("a", "one"))
		_, stop := r.start()
		elapse(time.Minute)
		r.store.set(func(m *memory) { m.down = false })
		elapse(2 * time.Second)
		equal(t, "sent", r.store.count("sent"), 1)
		equal(t, "stop", stop(), nil)
	})
}

// The stop comes at any moment, also while the database is away.
func TestStopAnyTime(t *testing.T) {
	for _, c := range []struct {
		name  string
		clean bool
		down  bool
	}{{"before the take-over", false, false}, {"database away at start", true, true}, {"idle", true, false}} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig()
				r.held = newHeldLease(r.store.lease, c.clean, 10*time.Second, time.Now())
				r.store.down = c.down
				_, stop := r.start()
				elapse(time.Second)
				begun := time.Now()
				equal(t, "stop", stop(), nil)
				if took := time.Since(begun); took > 2*time.Second {
					t.Errorf("the stop took %v", took)
				}
			})
		})
	}
	t.Run("outcomes cannot be written", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			r := newRig()
			var down atomic.Bool
			r.ch.answer = func(context.Context, int, string, string) error {
				if down.CompareAndSwap(false, true) {
					r.store.set(func(m *memory) { m.down = true })
				}
				return nil
			}
			r.store.add(reply("a", "one"))
			_, stop := r.start()
			elapse(time.Second)
			begun := time.Now()
			equal(t, "stop", stop(), nil)
			if took := time.Since(begun); took > 12*time.Second {
				t.Errorf("the stop took %v", took)
			}
			equal(t, "state", r.store.row("one").state, "sending")
		})
	})
}

func chatOf(calls []arrival, chat string) (causes []string) {
	for _, a := range calls {
		if a.chat == chat {
			causes = append(causes, a.cause)
		}
	}
	return causes
}

// reporter is what *testing.T and *rapid.T share.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

// inOrder checks that the messages of each chat and lane left in the order of
// their ids (a retry may repeat one), never two at once.
func inOrder(t reporter, calls []arrival, row func(cause string) (id int64, lane bot.Lane)) {
	t.Helper()
	type line struct {
		chat string
		lane bot.Lane
	}
	last := map[line]int64{}
	ends := map[string]time.Time{}
	slices.SortStableFunc(calls, func(a, b arrival) int { return a.start.Compare(b.start) })
	for _, a := range calls {
		if a.kind == bot.Answer {
			continue
		}
		id, lane := row(a.cause)
		l := line{a.chat, lane}
		if id < last[l] {
			t.Errorf("chat %s, lane %s: row %d left after row %d", a.chat, lane, id, last[l])
		}
		last[l] = id
		if a.start.Before(ends[a.chat]) {
			t.Errorf("chat %s: two sends at once", a.chat)
		}
		ends[a.chat] = a.end
	}
}
