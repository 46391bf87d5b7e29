package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
	"visnyk/storage/upkeep"
)

// crowd puts so many people in, half of them in Київ, and returns their ids in
// the order of the walk.
func crowd(t *testing.T, s *storage.Store, n int) []string {
	t.Helper()
	people := make([]string, n)
	for i := range people {
		people[i] = fmt.Sprintf("e%d - - %s", i, []string{"Київ", "Львів"}[i%2])
	}
	var ids []string
	for _, id := range imports(t, s, people...) {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// approved approves a change for those in Київ and returns its expansion.
func approved(t *testing.T, s *storage.Store, id string) storage.Expansion {
	t.Helper()
	ok(t, s.PutChanges(t.Context(), []bot.Change{concerning(id, bot.ChangeAnnounced, bot.Audience{Regions: []string{"Київ"}})}))
	open := must[[]storage.Expansion](t)(s.Expansions(t.Context()))
	return open[len(open)-1]
}

func expanderLease(t *testing.T, s *storage.Store, owner string, ttl time.Duration) storage.Lease {
	t.Helper()
	l, ours, err := s.AcquireExpander(t.Context(), owner, ttl)
	if err != nil || !ours {
		t.Fatalf("the lease: %v %v", ours, err)
	}
	return l
}

// next walks past one batch of contacts and notes whom.
func next(t *testing.T, s *storage.Store, l storage.Lease, e storage.Expansion, seen *[]string) (storage.Expansion, error) {
	t.Helper()
	return s.Expand(t.Context(), l, e, func(tx *storage.Tx, contacts []string) (bool, error) {
		*seen = append(*seen, contacts...)
		return tx.ExpandLedger(t.Context(), e.Subject, contacts)
	})
}

// How many people there are is for who looks on: where lists and counts wait, or
// are broken off, everybody is walked past all the same.
func TestExpansionWithoutACount(t *testing.T) {
	for name, url := range map[string]string{"postgres": storagetest.PostgresURL(t), "sqlite": storagetest.SQLiteURL(t)} {
		t.Run(name, func(t *testing.T) {
			s := storagetest.Open(t, url)
			want := crowd(t, s, 3)
			e, l := approved(t, s, "a"), expanderLease(t, s, "me", time.Minute)
			restore := must[func() error](t)(s.ReadInHaste(t.Context(), url))
			var seen []string
			e, err := next(t, s, l, e, &seen)
			if ok(t, restore()); err != nil || !e.Ended || e.People != 0 || !slices.Equal(seen, want) {
				t.Errorf("%v; %+v, past %v", err, e, seen)
			}
		})
	}
}

// Whoever goes on after a death begins where the dead one was, and what the dead
// one still does is refused: everybody is walked past once.
func TestExpansionGoesOnAfterADeath(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		ids := crowd(t, s, 1100)
		e := approved(t, s, "half")
		dead := expanderLease(t, s, "dead", 0) // it lapses at once
		var seen []string
		was := must[storage.Expansion](t)(next(t, s, dead, e, &seen))
		if was.Ended || was.Walked != 500 || was.People != 1100 {
			t.Errorf("after one batch: %+v", was)
		}
		sheet := must[storage.Sheet](t)(s.Sheet(ctx, "half"))
		if sheet.Expanding == nil || sheet.Expanding.Walked != 500 || sheet.Expanding.People != 1100 {
			t.Errorf("shown: %+v", sheet.Expanding)
		}

		alive := expanderLease(t, s, "alive", time.Minute)
		if _, err := next(t, s, dead, was, new([]string)); !errors.Is(err, storage.ErrLeaseLost) {
			t.Errorf("a batch of the dead one: %v", err)
		}
		if _, err := next(t, s, alive, e, new([]string)); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("a batch a second time: %v", err)
		}
		for open := must[[]storage.Expansion](t)(s.Expansions(ctx)); len(open) > 0; open = must[[]storage.Expansion](t)(s.Expansions(ctx)) {
			_, err := next(t, s, alive, open[0], &seen)
			ok(t, err)
		}
		if !slices.Equal(seen, ids) {
			t.Errorf("%d walked past, not each of %d once", len(seen), len(ids))
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM ledger`)); n != 550 {
			t.Errorf("%d rows, want 550", n)
		}
		if sheet := must[storage.Sheet](t)(s.Sheet(ctx, "half")); sheet.Expanding != nil {
			t.Errorf("everybody is listed, and still %+v", sheet.Expanding)
		}
		// Turns that were read before the end still judge for themselves.
		if diff := cmp.Diff(map[string]bool{"half": true}, must[map[string]bool](t)(s.Expanding(ctx, storage.ExpandLedger))); diff != "" {
			t.Error(diff)
		}
		must[int](t)(s.Exec(ctx, `UPDATE expansions SET ended_at = ended_at - 3600000000`))
		ok(t, s.ForgetExpansions(ctx))
		if left := must[map[string]bool](t)(s.Expanding(ctx, storage.ExpandLedger)); len(left) > 0 {
			t.Errorf("remembered for ever: %v", left)
		}
	})
}

// Only what lets more or other people be told asks for an expansion.
func TestWhatAsksForAnExpansion(t *testing.T) {
	kyiv, lviv := bot.Audience{Regions: []string{"Київ"}}, bot.Audience{Regions: []string{"Львів"}}
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		for i, step := range []struct {
			state bot.ChangeState
			whom  bot.Audience
			asks  bool
		}{
			{bot.ChangeDraft, kyiv, false},
			{bot.ChangeReview, kyiv, false},
			{bot.ChangeAnnounced, kyiv, true},
			{bot.ChangeAnnounced, kyiv, false},
			{bot.ChangeAnnounced, lviv, true},
			{bot.ChangeClosed, lviv, false},
			{bot.ChangeAnnounced, lviv, true},
			{bot.ChangeWithdrawn, kyiv, false},
		} {
			ok(t, s.PutChanges(t.Context(), []bot.Change{concerning("a", step.state, step.whom)}))
			if open := must[[]storage.Expansion](t)(s.Expansions(t.Context())); (len(open) > 0) != step.asks {
				t.Errorf("step %d, %s: asked %v", i, step.state, open)
			}
			expanded(t, s)
		}
	})
}

// A new audience in the middle of a walk is walked anew, and the old walk ends;
// so does that of a change that is withdrawn.
func TestExpansionIsOvertaken(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		crowd(t, s, 600)
		l := expanderLease(t, s, "me", time.Minute)
		old := must[storage.Expansion](t)(next(t, s, l, approved(t, s, "a"), new([]string)))
		ok(t, s.PutChanges(ctx, []bot.Change{concerning("a", bot.ChangeAnnounced, bot.Audience{Regions: []string{"Львів"}})}))
		var seen []string
		if old = must[storage.Expansion](t)(next(t, s, l, old, &seen)); !old.Ended || len(seen) > 0 {
			t.Errorf("the old walk goes on: %+v, %d contacts", old, len(seen))
		}
		ok(t, s.Release(ctx, l))
		expanded(t, s)
		const rows = `SELECT count(*) FROM ledger l JOIN contacts k ON k.id = l.contact WHERE k.region = $1`
		for region, want := range map[string]int{"Київ": 0, "Львів": 300} {
			if n := must[int](t)(s.Count(ctx, rows, region)); n != want {
				t.Errorf("%s: %d rows, want %d", region, n, want)
			}
		}

		l = expanderLease(t, s, "me", time.Minute)
		gone := approved(t, s, "b")
		ok(t, s.PutChanges(ctx, []bot.Change{concerning("b", bot.ChangeWithdrawn, bot.Audience{Regions: []string{"Київ"}})}))
		if gone = must[storage.Expansion](t)(next(t, s, l, gone, &seen)); !gone.Ended {
			t.Errorf("a withdrawn change is expanded: %+v", gone)
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM ledger WHERE change_id = 'b'`)); n != 0 {
			t.Errorf("%d rows of a withdrawn change", n)
		}
	})
}

// Who is erased, or becomes somebody else for the company, in a transaction that
// has not ended when the walk comes by, is waited for by nobody and judged after.
func TestExpansionYields(t *testing.T) {
	s := storagetest.Open(t, storagetest.PostgresURL(t)) // SQLite writes one after the other
	ctx := t.Context()
	ids := imports(t, s, "gone - - Київ", "moves - - Київ", "comes - - Львів", "stays - - Київ")
	l := expanderLease(t, s, "me", time.Minute)
	e := approved(t, s, "a")
	ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.Erase(ctx, storage.Person{Contact: ids["gone"]}); err != nil {
			return err
		}
		if _, err := next(t, s, l, e, new([]string)); !errors.Is(err, storage.ErrBusy) {
			t.Errorf("beside an erasure: %v", err)
		}
		return nil
	}))
	ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
		_, err := tx.ImportContacts(ctx, []storage.ContactRow{
			{Contact: bot.Contact{ID: ids["moves"], External: "moves", Region: "Львів"}},
			{Contact: bot.Contact{ID: ids["comes"], External: "comes", Region: "Київ"}},
		})
		if err != nil {
			return err
		}
		if _, err := next(t, s, l, e, new([]string)); !errors.Is(err, storage.ErrBusy) {
			t.Errorf("beside an import: %v", err)
		}
		return nil
	}))
	must[storage.Expansion](t)(next(t, s, l, e, new([]string)))
	for who, want := range map[string]int{"gone": 0, "moves": 0, "comes": 1, "stays": 1} {
		if n := rowsOf(t, s, ids[who], "a"); n != want {
			t.Errorf("%s: %d rows, want %d", who, n, want)
		}
	}
	if problems := must[[]string](t)(upkeep.Verify(ctx, s)); len(problems) > 0 {
		t.Error(problems)
	}
}

// However many changes a person has heard of, a turn reads of those that are live.
func TestATurnKnowsWhatIsLive(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := lease(t, s, telegram, "me")
		turn(t, s, l, "1", storage.TurnWrite{Conversation: conversation("1", 1), Contact: contact("1")})
		var marks []storage.LedgerMark
		var changes []bot.Change
		for i := range 20 {
			id := fmt.Sprintf("old%02d", i)
			changes = append(changes, change(id, bot.ChangeClosed))
			marks = append(marks, storage.LedgerMark{Contact: "contact-1", Change: id, Mark: bot.MarkAcknowledged})
		}
		ok(t, s.PutChanges(ctx, append(changes, change("live", bot.ChangeAnnounced))))
		expanded(t, s)
		turn(t, s, l, "1", storage.TurnWrite{Marks: marks})
		if diff := cmp.Diff([]storage.Known{{Change: "live"}}, known(t, s, "1")); diff != "" {
			t.Error(diff)
		}
	})
}
