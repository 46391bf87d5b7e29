package storage_test

import (
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
