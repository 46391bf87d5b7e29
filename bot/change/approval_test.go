package change

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// people are three who may do everything, and one who looks at what they did.
func people() []bot.Actor {
	all := make([]bot.Actor, 3)
	for i := range all {
		all[i] = bot.Actor{User: fmt.Sprint("person ", i), Role: bot.Admin}
	}
	return all
}

// writes has the people make, edit, edit again and submit a change, in the order
// that n in ternary says, and gives who they were.
func writes(t *testing.T, c *Changes, id string, n int) (wrote map[string]bool) {
	t.Helper()
	var by [4]bot.Actor
	wrote = map[string]bool{}
	for i := range by {
		by[i] = people()[n%3]
		wrote[by[i].User] = true
		n /= 3
	}
	ctx := t.Context()
	made := must(t)(c.Create(ctx, by[0], sheet(id))).Change
	made.Reason.UK = "бо так"
	made = must(t)(c.Replace(ctx, by[1], made)).Change
	made.Title.RU = "иначе"
	must(t)(c.Replace(ctx, by[2], made))
	move(t, c, by[3], id, bot.ChangeSubmit)
	return wrote
}

// Whoever of three writes what, and whoever submits it, none of them approves it,
// in whatever role they are then; one of the three who did nothing does.
func TestWhoWroteAnyPartDoesNotApprove(t *testing.T) {
	judged := func(t *testing.T, s *storage.Store, n int) {
		t.Helper()
		c := New(s, nil, func() time.Time { return noon })
		id := fmt.Sprint("x", n)
		wrote := writes(t, c, id, n)
		var approved bool
		for _, by := range people() {
			for _, role := range []bot.Role{bot.Admin, bot.Approver} {
				by.Role = role
				if approved && !wrote[by.User] {
					continue
				}
				_, err := c.Move(t.Context(), by, id, bot.ChangeApprove, 3, "")
				var same *bot.ForbiddenError
				switch {
				case approved: // the move is not legal any more
				case wrote[by.User] && (!errors.As(err, &same) || !same.Same):
					t.Errorf("order %d: %s, as %s, approved their own: %v", n, by.User, role, err)
				case !wrote[by.User] && err != nil:
					t.Errorf("order %d: %s wrote nothing: %v", n, by.User, err)
				}
				approved = approved || err == nil
			}
		}
		if everybody := len(wrote) == 3; everybody == approved {
			t.Errorf("order %d: approved is %v, and %d wrote", n, approved, len(wrote))
		}
	}
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	for n := range 27 { // who makes it is person 0: the three are alike
		judged(t, s, 3*n)
	}
	// 21: 0 made it, 1 and 2 edited, 0 submitted; 5: 2, 1, 0, 0.
	p := storagetest.Open(t, storagetest.PostgresURL(t))
	for _, n := range []int{21, 5} {
		judged(t, p, n)
	}
}

// Who wrote is remembered over a return, and forgotten with the approval.
func TestWritersLastUntilTheApproval(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Changes) {
		writes(t, c, "a", 0) // person 0 alone
		move(t, c, approver, "a", bot.ChangeReturn)
		move(t, c, writer, "a", bot.ChangeSubmit)
		var same *bot.ForbiddenError
		for _, by := range []bot.Actor{people()[0], {User: writer.User, Role: bot.Approver}} {
			if _, err := c.Move(t.Context(), by, "a", bot.ChangeApprove, 3, ""); !errors.As(err, &same) || !same.Same {
				t.Errorf("%s approved their own: %v", by.User, err)
			}
		}
		move(t, c, approver, "a", bot.ChangeApprove)
		found, err := s.VerifyApprovals(t.Context())
		if err != nil || found.Checked != 1 || len(found.Problems) > 0 {
			t.Errorf("%+v, %v", found, err)
		}
	})
}

// Writers are of one version: who wrote the one before may approve a correction of it, and
// who opened the correction, if only that, may not.
func TestACorrectionHasWritersOfItsOwn(t *testing.T) {
	each(t, func(t *testing.T, _ *storage.Store, c *Changes) {
		ctx := t.Context()
		announced(t, c, "a") // by writer
		fix := move(t, c, second, "a", bot.ChangeCorrect).Change
		fix.Reason.UK = "бо так"
		must(t)(c.Replace(ctx, admin, fix))
		move(t, c, admin, "a", bot.ChangeSubmit)
		var same *bot.ForbiddenError
		boss := bot.Actor{User: second.User, Role: bot.Approver}
		if _, err := c.Move(ctx, boss, "a", bot.ChangeApprove, now(t, c, "a"), ""); !errors.As(err, &same) || !same.Same {
			t.Errorf("who opened the correction approved it: %v", err)
		}
		move(t, c, bot.Actor{User: writer.User, Role: bot.Approver}, "a", bot.ChangeApprove)
	})
}

// What the system takes in it may approve, for it is nobody; a user may not
// approve their own this way either.
func TestImportIsTheSystems(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Changes) {
		one, two := sheet("a"), sheet("b")
		one.State, one.Version, two.State, two.Version = bot.ChangeApproved, 1, bot.ChangeReview, 1
		all := []bot.Change{one, two}
		var same *bot.ForbiddenError
		if err := c.Import(t.Context(), admin, all); !errors.As(err, &same) || !same.Same {
			t.Errorf("a user approved what they took in: %v", err)
		}
		if err := c.Import(t.Context(), bot.Actor{User: bot.SystemUser, Role: bot.Admin}, all); err != nil {
			t.Fatal(err)
		}
		move(t, c, approver, "b", bot.ChangeApprove)
		found, err := s.VerifyApprovals(t.Context())
		if err != nil || found.Checked != 2 || len(found.Problems) > 0 {
			t.Errorf("%+v, %v", found, err)
		}
	})
}

// An approval may be taken back at once, by whoever made it and nobody else: what was
// approved waits again, whoever wrote it still may not approve it, and the audit tells
// both. So long it is not announced by itself.
func TestUndoOfAnApproval(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, _ *Changes) {
		ctx, clock := t.Context(), noon.AddDate(0, -1, 0)
		c := New(s, nil, func() time.Time { return clock })
		draft := sheet("a")
		draft.AnnounceAt = clock.Add(time.Second)
		must(t)(c.Create(ctx, writer, draft))
		move(t, c, writer, "a", bot.ChangeSubmit)
		move(t, c, approver, "a", bot.ChangeApprove)
		clock = clock.Add(bot.UndoApproval - time.Second)
		if due, err := c.Tend(ctx); err != nil || len(due.Announced) > 0 {
			t.Fatalf("announced while it may be taken back: %+v, %v", due, err)
		}
		refused := func(by bot.Actor) {
			t.Helper()
			var why *bot.RefusedError
			if _, err := c.Move(ctx, by, "a", bot.ChangeUndo, 1, ""); !errors.As(err, &why) || why.Fault.Code != bot.FaultUndoOver {
				t.Errorf("%s took it back: %v", by.User, err)
			}
		}
		refused(bot.Actor{User: "else", Role: bot.Approver})
		if got := move(t, c, approver, "a", bot.ChangeUndo); got.State != bot.ChangeReview || got.Hash != "" || !got.Approved.IsZero() || got.Submitted.IsZero() {
			t.Errorf("%+v", got)
		}
		var same *bot.ForbiddenError
		if _, err := c.Move(ctx, bot.Actor{User: writer.User, Role: bot.Admin}, "a", bot.ChangeApprove, 1, ""); !errors.As(err, &same) || !same.Same {
			t.Errorf("who wrote it approved it: %v", err)
		}
		if found, err := s.VerifyApprovals(ctx); err != nil || len(found.Problems) > 0 || found.Checked != 0 {
			t.Errorf("%+v, %v", found, err)
		}
		move(t, c, approver, "a", bot.ChangeApprove)
		clock = clock.Add(bot.UndoApproval + time.Second)
		refused(approver)
		if due, err := c.Tend(ctx); err != nil || len(due.Announced) != 1 {
			t.Errorf("%+v, %v", due, err)
		}
		if found, err := s.VerifyApprovals(ctx); err != nil || len(found.Problems) > 0 || found.Checked != 1 {
			t.Errorf("%+v, %v", found, err)
		}
	})
}

// What is approved is what was read: where anything of it has become another since, at
// the same version, the approval is refused.
func TestOnlyWhatWasReadIsApproved(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	word := "так"
	c := New(s, func(c bot.Change, _ []bot.Change) ([]bot.Rendering, bot.BoundWords, error) {
		return []bot.Rendering{{Change: c.ID, Version: c.Version, Channel: "telegram", Template: c.Title.UK}}, bot.BoundWords{bot.Ukrainian: {"k": word}}, nil
	}, func() time.Time { return noon })
	must(t)(c.Create(t.Context(), writer, sheet("a")))
	read, err := c.Approvable(move(t, c, writer, "a", bot.ChangeSubmit))
	if err != nil {
		t.Fatal(err)
	}
	approve := func(hash string) error {
		_, err := c.MoveSaying(t.Context(), approver, "a", bot.ChangeApprove, 1, Said{Hash: hash, Read: bot.Languages(), People: 7})
		return err
	}
	word = "ні"
	var refused *bot.RefusedError
	if err := approve(read); !errors.As(err, &refused) || refused.Fault.Code != bot.FaultReadElse {
		t.Errorf("approved what nobody read: %v", err)
	}
	word = "так"
	if err := approve(read); err != nil {
		t.Error(err)
	}
	if got := must(t)(c.Read(t.Context(), writer, "a")); got.Hash != read {
		t.Errorf("approved %s, read %s", got.Hash, read)
	}
	lines, err := s.AuditLines(t.Context(), storage.AuditQuery{Action: "change.approve"}, 1)
	if err != nil || len(lines) != 1 || !strings.Contains(lines[0].Detail, `"people":7`) || !strings.Contains(lines[0].Detail, `"read":["uk","ru"]`) {
		t.Errorf("%+v, %v", lines, err)
	}
}

// Notes stand at the fields of what was returned until they are ticked off or the field
// says something else; the next return forgets what was mended, and announcing all.
func TestNotesAtFields(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Changes) {
		ctx := t.Context()
		must(t)(c.Create(ctx, writer, sheet("a")))
		sent := move(t, c, writer, "a", bot.ChangeSubmit)
		back := func(notes map[string]string) error {
			_, err := c.MoveSaying(ctx, approver, "a", bot.ChangeReturn, now(t, c, "a"), Said{Notes: notes})
			return err
		}
		var invalid *bot.InvalidError
		for _, notes := range []map[string]string{nil, {"title": "  "}, {"Title; --": "x"}, {"nothing": "x"}, {"sums/7/what": "x"}, {"title": strings.Repeat("я", maxText+1)}} {
			if err := back(notes); !errors.As(err, &invalid) {
				t.Errorf("returned with %v: %v", notes, err)
			}
		}
		if err := back(map[string]string{"title": "коротше", "benefit": "чим краще?"}); err != nil {
			t.Fatal(err)
		}
		mended := func(c2 bot.Change) string {
			all, err := c.Notes(ctx, writer, c2)
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, n := range all {
				said = append(said, fmt.Sprintf("%s %s %v", n.Field, n.Text, n.Mended))
			}
			return strings.Join(said, ", ")
		}
		if got := mended(sent.Change); got != "benefit чим краще? false, title коротше false" {
			t.Error(got)
		}
		edited := sent.Change
		edited.Title.RU = "Короче"
		if got := mended(edited); got != "benefit чим краще? false, title коротше true" {
			t.Error(got)
		}
		if err := c.Mend(ctx, operator, "a", "benefit", true); err == nil {
			t.Error("an operator ticks off")
		}
		if err := c.Mend(ctx, writer, "a", "reason", true); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("ticked off where nothing is noted: %v", err)
		}
		for _, done := range []bool{true, false, true} {
			if err := c.Mend(ctx, writer, "a", "benefit", done); err != nil {
				t.Fatal(err)
			}
			if got := mended(sent.Change); got != fmt.Sprintf("benefit чим краще? %v, title коротше false", done) {
				t.Error(got)
			}
		}
		must(t)(c.Replace(ctx, writer, edited))
		move(t, c, writer, "a", bot.ChangeSubmit)
		var moved *bot.MoveError
		if err := c.Mend(ctx, writer, "a", "benefit", false); !errors.As(err, &moved) {
			t.Errorf("ticked off in review: %v", err)
		}
		if err := back(map[string]string{"title": "ще коротше"}); err != nil {
			t.Fatal(err)
		}
		if got := mended(edited); got != "title ще коротше false" {
			t.Error(got)
		}
		move(t, c, writer, "a", bot.ChangeSubmit)
		move(t, c, approver, "a", bot.ChangeApprove)
		move(t, c, writer, "a", bot.ChangeAnnounce)
		if got := mended(edited); got != "" {
			t.Error(got)
		}
	})
}
