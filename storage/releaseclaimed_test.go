package storage_test

import (
	"errors"
	"fmt"
	"testing"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// What is released claimed is nobody's to claim and is not taken back by a pause; what
// did not leave waits again, and what was on its way when the process died stays in doubt.
func TestReleasedClaimed(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		peopled(t, s, 4)
		m := newMailing(t, s)
		expanded(t, s)
		l := lease(t, s, telegram, "me")
		var came []storage.OutboxRow
		r := m.b.Releaser(broadcast.Release{
			Bot: telegram, Takes: func() (int, bool) { return 100, true }, Sent: func(rows []storage.OutboxRow) { came = append(came, rows...) },
		})
		must[bool](t)(r.Pass(ctx, l))
		if len(came) != 4 || came[0].Epoch != l.Epoch || came[0].Attempts != 1 || came[0].Part.Body == nil {
			t.Fatalf("released %+v", came)
		}
		if waits := must[[]storage.OutboxRow](t)(s.Pending(ctx, telegram, bot.LaneBulk, 100)); len(waits) > 0 {
			t.Errorf("%d wait to be claimed", len(waits))
		}
		for i, mine := range must[[]bool](t)(s.Claim(ctx, l, came)) {
			if mine {
				t.Errorf("the %d. is claimed twice", i)
			}
		}
		m.moves(bot.BroadcastPause, broadcast.Moved{})
		m.moves(bot.BroadcastResume, broadcast.Moved{})
		ok(t, s.RecordOutcomes(ctx, l, []storage.SendOutcome{
			{Row: came[0], Outcome: bot.Sent, ExternalID: "1"}, {Row: came[1], Outcome: bot.Sent, ExternalID: "2"},
		}))
		ok(t, s.RecordOutcomes(ctx, l, []storage.SendOutcome{{Row: came[2], Outcome: bot.Later, Reason: "not started", Unsent: true}}))
		m.sum("the ends")
		if waits := must[[]storage.OutboxRow](t)(s.Pending(ctx, telegram, bot.LaneBulk, 100)); len(waits) != 1 || string(waits[0].Part.Body) != string(came[2].Part.Body) {
			t.Errorf("what did not leave waits as %+v", waits)
		}
		if left := m.sends(l, func() bot.Outcome { return bot.Sent }); left != 1 {
			t.Errorf("%d went once more, want that which had not left", left)
		}
		again, unknown, err := s.RecoverSending(ctx, lease(t, s, telegram, "me"))
		if err != nil || again != 0 || unknown != 1 {
			t.Errorf("of the dead: %d again, %d unknown: %v", again, unknown, err)
		}
		if is := m.sum("a death"); is.Sent != 3 || is.Unknown != 1 {
			t.Errorf("the report says %+v", is)
		}
	})
}

// What is sent and over stands with its recipients, and leaves the outbox; of what a
// messenger may tell more, the row stays for that.
func TestToldLeave(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		peopled(t, s, 4)
		m := newMailing(t, s)
		expanded(t, s)
		l := lease(t, s, telegram, "me")
		var came []storage.OutboxRow
		r := m.b.Releaser(broadcast.Release{
			Bot: telegram, Takes: func() (int, bool) { return 100, true }, Sent: func(rows []storage.OutboxRow) { came = append(came, rows...) },
		})
		must[bool](t)(r.Pass(ctx, l))
		over := []storage.SendOutcome{{Row: came[0], Outcome: bot.Sent, ExternalID: "1", Over: true}, {Row: came[1], Outcome: bot.Sent, ExternalID: "2", Over: true}}
		for range 2 { // the first may have gone unanswered
			ok(t, s.RecordOutcomes(ctx, l, over))
		}
		ok(t, s.RecordOutcomes(ctx, l, []storage.SendOutcome{{Row: came[2], Outcome: bot.Sent, ExternalID: "3"}}))
		if is := m.sum("three ends"); is.Sent != 3 || is.Pending != 1 {
			t.Errorf("the report says %+v", is)
		}
		got := must[[]string](t)(s.Strings(ctx, `SELECT state FROM outbox ORDER BY state`))
		if fmt.Sprint(got) != "[sending sent]" {
			t.Errorf("in the outbox there are %v", got)
		}
		ids := must[[]string](t)(s.Strings(ctx, `SELECT external_id FROM recipients WHERE outcome = 'sent' AND sent_at > 0 AND ended_at > 0 ORDER BY external_id`))
		if fmt.Sprint(ids) != "[1 2 3]" {
			t.Errorf("their recipients have %v", ids)
		}
		other := storage.Lease{Bot: l.Bot, Owner: "another", Epoch: l.Epoch}
		if err := s.RecordOutcomes(ctx, other, []storage.SendOutcome{{Row: came[3], Outcome: bot.Sent, ExternalID: "4", Over: true}}); !errors.Is(err, storage.ErrLeaseLost) {
			t.Errorf("without the lease: %v", err)
		}
		m.sum("a foreign end")
	})
}
