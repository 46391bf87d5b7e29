package change

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

var (
	noon     = time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)
	writer   = bot.Actor{User: "writer", Role: bot.Marketer}
	second   = bot.Actor{User: "second", Role: bot.Marketer}
	approver = bot.Actor{User: "approver", Role: bot.Approver}
	admin    = bot.Actor{User: "admin", Role: bot.Admin}
	operator = bot.Actor{User: "operator", Role: bot.Operator}
)

func sheet(id string) bot.Change {
	w := func(s string) bot.Bilingual { return bot.Bilingual{UK: s + " їґ", RU: s + " ыъ"} }
	return bot.Change{
		ID: id, Kind: bot.Tariff, Title: w("title"), Summary: w("summary"), Reason: w("reason"),
		Consequence: w("consequence"), Benefit: w("benefit"), ToDo: w("to do"), From: noon,
	}
}

func each(t *testing.T, f func(t *testing.T, s *storage.Store, c *Changes)) {
	t.Helper()
	storagetest.Each(t, func(t *testing.T, s *storage.Store) { f(t, s, New(s, nil, func() time.Time { return noon })) })
}

func must(t *testing.T) func(s storage.Sheet, err error) storage.Sheet {
	return func(s storage.Sheet, err error) storage.Sheet {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// move makes the moves, or ends the test.
func move(t *testing.T, c *Changes, by bot.Actor, id string, moves ...bot.ChangeMove) storage.Sheet {
	t.Helper()
	var s storage.Sheet
	for _, m := range moves {
		s = must(t)(c.Move(t.Context(), by, id, m, now(t, c, id), "так треба"))
	}
	return s
}

// now is the version that is there.
func now(t *testing.T, c *Changes, id string) int {
	t.Helper()
	s, err := c.Read(t.Context(), admin, id)
	if err != nil {
		t.Fatal(err)
	}
	return s.Version
}

func TestAWholeLife(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Changes) {
		ctx := t.Context()
		made := must(t)(c.Create(ctx, writer, sheet("a")))
		if made.State != bot.ChangeDraft || made.Version != 1 || made.Author != "writer" {
			t.Errorf("%+v", made)
		}
		edited := made.Change
		edited.Benefit = bot.Bilingual{UK: "краще", RU: "лучше"}
		next := must(t)(c.Replace(ctx, second, edited))
		if next.Version != 2 || next.Author != "writer" || next.Editor != "second" || next.Benefit.UK != "краще" {
			t.Errorf("%+v", next)
		}
		move(t, c, writer, "a", bot.ChangeSubmit)
		if back := must(t)(c.Move(ctx, approver, "a", bot.ChangeReturn, 2, " чому саме? ")); back.Note != "чому саме?" || back.State != bot.ChangeDraft {
			t.Errorf("%+v", back)
		}
		move(t, c, writer, "a", bot.ChangeSubmit)
		move(t, c, approver, "a", bot.ChangeApprove)
		if end := move(t, c, writer, "a", bot.ChangeAnnounce, bot.ChangeClose); end.State != bot.ChangeClosed || end.Version != 2 {
			t.Errorf("%+v", end)
		}
		audited, err := s.VerifyAudit(ctx, storage.AuditHead{})
		if err != nil || audited.Entries != 8 {
			t.Errorf("%d entries of the audit, want 8: %v", audited.Entries, err)
		}
		if made, err := c.Create(ctx, writer, sheet("")); err != nil || made.ID == "" {
			t.Errorf("%+v, %v", made, err)
		}
		all, cursor, err := c.List(ctx, operator, "", 1)
		if err != nil || len(all) != 1 || cursor != all[0].ID {
			t.Errorf("%v, %q, %v", all, cursor, err)
		}
	})
}

func TestIllegalMoves(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	c := New(s, nil, time.Now)
	ctx := t.Context()
	for i, from := range bot.ChangeStates()[:6] {
		for m := range needs() {
			id := fmt.Sprint(m, i)
			one := sheet(id)
			one.State, one.Version = from, 1
			err := s.InTx(ctx, func(tx *storage.Tx) error {
				return tx.PutSheets(ctx, []storage.Sheet{{Change: one, Hash: one.ApprovedHash(bot.Bound{})}})
			})
			if err != nil {
				t.Fatal(err)
			}
			to, legal := from.Can(m)
			if m == bot.ChangeCorrect {
				to = bot.ChangeDraft // of the next version
			}
			got, err := c.Move(ctx, bot.Actor{User: string(m), Role: bot.Admin}, id, m, 1, "note") // who submits does not approve
			var illegal *bot.MoveError
			var refused *bot.RefusedError
			switch {
			case legal && m == bot.ChangeUndo: // nobody has approved it just now
				if !errors.As(err, &refused) {
					t.Errorf("%s from %s: %v, want it refused", m, from, err)
				}
			case legal && (err != nil || got.State != to):
				t.Errorf("%s from %s: %q, %v", m, from, got.State, err)
			case !legal && (!errors.As(err, &illegal) || illegal.From != string(from) || illegal.Move != string(m)):
				t.Errorf("%s from %s: %v, want it refused", m, from, err)
			}
		}
		one := sheet("x")
		one.State, one.Version = from, 1
		if err := s.PutChanges(ctx, []bot.Change{one}); err != nil {
			t.Fatal(err)
		}
		_, err := c.Replace(ctx, writer, one)
		var late *bot.MoveError
		if (from == bot.ChangeDraft) != (err == nil) || err != nil && !errors.As(err, &late) {
			t.Errorf("edit of what is %s: %v", from, err)
		}
	}
	if _, err := c.Move(ctx, admin, "nothing", bot.ChangeSubmit, 1, ""); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if _, err := c.Move(ctx, admin, "x", "fly", 1, ""); err == nil {
		t.Error("a move that nobody knows is made")
	}
}

func TestBlanksAreRefusedInWords(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Changes) {
		ctx := t.Context()
		blank := sheet("a")
		blank.Reason, blank.Benefit.RU, blank.From = bot.Bilingual{}, " ", time.Time{}
		must(t)(c.Create(ctx, writer, blank))
		_, err := c.Move(ctx, writer, "a", bot.ChangeSubmit, 1, "")
		var refused *bot.InvalidError
		if !errors.As(err, &refused) {
			t.Fatalf("got %v", err)
		}
		if diff := cmp.Diff([]bot.Fault{
			{Field: "reason", Code: bot.FaultBlank}, {Field: "benefit", Code: bot.FaultBlank}, {Field: "from", Code: bot.FaultBlank},
		}, refused.Faults); diff != "" || !strings.Contains(err.Error(), "benefit must be filled in") {
			t.Errorf("%v %s", err, diff)
		}
		// A blank that came in review by another way is not approved either.
		blank.State, blank.Version = bot.ChangeReview, 1
		if err := s.PutChanges(ctx, []bot.Change{blank}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Move(ctx, approver, "a", bot.ChangeApprove, 1, ""); !errors.As(err, &refused) {
			t.Errorf("got %v", err)
		}
	})
}

func TestFourEyes(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Changes) {
		ctx := t.Context()
		author := bot.Actor{User: "author", Role: bot.Admin}
		editor := bot.Actor{User: "editor", Role: bot.Admin}
		made := must(t)(c.Create(ctx, author, sheet("a")))
		must(t)(c.Replace(ctx, editor, made.Change))
		move(t, c, author, "a", bot.ChangeSubmit)
		var same *bot.ForbiddenError
		for _, by := range []bot.Actor{author, editor, {User: "author", Login: "another token", Role: bot.Approver}} {
			if _, err := c.Move(ctx, by, "a", bot.ChangeApprove, now(t, c, "a"), ""); !errors.As(err, &same) || !same.Same {
				t.Errorf("%+v approved their own: %v", by, err)
			}
		}
		var invalid *bot.InvalidError
		if _, err := c.Move(ctx, approver, "a", bot.ChangeReturn, 2, "  "); !errors.As(err, &invalid) || invalid.Faults[0].Code != bot.FaultNoNote {
			t.Errorf("returned without a note: %v", err)
		}
		if got := move(t, c, approver, "a", bot.ChangeApprove); got.State != bot.ChangeApproved {
			t.Errorf("%+v", got)
		}
	})
}

func TestVersions(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Changes) {
		made := must(t)(c.Create(t.Context(), writer, sheet("a")))
		if _, err := c.Create(t.Context(), writer, sheet("a")); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("the same id twice: %v", err)
		}
		// Of many who edit the same version, one wins.
		var wg sync.WaitGroup
		results := make(chan error, 8)
		for range cap(results) {
			wg.Go(func() {
				_, err := c.Replace(context.Background(), second, made.Change)
				results <- err
			})
		}
		wg.Wait()
		won := 0
		for range cap(results) {
			var stale *bot.StaleError
			if err := <-results; err == nil {
				won++
			} else if !errors.As(err, &stale) || stale.Meant != 1 || stale.Now != 2 {
				t.Errorf("lost by %v", err)
			}
		}
		if won != 1 {
			t.Errorf("%d edits won, want 1", won)
		}
	})
}

func TestDraftsAreChecked(t *testing.T) {
	c := New(storagetest.Open(t, storagetest.SQLiteURL(t)), nil, time.Now)
	for field, spoil := range map[string]func(*bot.Change){
		"id":             func(c *bot.Change) { c.ID = "Тариф" },
		"kind":           func(c *bot.Change) { c.Kind = "party" },
		"title":          func(c *bot.Change) { c.Title.UK = strings.Repeat("я", 121) },
		"reason":         func(c *bot.Change) { c.Reason.RU = strings.Repeat("я", 2001) },
		"audience.kinds": func(c *bot.Change) { c.Audience = bot.Audience{Kinds: []string{"friends"}}.Segment() },
		"audience.tiers": func(c *bot.Change) { c.Audience = bot.Audience{Tiers: []string{"gold"}}.Segment() },
		"audience.and.1.op": func(c *bot.Change) {
			c.Audience = bot.All(bot.In("tier", "vip"), bot.Segment{Condition: bot.Condition{Field: "zone", Op: "near"}})
		},
		"audience.regions": func(c *bot.Change) { c.Audience = bot.Audience{Regions: []string{""}}.Segment() },
	} {
		one := sheet("a")
		spoil(&one)
		_, err := c.Create(t.Context(), writer, one)
		var invalid *bot.InvalidError
		if !errors.As(err, &invalid) || !slices.ContainsFunc(invalid.Faults, func(f bot.Fault) bool { return f.Field == field }) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestRights(t *testing.T) {
	c := New(storagetest.Open(t, storagetest.SQLiteURL(t)), nil, time.Now)
	ctx := t.Context()
	must(t)(c.Create(ctx, writer, sheet("a")))
	do := func(m bot.ChangeMove) func(bot.Actor) error {
		return func(by bot.Actor) error { _, err := c.Move(ctx, by, "a", m, 1, ""); return err }
	}
	for name, call := range map[string]struct {
		do    func(by bot.Actor) error
		wrong []bot.Actor
	}{
		"create":   {func(by bot.Actor) error { _, err := c.Create(ctx, by, sheet("b")); return err }, []bot.Actor{operator, approver, {}}},
		"replace":  {func(by bot.Actor) error { _, err := c.Replace(ctx, by, sheet("a")); return err }, []bot.Actor{operator, approver, {}}},
		"submit":   {do(bot.ChangeSubmit), []bot.Actor{operator, approver}},
		"approve":  {do(bot.ChangeApprove), []bot.Actor{operator, writer}},
		"return":   {do(bot.ChangeReturn), []bot.Actor{operator, writer}},
		"announce": {do(bot.ChangeAnnounce), []bot.Actor{operator, approver}},
		"read":     {func(by bot.Actor) error { _, err := c.Read(ctx, by, "a"); return err }, []bot.Actor{{}}},
		"list":     {func(by bot.Actor) error { _, _, err := c.List(ctx, by, "", 1); return err }, []bot.Actor{{}}},
	} {
		var forbidden *bot.ForbiddenError
		for _, by := range call.wrong {
			if err := call.do(by); !errors.As(err, &forbidden) || forbidden.Same {
				t.Errorf("%s by %q: %v, want it refused", name, by.Role, err)
			}
		}
	}
}
