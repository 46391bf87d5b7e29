package storage_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func depth(t *testing.T, s *storage.Store) map[storage.OutboxKey]int {
	t.Helper()
	return must[map[storage.OutboxKey]int](t)(s.OutboxDepth(t.Context()))
}

func TestEnqueue(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		q := say("1", "turn/a/0/0")
		later := say("1", "turn/a/0/1")
		later.NotBefore = time.Now().Add(time.Hour)
		other := say("2", "turn/a/0/0") // the same cause to somebody else
		other.Lane = bot.LaneDesk
		if n := enqueue(t, s, q, later, other, q); n != 3 {
			t.Errorf("added %d", n)
		}
		if n := enqueue(t, s, q, say("1", "turn/b/0/0")); n != 1 {
			t.Errorf("again added %d", n)
		}
		rows := pending(t, s, bot.LaneReply)
		if diff := cmp.Diff([]string{"turn/a/0/0", "turn/b/0/0"}, causes(rows)); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(q, rows[0].Queued); diff != "" {
			t.Error(diff)
		}
		if rows[0].CreatedAt.IsZero() || rows[0].ID == 0 {
			t.Errorf("got %+v", rows[0])
		}
		want := map[storage.OutboxKey]int{{Bot: telegram, State: "pending"}: 3, {Bot: telegram, Lane: bot.LaneDesk, State: "pending"}: 1}
		if diff := cmp.Diff(want, depth(t, s)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestEnqueueKeepsOrder(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		var want []string
		for i := range 40 {
			a, b := fmt.Sprintf("%d/1", 99-i), fmt.Sprintf("%d/0", 99-i)
			enqueue(t, s, say("1", a), say("2", b))
			want = append(want, a, b)
		}
		if diff := cmp.Diff(want, causes(pending(t, s, bot.LaneReply))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestEnqueueAtOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		var added atomic.Int32
		var wg sync.WaitGroup
		for n := range 8 {
			wg.Go(func() {
				var rows []bot.Queued
				for i := range 20 {
					rows = append(rows, say("1", fmt.Sprint((i*7+n*3)%20)))
				}
				err := s.InTx(context.Background(), func(tx *storage.Tx) error {
					n, err := tx.Enqueue(context.Background(), rows)
					if err == nil {
						added.Add(int32(n.Added))
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if added.Load() != 20 {
			t.Errorf("added %d", added.Load())
		}
	})
}

func TestClaim(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		enqueue(t, s, say("1", "a"), say("1", "b"), say("2", "c"))
		rows := pending(t, s, bot.LaneReply)
		ok(t, errOf(s.Claim(t.Context(), l, rows[:1])))
		claimed, err := s.Claim(t.Context(), l, rows[:2])
		ok(t, err)
		if diff := cmp.Diff([]bool{false, true}, claimed); diff != "" {
			t.Errorf("claimed twice: %s", diff)
		}
		if diff := cmp.Diff([]string{"c"}, causes(pending(t, s, bot.LaneReply))); diff != "" {
			t.Error(diff)
		}
		want := map[storage.OutboxKey]int{{Bot: telegram, State: "pending"}: 1, {Bot: telegram, State: "sending"}: 2}
		if diff := cmp.Diff(want, depth(t, s)); diff != "" {
			t.Error(diff)
		}
		if n := enqueue(t, s, say("1", "a")); n != 0 {
			t.Error("a claimed row was enqueued again")
		}
	})
}

// How a claimed row goes on after each outcome, once and again.
func TestRecordOutcomes(t *testing.T) {
	type step struct {
		outcome bot.Outcome
		state   string // "" when nothing waits any more
	}
	for name, c := range map[string]struct {
		lane  bot.Lane
		kind  bot.PartKind
		steps []step
	}{
		"sent":                 {bot.LaneReply, bot.Say, []step{{bot.Sent, ""}}},
		"malformed":            {bot.LaneReply, bot.Say, []step{{bot.Malformed, ""}}},
		"later, later, sent":   {bot.LaneReply, bot.Say, []step{{bot.Later, "pending"}, {bot.Later, "pending"}, {bot.Sent, ""}}},
		"halted":               {bot.LaneDesk, bot.Say, []step{{bot.Halted, "pending"}}},
		"reply unknown twice":  {bot.LaneReply, bot.Say, []step{{bot.Unknown, "pending"}, {bot.Unknown, "unknown"}}},
		"desk unknown, later":  {bot.LaneDesk, bot.Say, []step{{bot.Unknown, "pending"}, {bot.Later, "pending"}, {bot.Unknown, "unknown"}}},
		"bulk unknown":         {bot.LaneBulk, bot.Say, []step{{bot.Unknown, "unknown"}}},
		"bulk answer unknown":  {bot.LaneBulk, bot.Answer, []step{{bot.Unknown, "pending"}}},
		"reply answer unknown": {bot.LaneReply, bot.Answer, []step{{bot.Unknown, "pending"}, {bot.Unknown, "unknown"}}},
	} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, s *storage.Store) {
				ctx := t.Context()
				l := lease(t, s, telegram, "me")
				q := say("1", "a")
				q.Lane, q.Part.Kind = c.lane, c.kind
				enqueue(t, s, q)
				for i, st := range c.steps {
					rows := pending(t, s, c.lane)
					if len(rows) != 1 || rows[0].Attempts != i {
						t.Fatalf("step %d: pending %+v", i, rows)
					}
					ok(t, errOf(s.Claim(ctx, l, rows)))
					recorded := []storage.SendOutcome{{Row: rows[0], Outcome: st.outcome, ExternalID: "m", Reason: "why"}}
					ok(t, s.RecordOutcomes(ctx, l, recorded))
					ok(t, s.RecordOutcomes(ctx, l, recorded)) // a repeat changes nothing
					want := map[storage.OutboxKey]int{}
					if st.state != "" {
						want[storage.OutboxKey{Bot: telegram, Lane: c.lane, State: st.state}] = 1
					}
					if diff := cmp.Diff(want, depth(t, s)); diff != "" {
						t.Fatalf("step %d: %s", i, diff)
					}
				}
			})
		})
	}
}

func TestRecordUnknownOutcome(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		if err := s.RecordOutcomes(t.Context(), l, []storage.SendOutcome{{Outcome: "?"}}); err == nil {
			t.Error("taken")
		}
	})
}

func TestRecordLaterHoldsTheChat(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := lease(t, s, telegram, "me")
		scheduled := say("3", "s")
		scheduled.NotBefore = time.Now().Add(time.Hour)
		enqueue(t, s, say("1", "a"), say("1", "b"), say("2", "c"), scheduled)
		rows := pending(t, s, bot.LaneReply)
		ok(t, errOf(s.Claim(ctx, l, rows)))
		until := time.Now().Add(time.Minute).Truncate(time.Microsecond).UTC()
		ok(t, s.RecordOutcomes(ctx, l, []storage.SendOutcome{
			{Row: rows[0], Outcome: bot.Later, NotBefore: until},
			{Row: rows[1], Outcome: bot.Halted, NotBefore: until.Add(-time.Second)},
			{Row: rows[2], Outcome: bot.Later, NotBefore: noon.AddDate(-9, 0, 0)},
		}))
		held := must[map[string]time.Time](t)(s.Backoffs(ctx, telegram))
		if diff := cmp.Diff(map[string]time.Time{"1": until}, held); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"c"}, causes(pending(t, s, bot.LaneReply))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestGoneTakesEverythingOfTheChatAlong(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := lease(t, s, telegram, "me")
		turn(t, s, l, "1", storage.TurnWrite{Conversation: conversation("1", 1)})
		turn(t, s, l, "2", storage.TurnWrite{Conversation: conversation("2", 1)})
		bulk := say("1", "bcast/1/0")
		bulk.Lane = bot.LaneBulk
		enqueue(t, s, say("1", "a"), say("1", "b"), bulk, say("2", "a"))
		rows := pending(t, s, bot.LaneReply)[:1]
		ok(t, errOf(s.Claim(ctx, l, rows)))
		ok(t, s.RecordOutcomes(ctx, l, []storage.SendOutcome{{Row: rows[0], Outcome: bot.Gone, Reason: "403"}}))
		want := map[storage.OutboxKey]int{{Bot: telegram, State: "pending"}: 1}
		if diff := cmp.Diff(want, depth(t, s)); diff != "" {
			t.Error(diff)
		}
		got := load(t, s, "1", "2")
		gone, other := got[at("1")].Conversation, got[at("2")].Conversation
		if gone.Reach != bot.Blocked || !gone.ReachAt.Equal(noon) || gone.Version != 2 || other.Reach != bot.Reachable {
			t.Errorf("got %+v and %+v", gone, other)
		}
	})
}

func TestCancelBulk(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		mine, other := say("1", "bcast/1/0"), say("2", "bcast/1/0")
		mine.Lane, other.Lane = bot.LaneBulk, bot.LaneBulk
		enqueue(t, s, mine, other, say("1", "a"))
		turn(t, s, l, "1", storage.TurnWrite{CancelBulk: true})
		if rows := pending(t, s, bot.LaneBulk); len(rows) != 1 || rows[0].To.Chat != "2" {
			t.Errorf("left: %+v", rows)
		}
		if rows := pending(t, s, bot.LaneReply); len(rows) != 1 {
			t.Errorf("replies: %+v", rows)
		}
	})
}

func TestRecoverSending(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		dead := lease(t, s, telegram, "dead")
		bulk, answer := say("3", "bulk"), say("4", "answer")
		bulk.Lane = bot.LaneBulk
		answer.Lane, answer.Part.Kind = bot.LaneBulk, bot.Answer
		enqueue(t, s, say("1", "reply"), say("2", "waits"), bulk, answer)
		ok(t, errOf(s.Claim(ctx, dead, pending(t, s, bot.LaneReply)[:1])))
		ok(t, errOf(s.Claim(ctx, dead, pending(t, s, bot.LaneBulk))))
		ok(t, s.Renew(ctx, dead, 0))
		alive := lease(t, s, telegram, "alive")
		again, unknown, err := s.RecoverSending(ctx, alive)
		if err != nil || again != 2 || unknown != 1 {
			t.Fatalf("again %d, unknown %d, %v", again, unknown, err)
		}
		rows := pending(t, s, bot.LaneReply)
		if diff := cmp.Diff([]string{"reply", "waits"}, causes(rows)); diff != "" {
			t.Error(diff)
		}
		if rows[0].Unknowns != 1 || rows[0].Attempts != 1 {
			t.Errorf("got %+v", rows[0])
		}
		// What the new holder itself is sending is not touched.
		ok(t, errOf(s.Claim(ctx, alive, rows[:1])))
		if again, unknown, err = s.RecoverSending(ctx, alive); err != nil || again+unknown != 0 {
			t.Errorf("its own rows: %d, %d, %v", again, unknown, err)
		}
		// The second unanswered send is the last.
		ok(t, s.Renew(ctx, alive, 0))
		third := lease(t, s, telegram, "third")
		if again, unknown, err = s.RecoverSending(ctx, third); err != nil || again != 0 || unknown != 1 {
			t.Errorf("second time: %d, %d, %v", again, unknown, err)
		}
	})
}

func TestExpire(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := lease(t, s, telegram, "me")
		desk, bulk := say("1", "desk"), say("1", "bulk")
		desk.Lane, bulk.Lane = bot.LaneDesk, bot.LaneBulk
		enqueue(t, s, say("1", "sending"), say("1", "reply"), desk, bulk)
		ok(t, errOf(s.Claim(ctx, l, pending(t, s, bot.LaneReply)[:1])))
		if n := must[int](t)(s.Expire(ctx, l, time.Hour)); n != 0 {
			t.Errorf("young rows expired: %d", n)
		}
		if n := must[int](t)(s.Expire(ctx, l, -time.Hour)); n != 2 {
			t.Errorf("expired %d", n)
		}
		want := map[storage.OutboxKey]int{
			{Bot: telegram, State: "sending"}: 1, {Bot: telegram, Lane: bot.LaneBulk, State: "pending"}: 1,
		}
		if diff := cmp.Diff(want, depth(t, s)); diff != "" {
			t.Error(diff)
		}
	})
}

// What Enqueue leaves out it reports, each part with the reason.
func TestEnqueueReportsWhatItLeftOut(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		reaches := map[string]bot.Reach{"open": bot.Reachable, "blocked": bot.Blocked, "opened": bot.Opened, "stopped": bot.Reachable, "hushed": bot.Reachable}
		for chat, reach := range reaches {
			turn(t, s, l, chat, storage.TurnWrite{
				Contact:      &bot.Contact{ID: chat, Stopped: chat == "stopped"},
				Conversation: &bot.Conversation{Address: at(chat), Contact: chat, Version: 1, Reach: reach, Hushed: chat == "hushed"},
			})
		}
		for _, lane := range []bot.Lane{bot.LaneReply, bot.LaneDesk, bot.LaneBulk} {
			var rows []bot.Queued
			for _, chat := range []string{"open", "blocked", "opened", "stopped", "hushed", "stranger"} {
				q := say(chat, "c/"+lane.String())
				q.Lane = lane
				rows = append(rows, q)
			}
			rows = append(rows, rows[0])
			want := []storage.Omitted{{To: at("blocked"), Cause: rows[1].Cause, Why: storage.OmittedBlocked}}
			if lane == bot.LaneBulk {
				want = append(want,
					storage.Omitted{To: at("opened"), Cause: rows[1].Cause, Why: storage.OmittedUnreachable},
					storage.Omitted{To: at("stopped"), Cause: rows[1].Cause, Why: storage.OmittedStopped},
					storage.Omitted{To: at("hushed"), Cause: rows[1].Cause, Why: storage.OmittedStopped})
			}
			want = append(want, storage.Omitted{To: at("open"), Cause: rows[0].Cause, Why: storage.OmittedDuplicate})
			got := enqueued(t, s, rows...)
			if diff := cmp.Diff(want, got.Omitted); diff != "" || got.Added != len(rows)-len(want) {
				t.Errorf("%v: added %d, %s", lane, got.Added, diff)
			}
			if n := len(pending(t, s, lane)); n != got.Added {
				t.Errorf("%v: %d rows wait, and %d were added", lane, n, got.Added)
			}
			for _, again := range enqueued(t, s, rows...).Omitted {
				if again.Why != storage.OmittedDuplicate {
					t.Errorf("%v: again %+v", lane, again)
				}
			}
		}
	})
}
