package outbox

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// enqueue puts rows into a real outbox.
func enqueue(t testing.TB, s *storage.Store, rows []bot.Queued) {
	t.Helper()
	const most = 200
	for len(rows) > 0 {
		n := min(most, len(rows))
		err := s.InTx(context.Background(), func(tx *storage.Tx) error {
			_, err := tx.Enqueue(context.Background(), rows[:n])
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		rows = rows[n:]
	}
}

func acquire(t testing.TB, s *storage.Store, owner string, ttl time.Duration) *HeldLease {
	t.Helper()
	l, clean, ok, err := s.Acquire(context.Background(), botName, owner, ttl)
	if err != nil || !ok {
		t.Fatalf("acquire: %v, %v", ok, err)
	}
	return newHeldLease(l, clean, ttl, time.Now())
}

func depth(t testing.TB, s *storage.Store) map[storage.OutboxKey]int {
	t.Helper()
	d, err := s.OutboxDepth(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// numbered reads the place of a row in its chat out of a cause made by many.
func numbered(cause string) (int64, bot.Lane) {
	lane, number, _ := strings.Cut(cause, "-")
	n, _ := strconv.ParseInt(number, 10, 64)
	for l := bot.LaneReply; l <= bot.LaneBulk; l++ {
		if l.String() == lane {
			return n, l
		}
	}
	return n, bot.LaneBulk
}

// Many rows of many chats, with trouble: each ends once, each chat in order.
func TestManyRowsOfManyChats(t *testing.T) {
	t.Run("10,000 of 2,000", func(t *testing.T) {
		m := newMemory()
		m.add(many(bot.LaneReply, 6000, 2000)...)
		m.add(many(bot.LaneDesk, 1000, 500)...)
		m.add(many(bot.LaneBulk, 3000, 2000)...)
		carryAll(t, m, newHeldLease(m.lease, true, time.Hour, time.Now()), 10000)
		equal(t, "unknown announcements", m.count("unknown"), 6)
		equal(t, "sent", m.count("sent"), 9994)
	})
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		enqueue(t, s, many(bot.LaneReply, 1200, 400))
		enqueue(t, s, many(bot.LaneDesk, 200, 100))
		enqueue(t, s, many(bot.LaneBulk, 600, 400))
		carryAll(t, s, acquire(t, s, "a", time.Hour), 2000)
		d := depth(t, s)
		equal(t, "unknown announcements", d[storage.OutboxKey{Bot: botName, Lane: bot.LaneBulk, State: "unknown"}], 2)
		equal(t, "kinds of rows left", len(d), 1)
	})
}

// carryAll sends n rows over a messenger with some trouble, and stops.
func carryAll(t *testing.T, s Store, held *HeldLease, n int) {
	ch := newMessenger()
	all := make(chan struct{})
	var ended atomic.Int64
	end := func() {
		if ended.Add(1) == int64(n) {
			close(all)
		}
	}
	ch.answer = func(_ context.Context, try int, _, cause string) error {
		place, lane := numbered(cause)
		switch {
		case try == 1 && place%500 == 7:
			return fails(bot.Later)
		case try == 1 && place%500 == 11:
			if lane == bot.LaneBulk {
				end()
			}
			return fails(bot.Unknown)
		}
		end()
		return nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- New(Config{Channel: ch, Store: s}).Run(ctx, held) }()
	select {
	case <-all:
	case err := <-done:
		t.Fatalf("ended early: %v", err)
	}
	cancel()
	equal(t, "run", <-done, nil)
	inOrder(t, ch.log(), numbered)
}

// A zombie's outcomes are refused, and the next holder settles what it left.
func TestTakeOverOfARealDatabase(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		enqueue(t, s, []bot.Queued{reply("a", "one"), reply("a", "two"), say(bot.LaneBulk, "b", "bulk")})
		const short = 100 * time.Millisecond
		zombie, wake := newMessenger(), make(chan struct{})
		called := make(chan struct{}, 3)
		zombie.answer = func(context.Context, int, string, string) error {
			called <- struct{}{}
			<-wake
			return nil
		}
		held := acquire(t, s, "a", short)
		held.ttl = time.Hour // it does not know how old its lease is
		done := make(chan error, 1)
		tenure := newTenure(t.Context(), New(Config{Channel: zombie, Store: s}), held)
		tenure.gate.proven = true // so that both leave at once
		go func() { done <- tenure.run(t.Context()) }()
		<-called
		<-called

		next := newMessenger()
		next.signal = make(chan struct{}, 10)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		after := make(chan error, 1)
		go func() {
			after <- HoldLease(ctx, LeaseConfig{Store: s, Bot: botName, Owner: "b", TTL: 3 * time.Second},
				New(Config{Channel: next, Store: s, SendTimeout: time.Second}).Run)
		}()
		<-next.signal
		<-next.signal
		close(wake)
		if err := <-done; !errors.Is(err, storage.ErrLeaseLost) {
			t.Errorf("the zombie got %v, want the loss of its lease", err)
		}
		cancel()
		equal(t, "hold", <-after, nil)
		equal(t, "calls of the zombie", len(zombie.log()), 2)
		equal(t, "order", fmt.Sprint(next.causes()), "[one two]")
		d := depth(t, s)
		equal(t, "unknown announcement", d[storage.OutboxKey{Bot: botName, Lane: bot.LaneBulk, State: "unknown"}], 1)
		equal(t, "kinds of rows left", len(d), 1)
	})
}

// Everything a messenger can answer goes through a real database, odd bytes too.
func TestOutcomesOfARealDatabase(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		odd := &bot.SendError{Outcome: bot.Malformed, Err: errors.New("odd \x00 \xff bytes" + strings.Repeat("щ", 400))}
		ch := newMessenger()
		ch.signal = make(chan struct{}, 10)
		ch.answer = func(_ context.Context, _ int, _, cause string) error {
			switch cause {
			case "malformed":
				return odd
			case "gone":
				return fails(bot.Gone)
			case "wait":
				return later(time.Hour, true)
			}
			return nil
		}
		enqueue(t, s, []bot.Queued{
			reply("a", "malformed"), reply("b", "gone"), say(bot.LaneBulk, "b", "skipped"), reply("c", "sent"),
			say(bot.LaneDesk, "d", "wait"), say(bot.LaneBulk, "e", "held back"),
		})
		held := acquire(t, s, "a", time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		done := make(chan error, 1)
		go func() { done <- New(Config{Channel: ch, Store: s, Concurrency: 1}).Run(ctx, held) }()
		for range 4 {
			<-ch.signal
		}
		cancel()
		equal(t, "run", <-done, nil)
		d := depth(t, s)
		equal(t, "waiting replies", d[storage.OutboxKey{Bot: botName, Lane: bot.LaneDesk, State: "pending"}], 1)
		equal(t, "waiting announcements", d[storage.OutboxKey{Bot: botName, Lane: bot.LaneBulk, State: "pending"}], 1)
		equal(t, "kinds of rows left", len(d), 2)
		until, err := s.PausedUntil(t.Context(), botName)
		if left := time.Until(until); err != nil || left < 59*time.Minute || left > time.Hour {
			t.Errorf("paused for %v, %v", left, err)
		}
	})
}

// BenchmarkSend carries replies to a messenger that answers at once, no limits.
func BenchmarkSend(b *testing.B) {
	run := func(b *testing.B, store Store, held *HeldLease) {
		ch := newMessenger()
		all := make(chan struct{})
		var left atomic.Int64
		left.Store(int64(b.N))
		ch.answer = func(context.Context, int, string, string) error {
			if left.Add(-1) == 0 {
				close(all)
			}
			return nil
		}
		ctx, cancel := context.WithCancel(b.Context())
		defer cancel()
		done := make(chan error, 1)
		b.ResetTimer()
		go func() { done <- New(Config{Channel: ch, Store: store}).Run(ctx, held) }()
		<-all
		cancel()
		if err := <-done; err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sends/s")
	}
	for name, url := range map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL} {
		b.Run(name, func(b *testing.B) {
			s := storagetest.Open(b, url(b))
			enqueue(b, s, many(bot.LaneReply, b.N, b.N/3+1))
			run(b, s, acquire(b, s, "a", time.Hour))
		})
	}
}
