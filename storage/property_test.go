package storage_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// Whatever repeats and batches come, each update waits once, where it first came.
func TestReceiveProperty(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		runs := 0
		rapid.Check(t, func(rt *rapid.T) {
			runs++
			name := fmt.Sprint("bot", runs) // a bot of its own is as good as a database
			var want []string
			for range rapid.IntRange(1, 4).Draw(rt, "batches") {
				ids := rapid.SliceOfN(rapid.StringMatching(`[a-f]`), 0, 5).Draw(rt, "ids")
				in := make([]storage.Incoming, len(ids))
				expect := make([]bool, len(ids))
				for i, id := range ids {
					in[i] = storage.Incoming{Update: bot.Update{Bot: name, ID: id, Chat: "1"}}
					if expect[i] = !slices.Contains(want, id); expect[i] {
						want = append(want, id)
					}
				}
				fresh, err := s.Receive(t.Context(), in)
				if err != nil {
					rt.Fatal(err)
				}
				if diff := cmp.Diff(expect, fresh); diff != "" {
					rt.Fatal(diff)
				}
			}
			rows, err := s.Waiting(t.Context(), name, 100, storage.InHand{})
			if err != nil {
				rt.Fatal(err)
			}
			var got []string
			for _, r := range rows {
				got = append(got, r.ID)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				rt.Fatal(diff)
			}
		})
	})
}

// Whatever is enqueued, claimed, settled and recovered, every row is in
// exactly the state that the rules give it, and none is lost.
func TestOutboxProperty(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		runs := 0
		rapid.Check(t, func(rt *rapid.T) {
			runs++
			o := &outboxModel{rt: rt, t: t, s: s, bot: fmt.Sprint("bot", runs), rows: map[string]*modelRow{}}
			o.acquire()
			for range rapid.IntRange(1, 12).Draw(rt, "steps") {
				switch rapid.IntRange(0, 3).Draw(rt, "step") {
				case 0:
					o.enqueue()
				case 1:
					o.claim()
				case 2:
					o.recordOutcomes()
				case 3:
					o.die()
				}
				o.check()
			}
		})
	})
}

type modelRow struct {
	state    string
	bulk     bool
	unknowns int
	claimed  storage.OutboxRow
}

type outboxModel struct {
	rt    *rapid.T
	t     *testing.T
	s     *storage.Store
	bot   string
	lease storage.Lease
	rows  map[string]*modelRow // by chat and cause
}

func (o *outboxModel) ok(err error) {
	if err != nil {
		o.rt.Fatal(err)
	}
}

func (o *outboxModel) acquire() {
	l, _, got, err := o.s.Acquire(o.t.Context(), o.bot, "me", time.Minute)
	o.ok(err)
	if !got {
		o.rt.Fatal("no lease")
	}
	o.lease = l
}

func (o *outboxModel) enqueue() {
	q := bot.Queued{
		To:    bot.Address{Bot: o.bot, Chat: rapid.SampledFrom([]string{"1", "2"}).Draw(o.rt, "chat")},
		Cause: rapid.StringMatching(`[a-d]`).Draw(o.rt, "cause"),
		Lane:  rapid.SampledFrom([]bot.Lane{bot.LaneReply, bot.LaneBulk}).Draw(o.rt, "lane"),
		Part:  bot.Part{Kind: bot.Say},
	}
	var report storage.Enqueued
	o.ok(o.s.InTx(o.t.Context(), func(tx *storage.Tx) (err error) {
		report, err = tx.Enqueue(o.t.Context(), []bot.Queued{q, q})
		return err
	}))
	added, key := report.Added, q.To.Chat+q.Cause
	if len(report.Omitted) != 2-added {
		o.rt.Fatalf("of two equal parts %+v", report)
	}
	if _, there := o.rows[key]; there != (added == 0) {
		o.rt.Fatalf("added %d", added)
	}
	if added == 1 {
		o.rows[key] = &modelRow{state: "pending", bulk: q.Lane == bot.LaneBulk}
	}
}

func (o *outboxModel) pending() []storage.OutboxRow {
	var all []storage.OutboxRow
	for _, lane := range []bot.Lane{bot.LaneReply, bot.LaneBulk} {
		rows, err := o.s.Pending(o.t.Context(), o.bot, lane, 100)
		o.ok(err)
		all = append(all, rows...)
	}
	return all
}

func (o *outboxModel) claim() {
	rows := o.pending()
	rows = rows[:rapid.IntRange(0, len(rows)).Draw(o.rt, "claim")]
	o.ok(errOf(o.s.Claim(o.t.Context(), o.lease, rows)))
	for _, r := range rows {
		m := o.rows[r.To.Chat+r.Cause]
		m.state, m.claimed = "sending", r
	}
}

func (o *outboxModel) recordOutcomes() {
	var keys []string
	for k, m := range o.rows {
		if m.state == "sending" {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return
	}
	slices.Sort(keys)
	m := o.rows[rapid.SampledFrom(keys).Draw(o.rt, "row")]
	outcome := rapid.SampledFrom([]bot.Outcome{
		bot.Sent, bot.Later, bot.Gone, bot.Malformed, bot.Unknown, bot.Halted,
	}).Draw(o.rt, "outcome")
	o.ok(o.s.RecordOutcomes(o.t.Context(), o.lease, []storage.SendOutcome{{Row: m.claimed, Outcome: outcome}}))
	switch outcome {
	case bot.Unknown:
		m.unanswered()
	case bot.Later, bot.Halted:
		m.state = "pending"
	case bot.Gone:
		for k, other := range o.rows {
			if other.state == "pending" && k[:1] == m.claimed.To.Chat {
				other.state = "skipped"
			}
		}
		m.state = "gone"
	default:
		m.state = string(outcome)
	}
}

func (m *modelRow) unanswered() {
	m.unknowns++
	if m.bulk || m.unknowns > 1 {
		m.state = "unknown"
	} else {
		m.state = "pending"
	}
}

func (o *outboxModel) die() {
	o.acquire()
	again, unknown, err := o.s.RecoverSending(o.t.Context(), o.lease)
	o.ok(err)
	for _, m := range o.rows {
		if m.state != "sending" {
			continue
		}
		if m.unanswered(); m.state == "unknown" {
			unknown--
		} else {
			again--
		}
	}
	if again != 0 || unknown != 0 {
		o.rt.Fatalf("recovered %d and %d too many", again, unknown)
	}
}

func (o *outboxModel) check() {
	for k, m := range o.rows {
		f, err := o.s.FateOf(o.t.Context(), bot.Address{Bot: o.bot, Chat: k[:1]}, k[1:])
		o.ok(err)
		if f.State != m.state {
			o.rt.Fatalf("row %s is %s, want %s", k, f.State, m.state)
		}
	}
}
