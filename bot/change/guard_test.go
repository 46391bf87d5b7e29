package change

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestBeyond(t *testing.T) {
	for _, x := range []struct {
		approved, now int
		is            bool
	}{
		{0, 0, false},
		{0, 50, false},
		{0, 51, true},
		{51, 0, true},
		{50, 0, false},
		{100, 151, true},
		{100, 150, false},
		{1000, 1100, false},
		{1000, 1101, true},
		{1000, 900, false},
		{1000, 899, true},
		{500, 551, true},
		{510, 561, false},
		{4218, 4639, false},
		{4218, 4640, true},
		{500_000, 550_000, false},
		{500_000, 449_999, true},
	} {
		if bot.Beyond(x.approved, x.now) != x.is {
			t.Errorf("approved for %d, and %d now: %v", x.approved, x.now, !x.is)
		}
	}
}

// What is approved for so many is not announced to many more or fewer unless whoever
// announces it says to how many, as they are now; every approval counts anew, and what was
// approved while nobody counted is asked nothing.
func TestTheGuardBetweenApprovalAndAnnouncing(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Changes) {
		ctx, people := t.Context(), 1000
		announces := func(id string, despite *int) error {
			_, err := c.MoveSaying(ctx, writer, id, bot.ChangeAnnounce, 1, Said{Despite: despite})
			return err
		}
		refused := func(why string, err error, approved, now int) {
			t.Helper()
			var is *bot.RefusedError
			if !errors.As(err, &is) || is.Code != bot.FaultCrowd || fmt.Sprint(is.Data["Approved"], is.Data["People"]) != fmt.Sprint(approved, now) {
				t.Errorf("%s: %v", why, err)
			}
		}
		ok := func(why string, err error) {
			t.Helper()
			if err != nil {
				t.Errorf("%s: %v", why, err)
			}
		}
		for _, id := range []string{"uncounted", "a", "b"} {
			must(t)(c.Create(ctx, writer, sheet(id)))
			move(t, c, writer, id, bot.ChangeSubmit)
		}
		move(t, c, approver, "uncounted", bot.ChangeApprove)
		c.Counting = func(context.Context, bot.Segment) (int, error) { return people, nil }
		move(t, c, approver, "a", bot.ChangeApprove)
		move(t, c, approver, "b", bot.ChangeApprove)
		if n, is, err := c.ApprovedFor(ctx, writer, must(t)(c.Read(ctx, writer, "a"))); n != 1000 || !is || err != nil {
			t.Errorf("approved for %d, %v, %v", n, is, err)
		}
		people = 1200
		ok("nobody counted", announces("uncounted", nil))
		refused("not asked", announces("a", nil), 1000, 1200)
		refused("another number is meant", announces("a", new(1000)), 1000, 1200)
		people = 0
		refused("nobody is left", announces("a", new(1200)), 1000, 0)
		ok("on purpose to nobody", announces("a", new(0)))
		people = 1200
		move(t, c, approver, "b", bot.ChangeRevise)
		move(t, c, writer, "b", bot.ChangeSubmit)
		move(t, c, approver, "b", bot.ChangeApprove)
		ok("approved anew for as many", announces("b", nil))
		lines, err := s.AuditLines(ctx, storage.AuditQuery{Action: "change.announce"}, 3)
		if err != nil || len(lines) != 3 || !strings.Contains(lines[1].Detail, `"approved_for":1000`) || !strings.Contains(lines[1].Detail, `"people":0`) || strings.Contains(lines[0].Detail, "approved_for") {
			t.Errorf("%+v, %v", lines, err)
		}
	})
}

// A moment that comes with other people than were approved passes: the version waits, its
// owner is told once, and what others are announced meanwhile does not wait with it. Once
// the number is near again it is announced; one that takes effect waiting is a draft again.
func TestWhatTheGuardHoldsWaits(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, clock, people, told := t.Context(), noon.AddDate(0, -1, 0), 0, 0
		c := New(s, nil, func() time.Time { return clock })
		c.Counting = func(context.Context, bot.Segment) (int, error) { return people, nil }
		c.news.Waits = func(_ storage.Colleague, cause string, _ bot.Change, why bot.Fault) ([]bot.Queued, error) {
			told++
			return []bot.Queued{{Lane: bot.LaneDesk, To: bot.Address{Bot: "telegram", Chat: "7"}, Cause: cause + "/0", Part: bot.Part{Kind: bot.Say, Body: []byte(why.Detail())}}}, nil
		}
		if err := s.InTx(ctx, func(tx *storage.Tx) error {
			if err := tx.AddUser(ctx, storage.User{ID: "writer", Login: "writer", Role: bot.Marketer, Password: "none"}); err != nil {
				return err
			}
			return tx.LinkStaff(ctx, "writer", bot.Address{Bot: "telegram", Chat: "7"})
		}); err != nil {
			t.Fatal(err)
		}
		for i, id := range []string{"a", "b", "z"} {
			draft := sheet(id)
			draft.AnnounceAt = clock.Add(time.Minute)
			must(t)(c.Create(ctx, writer, draft))
			move(t, c, writer, id, bot.ChangeSubmit)
			people = []int{300, 100, 400}[i]
			move(t, c, approver, id, bot.ChangeApprove)
		}
		tends := func() Due {
			t.Helper()
			due, err := c.Tend(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return due
		}
		clock = clock.Add(time.Minute)
		if due := tends(); !slices.Equal(due.Waiting, []string{"a", "b"}) || !slices.Equal(due.Announced, []string{"z"}) || told != 2 {
			t.Errorf("%+v, told %d times", due, told)
		}
		clock = clock.Add(2 * guardAgain)
		other := New(s, nil, func() time.Time { return clock }) // another replica
		other.Counting, other.news.Waits = c.Counting, c.news.Waits
		if due, err := other.Tend(ctx); len(due.Waiting) > 0 || err != nil || told != 2 {
			t.Errorf("%+v, told %d times, %v", due, told, err)
		}
		people = 340
		if due := tends(); !slices.Equal(due.Announced, []string{"a"}) || len(due.Waiting) > 0 {
			t.Errorf("%+v", due)
		}
		clock = noon
		tends() // counted once more
		if due := tends(); !slices.Equal(due.Void, []string{"b"}) {
			t.Errorf("%+v", due)
		}
		if lines, err := s.AuditLines(ctx, storage.AuditQuery{Action: "change.wait"}, 9); err != nil || len(lines) != 2 {
			t.Errorf("%+v, %v", lines, err)
		}
	})
}
