package storage_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestLease(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		a, clean, got, err := s.Acquire(ctx, telegram, "a", time.Minute)
		if err != nil || !got || !clean || a.Epoch != 1 {
			t.Fatalf("first: %+v clean %v got %v: %v", a, clean, got, err)
		}
		if _, _, got, err := s.Acquire(ctx, telegram, "b", time.Minute); got || err != nil {
			t.Fatalf("a held lease was given away: %v", err)
		}
		if _, _, got, err := s.Acquire(ctx, "viber", "b", time.Minute); !got || err != nil {
			t.Fatalf("another bot's lease: %v %v", got, err)
		}
		ok(t, s.Renew(ctx, a, time.Minute))
		ok(t, s.Release(ctx, a))
		if err := s.Renew(ctx, a, time.Minute); !errors.Is(err, storage.ErrLeaseLost) {
			t.Errorf("renewed a released lease: %v", err)
		}
		b, clean, got, err := s.Acquire(ctx, telegram, "b", 0) // ends at once
		if err != nil || !got || !clean || b.Epoch != 2 {
			t.Fatalf("after a release: %+v clean %v got %v: %v", b, clean, got, err)
		}
		ok(t, s.Renew(ctx, b, 0)) // nobody took it
		c, clean, got, err := s.Acquire(ctx, telegram, "c", time.Minute)
		if err != nil || !got || clean || c.Epoch != 3 {
			t.Fatalf("after a death: %+v clean %v got %v: %v", c, clean, got, err)
		}
		if err := s.Release(ctx, b); !errors.Is(err, storage.ErrLeaseLost) {
			t.Errorf("the dead one released: %v", err)
		}
		again, _, got, err := s.Acquire(ctx, telegram, "c", time.Minute)
		if err != nil || !got || again.Epoch != 4 {
			t.Errorf("the same owner again: %+v %v %v", again, got, err)
		}
	})
}

func TestOneOfManyAcquires(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		var winners atomic.Int32
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				_, _, got, err := s.Acquire(t.Context(), telegram, storage.NewID(), time.Minute)
				if err != nil {
					t.Error(err)
				}
				if got {
					winners.Add(1)
				}
			})
		}
		wg.Wait()
		if n := winners.Load(); n != 1 {
			t.Errorf("%d winners", n)
		}
	})
}

func TestPause(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		if until := must[time.Time](t)(s.PausedUntil(ctx, telegram)); !until.IsZero() {
			t.Errorf("an unknown bot is paused until %v", until)
		}
		l := lease(t, s, telegram, "a")
		ok(t, s.Pause(ctx, l, noon, "429"))
		if until := must[time.Time](t)(s.PausedUntil(ctx, telegram)); !until.Equal(noon) {
			t.Errorf("paused until %v", until)
		}
		ok(t, s.Pause(ctx, l, time.Time{}, ""))
		if until := must[time.Time](t)(s.PausedUntil(ctx, telegram)); !until.IsZero() {
			t.Errorf("still paused until %v", until)
		}
	})
}

// Every write that only a holder may do is refused to an earlier holder, and
// leaves nothing behind.
func TestFence(t *testing.T) {
	writes := map[string]func(context.Context, *storage.Store, storage.Lease, []storage.OutboxRow) error{
		"CommitTurns": func(ctx context.Context, s *storage.Store, l storage.Lease, _ []storage.OutboxRow) error {
			return errOf(s.CommitTurns(ctx, l, []storage.TurnWrite{{
				Bot: telegram, InboxID: "a", Conversation: conversation("1", 1), Outbox: []bot.Queued{say("1", "late/0")},
			}}))
		},
		"CommitTurns with receipts": func(ctx context.Context, s *storage.Store, l storage.Lease, _ []storage.OutboxRow) error {
			return errOf(s.CommitTurns(ctx, l, []storage.TurnWrite{{
				Bot: telegram, InboxID: "a", Receipts: []storage.Receipt{{Kind: bot.Seen, Address: at("1"), Message: "m"}},
			}}))
		},
		"CountAttempt": func(ctx context.Context, s *storage.Store, l storage.Lease, _ []storage.OutboxRow) error {
			_, err := s.CountAttempt(ctx, l, "a")
			return err
		},
		"Park": func(ctx context.Context, s *storage.Store, l storage.Lease, _ []storage.OutboxRow) error {
			return s.Park(ctx, l, "a", "late")
		},
		"FireTimers": func(ctx context.Context, s *storage.Store, l storage.Lease, _ []storage.OutboxRow) error {
			_, err := s.FireTimers(ctx, l, 10)
			return err
		},
		"Claim": func(ctx context.Context, s *storage.Store, l storage.Lease, rows []storage.OutboxRow) error {
			return errOf(s.Claim(ctx, l, rows))
		},
		"Settle": func(ctx context.Context, s *storage.Store, l storage.Lease, rows []storage.OutboxRow) error {
			return s.RecordOutcomes(ctx, l, []storage.SendOutcome{{Row: rows[0], Outcome: bot.Gone}})
		},
		"RecoverSending": func(ctx context.Context, s *storage.Store, l storage.Lease, _ []storage.OutboxRow) error {
			_, _, err := s.RecoverSending(ctx, l)
			return err
		},
		"Expire": func(ctx context.Context, s *storage.Store, l storage.Lease, _ []storage.OutboxRow) error {
			_, err := s.Expire(ctx, l, 0)
			return err
		},
		"Renew": func(ctx context.Context, s *storage.Store, l storage.Lease, _ []storage.OutboxRow) error {
			return s.Renew(ctx, l, time.Minute)
		},
		"Pause": func(ctx context.Context, s *storage.Store, l storage.Lease, _ []storage.OutboxRow) error {
			return s.Pause(ctx, l, noon, "late")
		},
	}
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		receive(t, s, "1", "t")
		first := lease(t, s, telegram, "first")
		ok(t, errOf(s.CommitTurns(ctx, first, []storage.TurnWrite{{
			Bot: telegram, InboxID: "t", Timers: []storage.Timer{{Name: "late", After: -time.Hour}},
		}})))
		ok(t, s.Release(ctx, first))
		old := stale(t, s)
		receive(t, s, "1", "a")
		enqueue(t, s, say("1", "row/0"))
		rows := pending(t, s, bot.LaneReply)
		for name, write := range writes {
			t.Run(name, func(t *testing.T) {
				if err := write(ctx, s, old, rows); !errors.Is(err, storage.ErrLeaseLost) {
					t.Errorf("got %v", err)
				}
				forged := storage.Lease{Bot: telegram, Owner: "thief", Epoch: old.Epoch + 1}
				if err := write(ctx, s, forged, rows); !errors.Is(err, storage.ErrLeaseLost) {
					t.Errorf("another owner: %v", err)
				}
			})
		}
		if ids := waitingIDs(t, s); len(ids) != 1 || ids[0] != "a" {
			t.Errorf("inbox changed: %v", ids)
		}
		if got := pending(t, s, bot.LaneReply); len(got) != 1 || got[0].Attempts != 0 || got[0].Cause != "row/0" {
			t.Errorf("outbox changed: %+v", got)
		}
		if l := must[map[bot.Address]storage.Loaded](t)(s.LoadTurns(ctx, []bot.Address{at("1")}))[at("1")]; l.Conversation.Version != 0 {
			t.Errorf("conversation written: %+v", l)
		}
		if _, left, err := s.NextTimer(ctx, telegram); !left || err != nil {
			t.Errorf("timer gone: %v", err)
		}
	})
}
