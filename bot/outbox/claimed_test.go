package outbox

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// addClaimed enqueues announcements claimed under the epoch, as a releaser commits them.
func (m *memory) addClaimed(epoch int64, rows ...bot.Queued) (released []storage.OutboxRow) {
	m.add(rows...)
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.rows[len(m.rows)-len(rows):] {
		s.state, s.by, s.Attempts = "sending", epoch, 1
		r := s.OutboxRow
		r.Epoch = epoch
		released = append(released, r)
	}
	return released
}

// What was released claimed leaves at once and is not claimed anew, and with its outcome
// there is room for more.
func TestReleasedClaimedLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		var told atomic.Int32
		r.conf.Room = func() { told.Add(1) }
		_, stop := r.start()
		elapse(time.Second)
		n, takes := r.tenure.Takes()
		equal(t, "takes", takes, true)
		equal(t, "told of room", told.Load(), 1)
		r.tenure.Hand(r.store.addClaimed(1, many(bot.LaneBulk, n, n)...))
		left, _ := r.tenure.Takes()
		equal(t, "room behind them", left, 0)
		elapse(time.Second)
		equal(t, "stop", stop(), nil)
		equal(t, "sent", r.store.count("sent"), n)
		equal(t, "claims", r.store.claims, 0)
		if told.Load() < 2 {
			t.Error("nobody was told of the room that came free")
		}
		equal(t, "ahead", r.tenure.ahead.Load(), 0)
		_, takes = r.tenure.Takes()
		equal(t, "takes after the end", takes, false)
	})
}

// Where a limit of ours spreads announcements, or nobody knows whether the messenger
// answers, none comes claimed.
func TestClaimedAreNotTaken(t *testing.T) {
	for name, with := range map[string]func(*rig){
		"a rate": func(r *rig) { r.conf.Rate = 30 },
		"cold":   func(r *rig) { r.cold = true },
		"a pause": func(r *rig) {
			r.ch.answer = func(context.Context, int, string, string) error {
				return &bot.SendError{Outcome: bot.Later, After: time.Hour, Whole: true}
			}
			r.store.add(reply("a", "one"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig()
				with(r)
				_, stop := r.start()
				elapse(5 * time.Second)
				_, takes := r.tenure.Takes()
				equal(t, "takes", takes, false)
				equal(t, "stop", stop(), nil)
			})
		})
	}
}

// A row that came claimed and cannot go at once waits unclaimed, and goes once: behind
// what is under way in its chat, behind a pause of the bot, or with the next holder.
func TestClaimedGoBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.conf.Concurrency = 4
		r.ch.way = func() (time.Duration, time.Duration) { return time.Second, time.Second }
		r.store.add(reply("a", "first"))
		_, stop := r.start()
		elapse(time.Second)
		r.tenure.Hand(r.store.addClaimed(1, say(bot.LaneBulk, "a", "second"), say(bot.LaneBulk, "b", "other")))
		elapse(100 * time.Millisecond)
		equal(t, "the one behind", r.store.row("second").state, "pending")
		equal(t, "the other", r.store.row("other").state, "sending")
		elapse(10 * time.Second)
		equal(t, "order", fmt.Sprint(chatOf(r.ch.log(), "a"), chatOf(r.ch.log(), "b")), "[first second] [other]")

		r.tenure.Hand(r.store.addClaimed(1, many(bot.LaneBulk, 12, 12)...)) // 3 places for announcements
		elapse(100 * time.Millisecond)
		equal(t, "stop", stop(), nil)
		equal(t, "left before the stop", len(r.ch.log()), 3+3)
		equal(t, "wait", r.store.count("pending"), 9)
		equal(t, "in doubt", r.store.count("sending"), 0)
	})
}

func TestClaimedGoBackWhileTheBotMustWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.conf.Concurrency = 4
		r.ch.way = func() (time.Duration, time.Duration) { return time.Second, 0 }
		var waits atomic.Bool
		waits.Store(true)
		r.ch.answer = func(context.Context, int, string, string) error {
			if waits.Load() {
				return &bot.SendError{Outcome: bot.Later, After: time.Minute, Whole: true}
			}
			return nil
		}
		_, stop := r.start()
		elapse(time.Second)
		r.tenure.Hand(r.store.addClaimed(1, many(bot.LaneBulk, 12, 12)...))
		elapse(5 * time.Second)
		equal(t, "wait", r.store.count("pending"), 12)
		waits.Store(false)
		elapse(2 * time.Minute)
		equal(t, "stop", stop(), nil)
		equal(t, "sent", r.store.count("sent"), 12)
		equal(t, "sends", len(r.ch.log()), 12+3)
	})
}

// A release whose commit was not answered is waited for, and its messages go once: those
// that it wrote are claimed anew, the others are not there.
func TestUnsureWaitAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		_, stop := r.start()
		elapse(time.Second)
		written := r.store.addClaimed(1, many(bot.LaneBulk, 3, 3)...)
		not := written[0]
		not.ID, not.To.Chat, not.Cause, not.Epoch = 99, "nobody", "never", 1
		r.tenure.Unsure(append(slices.Clone(written), not))
		elapse(time.Minute)
		equal(t, "stop", stop(), nil)
		equal(t, "sent", r.store.count("sent"), 3)
		equal(t, "sends", len(r.ch.log()), 3)
		equal(t, "ahead", r.tenure.ahead.Load(), 0)
	})
}

// What a holder before us had released is in doubt, whoever hands it: it does not leave.
func TestClaimedOfAnotherEpochDoNotLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		_, stop := r.start()
		elapse(time.Second)
		r.tenure.Hand(r.store.addClaimed(7, say(bot.LaneBulk, "a", "one")))
		elapse(time.Minute)
		equal(t, "stop", stop(), nil)
		equal(t, "sends", len(r.ch.log()), 0)
		equal(t, "ahead", r.tenure.ahead.Load(), 0)
	})
}

// A send is over where the messenger tells nothing of it any more.
func TestOver(t *testing.T) {
	for _, tells := range []bot.Receipts{{}, {Seen: true}, {Delivered: true}, {Failed: true}} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig()
			r.ch.tells = tells
			r.store.add(reply("a", "one"))
			over := false
			r.store.refuse = func(s storage.SendOutcome) bool { over = s.Over; return false }
			_, stop := r.start()
			elapse(time.Second)
			equal(t, "stop", stop(), nil)
			equal(t, "sent", r.store.count("sent"), 1)
			equal(t, "over", over, tells == bot.Receipts{})
		})
	}
}
