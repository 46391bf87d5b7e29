package storage_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// saysClaimed commits a turn of the chat whose reply is claimed, and returns what may leave.
func saysClaimed(t *testing.T, s *storage.Store, l storage.Lease, chat, inbox string, version int64, said ...bot.Queued) []storage.OutboxRow {
	t.Helper()
	receive(t, s, chat, inbox)
	return must[[]storage.OutboxRow](t)(s.CommitTurns(t.Context(), l, []storage.TurnWrite{{
		Bot: telegram, InboxID: inbox, Conversation: conversation(chat, version), Outbox: said, Claim: true,
	}}))
}

// What a turn says first is claimed by its commit, and the answer to a press; what waits
// for a moment, or belongs elsewhere, is not. It ends and is recovered as what Claim took.
func TestRepliesWrittenClaimed(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, l := t.Context(), lease(t, s, telegram, "me")
		acquaint(t, s, l)
		later, press, elsewhere := say("a", "turn/u/2/0"), say("a", "turn/u/1/0"), say("b", "turn/u/3/0")
		later.NotBefore, press.Part.Kind = time.Now().Add(time.Hour), bot.Answer
		rows := saysClaimed(t, s, l, "a", "u", 2, press, say("a", "turn/u/0/0"), say("a", "turn/u/0/1"), later, elsewhere)
		got := map[string]int64{}
		for _, r := range rows {
			if got[r.Cause] = r.Epoch; r.Attempts != min(1, int(r.Epoch)) {
				t.Errorf("%s: %d attempts", r.Cause, r.Attempts)
			}
		}
		want := map[string]int64{"turn/u/0/0": l.Epoch, "turn/u/1/0": l.Epoch, "turn/u/0/1": 0, "turn/u/3/0": 0}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff([]string{"turn/u/0/1", "turn/u/3/0"}, causes(pending(t, s, bot.LaneReply))); diff != "" {
			t.Errorf("wait to be claimed: %s", diff)
		}
		ok(t, s.RecordOutcomes(ctx, l, []storage.SendOutcome{{Row: rows[0], Outcome: bot.Sent, ExternalID: "7"}}))
		ok(t, s.Renew(ctx, l, 0))
		next := lease(t, s, telegram, "next")
		if again, unknown, err := s.RecoverSending(ctx, next); err != nil || again != 1 || unknown != 0 {
			t.Errorf("again %d, unknown %d, %v", again, unknown, err)
		}
	})
}

// A reply that nobody was handed waits, and only that one: what another update said, whose
// name begins alike, is under way.
func TestUnclaim(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		acquaint(t, s, l)
		saysClaimed(t, s, l, "a", "u", 2, say("a", "turn/u/0/0"))
		saysClaimed(t, s, l, "a", "u/1", 3, say("a", "turn/u/1/0/0"))
		saysClaimed(t, s, l, "a", "u1", 4, say("a", "turn/u1/0/0"))
		row := storage.InboxRow{Bot: telegram, ID: "u", Chat: "a"}
		if err := s.Unclaim(t.Context(), storage.Lease{Bot: telegram, Owner: "me", Epoch: l.Epoch - 1}, []storage.InboxRow{row}); err == nil {
			t.Error("another holder unclaims")
		}
		ok(t, s.Unclaim(t.Context(), l, []storage.InboxRow{row, {Bot: telegram, ID: "never", Chat: "a"}}))
		rows := pending(t, s, bot.LaneReply)
		if len(rows) != 1 || rows[0].Cause != "turn/u/0/0" || rows[0].Attempts != 0 {
			t.Errorf("wait: %+v", rows)
		}
	})
}
