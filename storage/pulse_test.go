package storage_test

import (
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// underWay puts a broadcast that sends, with somebody on their way, one that is
// scheduled, and one that is a draft.
func underWay(t *testing.T, s *storage.Store) {
	t.Helper()
	ctx := t.Context()
	ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
		for id, state := range map[string]bot.BroadcastState{"draft": bot.BroadcastDraft, "due": bot.BroadcastScheduled, "under-way": bot.BroadcastSending} {
			m := storage.Mailing{Broadcast: bot.Broadcast{ID: id, State: state, Version: 1}, Started: noon}
			if err := tx.PutBroadcast(ctx, m); err != nil {
				return err
			}
		}
		return nil
	}))
	putRecipient(t, s, "under-way", "c", "1", "pending", noon)
	q := say("1", "bcast/under-way/0/0")
	q.Lane = bot.LaneBulk
	enqueue(t, s, q)
	ok(t, errOf(s.Exec(ctx, `UPDATE outbox SET broadcast = 'under-way', recipient = 'c'`)))
}

func states(t *testing.T, s *storage.Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, m := range must[[]storage.Mailing](t)(s.Broadcasts(t.Context(), "", 10)) {
		all[m.ID] = string(m.State) + " " + m.Halt
	}
	return all
}

// A database that nobody served for a quarter of an hour, or that is a copy, sends
// nothing before somebody says so, and says so once.
func TestBeatHaltsWhatMayHaveLeftElsewhere(t *testing.T) {
	for name, c := range map[string]struct{ before, why string }{
		"restored": {`UPDATE pulse SET beat_at = beat_at - 901000000`, bot.HaltUnaware},
		"copied":   {`UPDATE pulse SET copied = TRUE`, bot.HaltCopied},
		"served":   {`UPDATE pulse SET beat_at = beat_at - 800000000`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, s *storage.Store) {
				ctx := t.Context()
				l := lease(t, s, telegram, "me")
				turn(t, s, l, "1", storage.TurnWrite{Contact: &bot.Contact{ID: "c"}, Conversation: &bot.Conversation{Address: at("1"), Contact: "c", Version: 1}})
				if p := must[storage.Pulse](t)(s.Beat(ctx)); p.Why != "" || len(p.Halted) > 0 {
					t.Errorf("the first beat halts: %+v", p)
				}
				underWay(t, s)
				before := pending(t, s, bot.LaneBulk)
				if len(before) != 1 {
					t.Fatalf("%d are on their way", len(before))
				}
				ok(t, errOf(s.Exec(ctx, c.before)))
				// Nothing leaves before the beat, not even what was read before.
				if n := len(pending(t, s, bot.LaneBulk)); (n == 1) != (c.why == "") {
					t.Errorf("%d may leave", n)
				}
				if claimed := must[[]bool](t)(s.Claim(ctx, l, before)); claimed[0] != (c.why == "") {
					t.Errorf("claimed %v", claimed)
				}
				p := must[storage.Pulse](t)(s.Beat(ctx))
				if p.Why != c.why {
					t.Fatalf("%+v", p)
				}
				if c.why == "" {
					return
				}
				got := states(t, s)
				if got["under-way"] != "paused "+c.why || got["due"] != "paused "+c.why || got["draft"] != "draft " {
					t.Errorf("%v", got)
				}
				if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM outbox WHERE lane = 2`)); n != 0 {
					t.Errorf("%d are still on their way", n)
				}
				if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM recipients WHERE outcome = 'pending' AND released_at = 0`)); n != 1 {
					t.Errorf("%d wait again", n)
				}
				if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM audit WHERE action = 'broadcast.halt' AND actor = 'system'`)); n != 2 {
					t.Errorf("%d stand in the audit", n)
				}
				if p := must[storage.Pulse](t)(s.Beat(ctx)); p.Why != "" || time.Since(p.Last) > time.Minute {
					t.Errorf("it asks again: %+v", p)
				}
			})
		})
	}
}
