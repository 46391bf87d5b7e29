package storage_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestReceiveKeepsOrderAndDropsRepeats(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		in := []storage.Incoming{update("1", "c"), update("2", "b"), update("1", "c"), update("1", "a")}
		in[0].Greeted = true
		fresh := must[[]bool](t)(s.Receive(t.Context(), in))
		if diff := cmp.Diff([]bool{true, true, false, true}, fresh); diff != "" {
			t.Error(diff)
		}
		fresh = must[[]bool](t)(s.Receive(t.Context(), []storage.Incoming{update("9", "b"), update("9", "0")}))
		if diff := cmp.Diff([]bool{false, true}, fresh); diff != "" {
			t.Error(diff)
		}
		rows := must[[]storage.InboxRow](t)(s.Waiting(t.Context(), telegram, 10, storage.InHand{}))
		if diff := cmp.Diff([]string{"c", "b", "a", "0"}, waitingIDs(t, s)); diff != "" {
			t.Error(diff)
		}
		r := rows[0]
		if r.Bot != telegram || r.Chat != "1" || r.Source != storage.SourceChannel || !r.Greeted ||
			string(r.Payload) != `{"id":"c"}` || r.Attempts != 0 || r.ReceivedAt.IsZero() {
			t.Errorf("got %+v", r)
		}
		if got := must[[]storage.InboxRow](t)(s.Waiting(t.Context(), "viber", 10, storage.InHand{})); len(got) != 0 {
			t.Errorf("another bot's rows: %v", got)
		}
	})
}

// Statements within one tick of the clock must still follow each other.
func TestReceiveOrderAcrossStatements(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		var want []string
		for i := range 60 {
			id := fmt.Sprintf("%d-%d", 99-i, i) // sorts the other way
			want = append(want, id, id+"-next")
			receive(t, s, "1", id, "2", id+"-next")
		}
		got := waitingIDs(t, s)
		if diff := cmp.Diff(want[:100], got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestReceiveManyAtOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		const ids, racers = 40, 12
		var first [ids]atomic.Int32
		var wg sync.WaitGroup
		for n := range racers {
			wg.Go(func() {
				var in []storage.Incoming
				var index []int
				for i := range ids { // each in its own order
					k := (i*7 + n*11) % ids
					if n%2 == 1 {
						k = ids - 1 - k
					}
					in = append(in, update("1", fmt.Sprint("u", k)))
					index = append(index, k)
				}
				fresh, err := s.Receive(t.Context(), in)
				if err != nil {
					t.Error(err)
					return
				}
				for i, f := range fresh {
					if f {
						first[index[i]].Add(1)
					}
				}
			})
		}
		wg.Wait()
		for i := range first {
			if n := first[i].Load(); n != 1 {
				t.Errorf("update %d was new %d times", i, n)
			}
		}
	})
}

func TestReceiveMoreThanOneStatement(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		in := make([]storage.Incoming, 7000)
		for i := range in {
			in[i] = update("1", fmt.Sprint(i))
		}
		for i, f := range must[[]bool](t)(s.Receive(t.Context(), in)) {
			if !f {
				t.Fatalf("row %d is not new", i)
			}
		}
		rows := must[[]storage.InboxRow](t)(s.Waiting(t.Context(), telegram, 8000, storage.InHand{}))
		for i, r := range rows {
			if r.ID != fmt.Sprint(i) {
				t.Fatalf("place %d holds %s", i, r.ID)
			}
		}
		if len(rows) != len(in) {
			t.Errorf("%d rows", len(rows))
		}
	})
}

func TestStrangeUpdates(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		payload := "\x00\xff\xed\xa0\x80 raw"
		in := []storage.Incoming{
			{Update: bot.Update{Bot: telegram, ID: "nul\x00", Chat: "\xed\xa0\x80", Payload: []byte(payload)}},
			{Update: bot.Update{Bot: telegram, ID: "nul\x00", Chat: "\xff"}},
			{Update: bot.Update{Bot: telegram, ID: strings.Repeat("i", 5000), Chat: "1"}},
			{Update: bot.Update{Bot: telegram, ID: "long chat", Chat: strings.Repeat("c", 5000)}},
			{Update: bot.Update{Bot: telegram, ID: "defect", Defect: "kind \x00"}},
		}
		fresh := must[[]bool](t)(s.Receive(t.Context(), in))
		if diff := cmp.Diff([]bool{true, false, true, true, true}, fresh); diff != "" {
			t.Error(diff)
		}
		rows := must[[]storage.InboxRow](t)(s.Waiting(t.Context(), telegram, 10, storage.InHand{}))
		if len(rows) != 2 || rows[0].ID != "nul\uFFFD" || rows[0].Chat != "\uFFFD" || string(rows[0].Payload) != payload {
			t.Errorf("waiting: %+v", rows)
		}
		aside := must[[]storage.ParkedRow](t)(s.Parked(t.Context(), 10))
		if len(aside) != 2 {
			t.Fatalf("parked: %+v", aside)
		}
		for _, p := range aside {
			if p.Reason == "" || p.ParkedAt.IsZero() {
				t.Errorf("parked without a reason or time: %+v", p)
			}
		}
	})
}

func TestParkAndReplay(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		receive(t, s, "1", "a", "1", "b")
		before := must[[]storage.InboxRow](t)(s.Waiting(ctx, telegram, 10, storage.InHand{}))
		l := lease(t, s, telegram, "me")
		for want := 1; want <= 3; want++ {
			if n := must[int](t)(s.CountAttempt(ctx, l, "a")); n != want {
				t.Errorf("attempt %d, want %d", n, want)
			}
		}
		ok(t, s.Park(ctx, l, "a", "panic"))
		if err := s.Park(ctx, l, "a", "again"); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("parked twice: %v", err)
		}
		if _, err := s.CountAttempt(ctx, l, "a"); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("attempt at a parked row: %v", err)
		}
		aside := must[[]storage.ParkedRow](t)(s.Parked(ctx, 10))
		if len(aside) != 1 || aside[0].ID != "a" || aside[0].Reason != "panic" || aside[0].Attempts != 3 {
			t.Fatalf("parked: %+v", aside)
		}
		waiting, parked, err := s.InboxDepth(ctx)
		if err != nil || waiting[telegram] != 1 || parked[telegram] != 1 {
			t.Errorf("depth: %v %v %v", waiting, parked, err)
		}
		replay := func(id string) error {
			return s.InTx(ctx, func(tx *storage.Tx) error { return tx.Replay(ctx, telegram, id) })
		}
		if row, err := s.ParkedUpdate(ctx, telegram, "a"); err != nil || row.Reason != "panic" || row.Chat != "1" {
			t.Errorf("parked: %+v, %v", row, err)
		}
		ok(t, replay("a"))
		if _, err := s.ParkedUpdate(ctx, telegram, "a"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("it is parked still: %v", err)
		}
		if err := replay("a"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("replayed twice: %v", err)
		}
		if diff := cmp.Diff(before, must[[]storage.InboxRow](t)(s.Waiting(ctx, telegram, 10, storage.InHand{})), cmpopts.IgnoreFields(storage.InboxRow{}, "Waited")); diff != "" {
			t.Error(diff)
		}
	})
}

// A dropped update is over, and its key keeps the messenger from bringing it back.
func TestDroppedUpdateStaysDropped(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		drop := func(id string) error {
			return s.InTx(ctx, func(tx *storage.Tx) error { return tx.Drop(ctx, telegram, id) })
		}
		receive(t, s, "1", "a")
		if err := drop("a"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a waiting update is dropped: %v", err)
		}
		l := lease(t, s, telegram, "me")
		ok(t, s.Park(ctx, l, "a", "panic"))
		ok(t, drop("a"))
		if err := drop("a"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("dropped twice: %v", err)
		}
		fresh, err := s.Receive(ctx, []storage.Incoming{{Source: storage.SourceChannel, Update: bot.Update{Bot: telegram, ID: "a", Chat: "1", Payload: []byte("x")}}})
		if err != nil || fresh[0] {
			t.Errorf("delivered again it is new: %v, %v", fresh, err)
		}
		waiting, parked, err := s.InboxDepth(ctx)
		if err != nil || waiting[telegram]+parked[telegram] != 0 {
			t.Errorf("it came back: %v %v %v", waiting, parked, err)
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM inbox WHERE state = 'done' AND reason = 'dropped'`)); n != 1 {
			t.Errorf("%d rows say why they are over", n)
		}
	})
}

// BenchmarkReceive takes in what comes by itself, and together.
func BenchmarkReceive(b *testing.B) {
	for _, n := range []int{1, 8, 24} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			benchEach(b, func(b *testing.B, s *storage.Store, _ storage.Lease) {
				in := make([]storage.Incoming, n)
				id := 100_000_000
				for b.Loop() {
					for i := range in {
						id++
						in[i] = update(fmt.Sprint(id), fmt.Sprint(id))
					}
					if _, err := s.Receive(b.Context(), in); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
