package storage_test

import (
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// sent enqueues a message of the chat and settles it as sent with the id.
func sent(t *testing.T, s *storage.Store, l storage.Lease, chat, id string) {
	t.Helper()
	enqueue(t, s, say(chat, id))
	for _, r := range pending(t, s, bot.LaneReply) {
		if r.Cause == id {
			ok(t, errOf(s.Claim(t.Context(), l, []storage.OutboxRow{r})))
			ok(t, s.RecordOutcomes(t.Context(), l, []storage.SendOutcome{{Row: r, Outcome: bot.Sent, ExternalID: id}}))
		}
	}
}

func receipts(t *testing.T, s *storage.Store, l storage.Lease, all ...storage.Receipt) {
	t.Helper()
	turn(t, s, l, "1", storage.TurnWrite{Receipts: all})
}

func receipt(kind bot.EventKind, id string, at_ time.Time) storage.Receipt {
	return storage.Receipt{Kind: kind, Address: at("1"), Message: id, At: at_, Detail: "no such device"}
}

func fate(t *testing.T, s *storage.Store, cause string) storage.Fate {
	t.Helper()
	return must[storage.Fate](t)(s.FateOf(t.Context(), at("1"), cause))
}

func TestReceipts(t *testing.T) {
	t1, t2, t3 := noon, noon.Add(time.Second), noon.Add(2*time.Second)
	for name, c := range map[string]struct {
		receipts                []storage.Receipt
		delivered, seen, failed time.Time
	}{
		"E91 the first device wins": {
			receipts:  []storage.Receipt{receipt(bot.Delivered, "m", t1), receipt(bot.Delivered, "m", t2)},
			delivered: t1,
		},
		"E89, E92 seen before delivered": {
			receipts:  []storage.Receipt{receipt(bot.Seen, "m", t2), receipt(bot.Delivered, "m", t1), receipt(bot.Seen, "m", t3)},
			delivered: t1, seen: t2,
		},
		"E94 failed":                {receipts: []storage.Receipt{receipt(bot.Failed, "m", t1)}, failed: t1},
		"E95 failed after delivery": {receipts: []storage.Receipt{receipt(bot.Delivered, "m", t1), receipt(bot.Failed, "m", t2)}, delivered: t1},
		"E95 the other way round":   {receipts: []storage.Receipt{receipt(bot.Failed, "m", t2), receipt(bot.Delivered, "m", t1)}, delivered: t1},
		"failed after seen":         {receipts: []storage.Receipt{receipt(bot.Seen, "m", t1), receipt(bot.Failed, "m", t2)}, seen: t1},
		"E90 not ours":              {receipts: []storage.Receipt{receipt(bot.Delivered, "other", t1), receipt(bot.Seen, "", t1)}},
	} {
		check := func(t *testing.T, s *storage.Store) {
			t.Helper()
			f := fate(t, s, "m")
			if f.State != "sent" || !f.Delivered.Equal(c.delivered) || !f.Seen.Equal(c.seen) || !f.Failed.Equal(c.failed) {
				t.Errorf("got %+v", f)
			}
			if (f.FailNote != "") != !c.failed.IsZero() {
				t.Errorf("note %q", f.FailNote)
			}
		}
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, s *storage.Store) {
				l := lease(t, s, telegram, "me")
				sent(t, s, l, "1", "m")
				for _, r := range c.receipts {
					receipts(t, s, l, r)
				}
				check(t, s)
			})
		})
		t.Run(name+", in one turn", func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, s *storage.Store) {
				l := lease(t, s, telegram, "me")
				sent(t, s, l, "1", "m")
				receipts(t, s, l, c.receipts...)
				check(t, s)
			})
		})
		t.Run("E96 "+name+", before the send is settled", func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, s *storage.Store) {
				l := lease(t, s, telegram, "me")
				for _, r := range c.receipts {
					receipts(t, s, l, r)
				}
				sent(t, s, l, "1", "m")
				check(t, s)
				if n := must[int](t)(s.Count(t.Context(), `SELECT count(*) FROM receipts WHERE message = 'm'`)); n != 0 {
					t.Errorf("%d receipts left", n)
				}
			})
		})
	}
}

// E93: one "seen" speaks of all that left before.
func TestSeenMarksEarlierMessages(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		for _, id := range []string{"a", "b", "c", "d"} {
			sent(t, s, l, "1", id)
		}
		sent(t, s, l, "2", "e")
		// One after another, however fast this machine is.
		must[int](t)(s.Exec(t.Context(), `UPDATE outbox SET sent_at = sent_at + 1000 * (CASE external_id WHEN 'a' THEN 0 WHEN 'b' THEN 1 WHEN 'c' THEN 2 ELSE 3 END)`))
		receipts(t, s, l, receipt(bot.Failed, "b", noon), receipt(bot.Seen, "a", noon.Add(time.Minute)))
		receipts(t, s, l, receipt(bot.Seen, "c", noon.Add(time.Hour)))
		want := map[string]time.Time{"a": noon.Add(time.Minute), "b": {}, "c": noon.Add(time.Hour), "d": {}}
		for id, seen := range want {
			if f := fate(t, s, id); !f.Seen.Equal(seen) {
				t.Errorf("%s seen at %v, want %v", id, f.Seen, seen)
			}
		}
		if f := must[storage.Fate](t)(s.FateOf(t.Context(), at("2"), "e")); !f.Seen.IsZero() {
			t.Error("another chat's message was marked")
		}
	})
}

// E97: the same message id in another chat is another message.
func TestReceiptIsOfItsChat(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		sent(t, s, l, "1", "m")
		sent(t, s, l, "2", "m")
		receipts(t, s, l, storage.Receipt{Kind: bot.Delivered, Address: at("2"), Message: "m"})
		if f := fate(t, s, "m"); !f.Delivered.IsZero() {
			t.Errorf("got %+v", f)
		}
		if f := must[storage.Fate](t)(s.FateOf(t.Context(), at("2"), "m")); f.Delivered.IsZero() {
			t.Errorf("got %+v", f)
		}
	})
}

func TestEarlyReceiptsAreKeptTenMinutes(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		receipts(t, s, l, receipt(bot.Delivered, "old", noon))
		must[int](t)(s.Exec(t.Context(), `UPDATE receipts SET received_at = received_at - $1`, 11*time.Minute))
		receipts(t, s, l, receipt(bot.Delivered, "new", noon))
		if n := must[int](t)(s.Count(t.Context(), `SELECT count(*) FROM receipts`)); n != 1 {
			t.Errorf("%d kept", n)
		}
	})
}

// A receipt and the outcome of the send it speaks of, written at the same
// moment, find each other in whatever order.
func TestReceiptMeetsItsSend(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, l := t.Context(), lease(t, s, telegram, "me")
		for i := range 30 {
			id := fmt.Sprint("m", i)
			enqueue(t, s, say("1", id))
			row := pending(t, s, bot.LaneReply)[0]
			ok(t, errOf(s.Claim(ctx, l, []storage.OutboxRow{row})))
			receive(t, s, "1", "u"+id)
			var both errgroup.Group
			both.Go(func() error {
				return s.RecordOutcomes(ctx, l, []storage.SendOutcome{{Row: row, Outcome: bot.Sent, ExternalID: id}})
			})
			both.Go(func() error {
				return errOf(s.CommitTurns(ctx, l, []storage.TurnWrite{{
					Bot: telegram, InboxID: "u" + id, Receipts: []storage.Receipt{receipt(bot.Delivered, id, noon)},
				}}))
			})
			ok(t, both.Wait())
			if f := fate(t, s, id); !f.Delivered.Equal(noon) {
				t.Fatalf("round %d: delivered %v", i, f.Delivered)
			}
		}
	})
}

// A holder may die between the mark of a send and its early receipts.
func TestForgottenReceipts(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		sent(t, s, l, "1", "m")
		must[int](t)(s.Exec(t.Context(), `
			INSERT INTO receipts (bot, chat, message, kind, at, detail, received_at)
			VALUES ('telegram', '1', 'm', 'delivered', 5000000, '', 5000000)`))
		_, _, err := s.RecoverSending(t.Context(), l)
		ok(t, err)
		if f := fate(t, s, "m"); f.Delivered.Unix() != 5 {
			t.Errorf("delivered %v", f.Delivered)
		}
	})
}
