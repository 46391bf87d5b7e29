package storage_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// A reply that was sent and is over stands with the history, and leaves the outbox, alone or
// beside others; what failed stays, and so does what was in doubt and what a receipt may
// still speak of. An open ticket shows all of it.
func TestSaidLeave(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, l := t.Context(), lease(t, s, telegram, "me")
		open := &bot.Ticket{ID: "t", Address: at("1"), Contact: "contact-1", State: bot.TicketWaiting, Reason: bot.ReasonAsked, OpenedAt: time.Now()}
		turn(t, s, l, "1", storage.TurnWrite{Conversation: conversation("1", 1), Contact: contact("1"), Open: open})
		var writes []storage.TurnWrite
		for i := range 6 {
			chat := fmt.Sprint(i + 1)
			if i > 0 {
				turn(t, s, l, chat, storage.TurnWrite{Conversation: conversation(chat, 1), Contact: contact(chat)})
			}
			receive(t, s, chat, "u"+chat)
			writes = append(writes, storage.TurnWrite{
				Bot: telegram, InboxID: "u" + chat, Conversation: conversation(chat, 2), Claim: true,
				History: []bot.Entry{entry(chat, "u"+chat, "?"), {Address: at(chat), Out: true, Cause: "turn/u" + chat + "/0", Kind: "say"}}, Outbox: []bot.Queued{say(chat, "turn/u"+chat+"/0/0")},
			})
		}
		rows := must[[]storage.OutboxRow](t)(s.CommitTurns(ctx, l, writes))
		sent := func(i int) storage.SendOutcome {
			return storage.SendOutcome{Row: rows[i], Outcome: bot.Sent, ExternalID: fmt.Sprint(70 + i), Over: true}
		}
		revision := func() int { return must[int](t)(s.Count(ctx, `SELECT revision FROM tickets`)) }
		before := revision()
		for range 2 { // the first may have gone unanswered
			ok(t, s.RecordOutcomes(ctx, l, []storage.SendOutcome{sent(0), sent(1)}))
		}
		if revision() != before+1 {
			t.Errorf("the ticket went from %d to %d", before, revision())
		}
		doubtful, told := sent(3), sent(4)
		doubtful.Row.Unknowns, told.Over = 1, false
		for range 2 {
			ok(t, s.RecordOutcomes(ctx, l, []storage.SendOutcome{sent(2), doubtful, told}))
		}
		other := storage.Lease{Bot: l.Bot, Owner: "another", Epoch: l.Epoch}
		if err := s.RecordOutcomes(ctx, other, []storage.SendOutcome{sent(5)}); !errors.Is(err, storage.ErrLeaseLost) {
			t.Errorf("without the lease: %v", err)
		}
		left := must[[]string](t)(s.Strings(ctx, `SELECT chat || ' ' || state FROM outbox ORDER BY chat`))
		if diff := cmp.Diff([]string{"4 sent", "5 sent", "6 sending"}, left); diff != "" {
			t.Errorf("in the outbox there are: %s", diff)
		}
		said := must[[]string](t)(s.Strings(ctx, `SELECT chat || ' ' || outcome || ' ' || external_id FROM history WHERE outgoing AND sent_at > 0 ORDER BY chat`))
		if diff := cmp.Diff([]string{"1 sent 70", "2 sent 71", "3 sent 72", "4 sent 73", "5 sent 74"}, said); diff != "" {
			t.Errorf("beside what was said stands: %s", diff)
		}
	})
}

// BenchmarkRecord64Replies notes that replies were sent of which nobody tells more.
func BenchmarkRecord64Replies(b *testing.B) {
	benchEach(b, func(b *testing.B, s *storage.Store, l storage.Lease) {
		version := int64(0)
		for b.Loop() {
			b.StopTimer()
			version++
			turns := batch(b, s, 64, version)
			for i := range turns {
				turns[i].Claim = true
			}
			said, err := s.CommitTurns(b.Context(), l, turns)
			if err != nil || len(said) != len(turns) {
				b.Fatal(len(said), err)
			}
			all := make([]storage.SendOutcome, len(said))
			for i, row := range said {
				all[i] = storage.SendOutcome{Row: row, Outcome: bot.Sent, ExternalID: fmt.Sprint(version, "-", i), Over: true}
			}
			b.StartTimer()
			if err := s.RecordOutcomes(b.Context(), l, all); err != nil {
				b.Fatal(err)
			}
		}
	})
}
