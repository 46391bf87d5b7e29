package outbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
)

// addTurn commits what a turn says, the first of it claimed under the epoch; 0 is none.
func (m *memory) addTurn(epoch int64, rows ...bot.Queued) (said []storage.OutboxRow) {
	m.mu.Lock()
	from := len(m.rows)
	m.mu.Unlock()
	m.add(rows...)
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, s := range m.rows[from:] {
		r := s.OutboxRow
		if i == 0 && epoch != 0 {
			s.state, s.by, s.Attempts = "sending", epoch, 1
			r.Attempts, r.Epoch = 1, epoch
		}
		said = append(said, r)
	}
	return said
}

// What a turn says leaves in its order, and only what stands behind the first is claimed.
func TestRepliesClaimedLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		_, stop := r.start()
		elapse(time.Second)
		if n := r.tenure.TakesReplies(); n != r.tenure.mostUnrecorded {
			t.Errorf("takes %d", n)
		}
		r.tenure.Hand(r.store.addTurn(1, reply("a", "one"), reply("a", "two"), reply("a", "three")))
		r.tenure.Hand(r.store.addTurn(1, reply("b", "four")))
		elapse(time.Second)
		equal(t, "sent", fmt.Sprint(chatOf(r.ch.log(), "a"), chatOf(r.ch.log(), "b")), "[one two three] [four]")
		equal(t, "claims", r.store.claims, 2)
		equal(t, "stop", stop(), nil)
		equal(t, "takes after the end", r.tenure.TakesReplies(), 0)
		equal(t, "unrecorded", r.tenure.unrecorded, 0)
	})
}

// At a limit of ours no more come claimed than may leave.
func TestRepliesComeClaimedWithinTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.conf.Rate = 5
		_, stop := r.start()
		elapse(time.Second)
		equal(t, "takes at first", r.tenure.TakesReplies(), 5)
		r.store.add(many(bot.LaneReply, 9, 9)...)
		r.tenure.Wake()
		elapse(100 * time.Millisecond)
		equal(t, "takes at the limit", r.tenure.TakesReplies(), 0)
		elapse(10 * time.Second)
		equal(t, "takes at rest", r.tenure.TakesReplies(), 5)
		equal(t, "stop", stop(), nil)
	})
}

// While the bot must wait, it is written of its replies that they wait; then they leave in
// their order, once. So it is at the end of the sender.
func TestRepliesClaimedGoBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.conf.Concurrency = 1
		var waits atomic.Bool
		r.ch.way = func() (time.Duration, time.Duration) { return time.Second, 0 }
		r.ch.answer = func(context.Context, int, string, string) error {
			if waits.Swap(false) {
				return &bot.SendError{Outcome: bot.Later, After: time.Minute, Whole: true}
			}
			return nil
		}
		_, stop := r.start()
		elapse(time.Second)
		waits.Store(true)
		for i := range 4 {
			r.tenure.Hand(r.store.addTurn(1, reply("a", fmt.Sprint("a", 2*i)), reply("a", fmt.Sprint("a", 2*i+1))))
			r.tenure.Hand(r.store.addTurn(1, reply("b", fmt.Sprint("b", i))))
		}
		elapse(5 * time.Second)
		equal(t, "wait", r.store.count("pending"), 12)
		equal(t, "takes while it must wait", r.tenure.TakesReplies(), 0)
		elapse(2 * time.Minute)
		equal(t, "order", fmt.Sprint(sentTo(r.ch.log(), "a"), sentTo(r.ch.log(), "b")), "[a0 a1 a2 a3 a4 a5 a6 a7] [b0 b1 b2 b3]")

		for i := range 5 {
			r.tenure.Hand(r.store.addTurn(1, reply(fmt.Sprint("c", i), fmt.Sprint("c", i))))
		}
		elapse(100 * time.Millisecond)
		equal(t, "stop", stop(), nil)
		equal(t, "in doubt", r.store.count("sending"), 0)
		equal(t, "wait for the next holder", r.store.count("pending"), 4)
		equal(t, "unrecorded", r.tenure.unrecorded, 0)
	})
}

// While the database may have rows that were not read, a claimed one stands behind them.
func TestRepliesClaimedDoNotOvertake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.store.blinded(true)
		r.store.add(reply("a", "first"))
		_, stop := r.start()
		r.tenure.Hand(r.store.addTurn(1, reply("a", "second"), reply("a", "last")))
		elapse(10 * time.Second)
		equal(t, "takes", r.tenure.TakesReplies(), 0)
		equal(t, "sends before anything could be read", len(r.ch.log()), 0)
		r.store.blinded(false)
		elapse(2 * time.Minute)
		equal(t, "stop", stop(), nil)
		equal(t, "order", fmt.Sprint(chatOf(r.ch.log(), "a")), "[first second last]")
	})
}

// Whatever the messenger and the database do, replies leave in the order of their chat,
// and once; where a send went unanswered, once more at most.
func TestRepliesClaimedAtRandom(t *testing.T) {
	for seed := range uint64(15) {
		synctest.Test(t, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 3))
			r := newRig()
			r.conf.Concurrency = 1 + rnd.IntN(6)
			if rnd.IntN(2) == 0 {
				r.conf.Rate = float64(1 + rnd.IntN(20))
			}
			wild := atomic.Bool{}
			wild.Store(true)
			r.ch.way = func() (time.Duration, time.Duration) { return 30 * time.Millisecond, 20 * time.Millisecond }
			r.ch.answer = func(_ context.Context, n int, _, cause string) error {
				if !wild.Load() {
					return nil
				}
				switch (int(seed) + 7*len(cause) + int(cause[len(cause)-1]) + n) % 17 {
				case 0:
					return &bot.SendError{Outcome: bot.Later, After: 3 * time.Second, Whole: true}
				case 1:
					return &bot.SendError{Outcome: bot.Later, After: 2 * time.Second}
				case 2:
					return &bot.SendError{Outcome: bot.Unknown}
				}
				return nil
			}
			_, stop := r.start()
			all := map[string][]string{}
			for turn := range 120 {
				elapse(time.Duration(rnd.IntN(120)) * time.Millisecond)
				chat := fmt.Sprint("chat", rnd.IntN(5))
				var rows []bot.Queued
				for part := range 1 + rnd.IntN(3) {
					rows = append(rows, reply(chat, fmt.Sprintf("%03d/%d", turn, part)))
					all[chat] = append(all[chat], rows[part].Cause)
				}
				epoch := int64(0)
				if r.tenure.TakesReplies() > 0 || rnd.IntN(8) == 0 { // it may be late
					epoch = 1
				}
				said := r.store.addTurn(epoch, rows...)
				if r.tenure.Hand(said); rnd.IntN(12) == 0 {
					r.store.set(func(m *memory) { m.down = true })
					elapse(time.Duration(rnd.IntN(900)) * time.Millisecond)
					r.store.set(func(m *memory) { m.down = false })
				}
			}
			wild.Store(false)
			elapse(10 * time.Minute)
			equal(t, "stop", stop(), nil)
			equal(t, "unrecorded", r.tenure.unrecorded, 0)
			equal(t, "waits", r.store.count("pending")+r.store.count("sending"), 0)
			for chat, causes := range all {
				var sent []string
				for _, cause := range chatOf(r.ch.log(), chat) {
					if len(sent) == 0 || sent[len(sent)-1] != cause { // tried again
						sent = append(sent, cause)
					}
				}
				if diff := cmp.Diff(causes, sent); diff != "" {
					t.Errorf("seed %d, %s: %s", seed, chat, diff)
				}
			}
			for _, row := range r.store.rows {
				tries := 0
				for _, a := range r.ch.log() {
					if a.cause == row.Cause && (a.failed == nil || unanswered(a.failed)) {
						tries++
					}
				}
				if tries > 1+row.Unknowns || row.state != "sent" && row.Unknowns == 0 {
					t.Errorf("seed %d: %s is %s after %d sends, %d of them unanswered", seed, row.Cause, row.state, tries, row.Unknowns)
				}
			}
		})
	}
}

func unanswered(err error) bool { return asSendError(err).Outcome == bot.Unknown }

// sentTo returns the causes of what arrived in the chat.
func sentTo(all []arrival, chat string) (causes []string) {
	for _, a := range all {
		if a.chat == chat && a.failed == nil {
			causes = append(causes, a.cause)
		}
	}
	return causes
}
