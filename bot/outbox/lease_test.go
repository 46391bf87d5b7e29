package outbox

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"visnyk/bot"
)

const ttl = 10 * time.Second

// holder runs HoldLease with a work that waits for its end.
type holder struct {
	held  atomic.Pointer[HeldLease] // while work runs
	terms atomic.Int32
	last  atomic.Pointer[HeldLease]
	end   func() // stops it and waits
}

func hold(t *testing.T, m *memory, owner string, windUp time.Duration, fail error) *holder {
	h := &holder{}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		err := HoldLease(ctx, LeaseConfig{Store: m, Bot: botName, Owner: owner, TTL: ttl}, func(ctx context.Context, held *HeldLease) error {
			h.terms.Add(1)
			h.held.Store(held)
			h.last.Store(held)
			defer h.held.Store(nil)
			if fail != nil {
				return fail
			}
			<-ctx.Done()
			elapse(windUp)
			return nil
		})
		equal(t, "hold", err, nil)
	}()
	h.end = func() { cancel(); <-done }
	return h
}

func (h *holder) valid() bool {
	held := h.held.Load()
	return held != nil && held.Valid()
}

func TestHoldRenews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		a := hold(t, m, "a", 0, nil)
		elapse(time.Second)
		b := hold(t, m, "b", 0, nil)
		for range 600 {
			elapse(100 * time.Millisecond)
			equal(t, "a holds", a.valid(), true)
		}
		equal(t, "terms of a", a.terms.Load(), 1)
		equal(t, "terms of b", b.terms.Load(), 0)
		a.end()
		elapse(1500 * time.Millisecond)
		equal(t, "b holds", b.valid(), true)
		equal(t, "given back", b.held.Load().Clean, true)
		b.end()
	})
}

func TestHoldWhileWorkWindsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		a := hold(t, m, "a", 3*ttl, nil)
		elapse(time.Second)
		b := hold(t, m, "b", 0, nil)
		begun := time.Now()
		a.end()
		equal(t, "wound up in", time.Since(begun), 3*ttl)
		equal(t, "terms of b", b.terms.Load(), 0)
		elapse(1500 * time.Millisecond)
		equal(t, "b holds", b.valid(), true)
		b.end()
	})
}

func TestHoldEndsWorkWhenTheLeaseIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		a := hold(t, m, "a", 0, nil)
		elapse(time.Second)
		m.set(func(m *memory) { m.lease.Epoch, m.lease.Owner = 9, "b" })
		elapse(ttl / 3)
		equal(t, "a works", a.held.Load() == nil, true)
		equal(t, "a holds", a.last.Load().Valid(), false)
		a.end()
		equal(t, "b is not disturbed", m.lease.Owner, "b")
	})
}

func TestHoldTriesAgainAfterWorkFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		a := hold(t, m, "a", 0, errors.New("no luck"))
		elapse(20 * time.Second)
		if n := a.terms.Load(); n < 10 || n > 45 {
			t.Errorf("%d terms in 20 s", n)
		}
		a.end()
		equal(t, "given back", m.released, true)
	})
}

// Whenever a holder is cut off from the database, two never hold at once.
func TestOneHolderAtATime(t *testing.T) {
	for range 20 {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			a := hold(t, m, "a", 0, nil)
			elapse(2 * time.Second)
			b := hold(t, m, "b", 0, nil)
			elapse(rand.N(ttl))
			m.set(func(m *memory) { m.cut = "a" })
			cut := time.Now()
			for !b.valid() {
				elapse(10 * time.Millisecond)
				if a.valid() && b.valid() {
					t.Fatal("both hold the lease")
				}
			}
			if took := time.Since(cut); took > 12*time.Second {
				t.Errorf("taken over in %v", took)
			}
			equal(t, "given back", b.held.Load().Clean, false)
			for range 200 {
				elapse(10 * time.Millisecond)
				equal(t, "a holds", a.valid(), false)
				equal(t, "a works", a.held.Load() != nil, false)
			}
			a.end()
			b.end()
		})
	}
}

// A replica dies in the middle of its sends: the chats go on within 15 s, what
// was under way is settled within 20 s.
func TestTakeOverInTime(t *testing.T) {
	var goesOn, recorded time.Duration
	for range 30 {
		synctest.Test(t, func(t *testing.T) {
			on, all := death(t)
			goesOn, recorded = max(goesOn, on), max(recorded, all)
		})
	}
	t.Logf("chats go on within %v, what was under way is settled within %v", goesOn, recorded)
	if goesOn > 15*time.Second {
		t.Errorf("chats went on after %v", goesOn)
	}
	if recorded > 20*time.Second {
		t.Errorf("what was under way was settled after %v", recorded)
	}
}

// death lets a replica die at a random moment and gives the time until another
// sends, and until everything that was under way is settled.
func death(t *testing.T) (goesOn, recorded time.Duration) {
	m := newMemory()
	m.add(many(bot.LaneReply, 3000, 3000)...)
	var dead atomic.Bool
	var first atomic.Pointer[time.Time]
	replica := func(owner string, answer func(context.Context) error) (end func()) {
		ch := newMessenger()
		ch.way = func() (time.Duration, time.Duration) { return 50 * time.Millisecond, 50 * time.Millisecond }
		ch.answer = func(ctx context.Context, _ int, _, _ string) error { return answer(ctx) }
		s := New(Config{Channel: ch, Store: m, Rate: 30})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			equal(t, "hold", HoldLease(ctx, LeaseConfig{Store: m, Bot: botName, Owner: owner, TTL: ttl}, s.Run), nil)
		}()
		return func() { cancel(); <-done }
	}
	endA := replica("a", func(ctx context.Context) error {
		if dead.Load() {
			<-ctx.Done()
			return fails(bot.Unknown)
		}
		return nil
	})
	elapse(time.Second)
	endB := replica("b", func(context.Context) error {
		now := time.Now()
		first.CompareAndSwap(nil, &now)
		return nil
	})
	elapse(5*time.Second + rand.N(ttl))

	died := time.Now()
	dead.Store(true)
	m.set(func(m *memory) { m.cut = "a" })
	under := m.causes("sending")
	for first.Load() == nil {
		elapse(10 * time.Millisecond)
	}
	goesOn = first.Load().Sub(died)
	for _, cause := range under {
		for m.row(cause).state != "sent" {
			elapse(10 * time.Millisecond)
		}
	}
	recorded = time.Since(died)
	endA()
	endB()
	return goesOn, recorded
}
