package change

import (
	"errors"
	"fmt"
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
