package change

import (
	"context"
	"errors"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// announced makes a change that customers hear of, in its version 1.
func announced(t *testing.T, c *Changes, id string) {
	t.Helper()
	must(t)(c.Create(t.Context(), writer, sheet(id)))
	move(t, c, writer, id, bot.ChangeSubmit)
	move(t, c, approver, id, bot.ChangeApprove)
	move(t, c, writer, id, bot.ChangeAnnounce)
}

// A correction is a version of its own: with four eyes, beside the one in force, saying
// what was wrong where a fact is another.
func TestCorrectionIsTheNextVersion(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Changes) {
		ctx := t.Context()
		announced(t, c, "a")
		next := must(t)(c.Move(ctx, writer, "a", bot.ChangeCorrect, 1, ""))
		if next.Version != 2 || next.State != bot.ChangeDraft || next.InForce != 1 || next.Hash != "" {
			t.Errorf("%+v", next)
		}
		var illegal *bot.MoveError
		if _, err := c.Move(ctx, writer, "a", bot.ChangeCorrect, 1, ""); !errors.As(err, &illegal) {
			t.Errorf("a second correction beside it: %v", err)
		}
		later := next.Change
		later.From = noon.AddDate(0, 1, 0)
		next = must(t)(c.Replace(ctx, writer, later))
		var invalid *bot.InvalidError
		if _, err := c.Move(ctx, writer, "a", bot.ChangeSubmit, next.Version, ""); !errors.As(err, &invalid) || invalid.Faults[0].Field != "wrong" {
			t.Errorf("another date, and nothing said to be wrong: %v", err)
		}
		later.Version, later.Wrong = next.Version, bot.Bilingual{UK: "не той день", RU: "не тот день"}
		must(t)(c.Replace(ctx, writer, later))
		move(t, c, writer, "a", bot.ChangeSubmit)
		var same *bot.ForbiddenError
		if _, err := c.Move(ctx, bot.Actor{User: writer.User, Role: bot.Admin}, "a", bot.ChangeApprove, now(t, c, "a"), ""); !errors.As(err, &same) || !same.Same {
			t.Errorf("the corrector approved it: %v", err)
		}
		approved := move(t, c, approver, "a", bot.ChangeApprove)
		told, err := s.Changes(ctx)
		if err != nil || len(told) != 1 || told[0].Version != 1 || !told[0].From.Equal(noon) {
			t.Errorf("before it is announced customers hear %+v, %v", told, err)
		}
		if got := move(t, c, writer, "a", bot.ChangeAnnounce); got.InForce != approved.Version {
			t.Errorf("%+v", got)
		}
		one, err := c.Version(ctx, operator, "a", 1)
		if err != nil || one.State != bot.ChangeReplaced {
			t.Errorf("%+v, %v", one, err)
		}
		versions, err := c.Versions(ctx, operator, "a")
		if err != nil || len(versions) != 4 || versions[0].Editor != writer.User || versions[0].Made.IsZero() {
			t.Errorf("%d versions, %v", len(versions), err)
		}
		found, err := s.VerifyApprovals(ctx)
		if err != nil || found.Checked != 1 || len(found.Problems) > 0 {
			t.Errorf("%+v, %v", found, err)
		}
	})
}

// A correction may be dropped; withdrawing the version in force takes it along.
func TestWithdrawingNamesItsVersion(t *testing.T) {
	each(t, func(t *testing.T, s *storage.Store, c *Changes) {
		announced(t, c, "a")
		move(t, c, writer, "a", bot.ChangeCorrect, bot.ChangeWithdraw)
		if got := must(t)(c.Read(t.Context(), writer, "a")); got.Version != 1 || got.State != bot.ChangeAnnounced {
			t.Errorf("%+v", got)
		}
		next := move(t, c, writer, "a", bot.ChangeCorrect)
		must(t)(c.Move(t.Context(), writer, "a", bot.ChangeWithdraw, 1, ""))
		if got := must(t)(c.Read(t.Context(), writer, "a")); next.Version != 3 || got.State != bot.ChangeWithdrawn || got.InForce != 0 {
			t.Errorf("%+v", got)
		}
		lines, err := s.AuditLines(t.Context(), storage.AuditQuery{Object: "change/a"}, 1)
		if err != nil || len(lines) != 1 || lines[0].Action != "change.withdraw" {
			t.Errorf("%+v, %v", lines, err)
		}
	})
}

// Who wrote what was approved does not approve it after a revision either: that approval
// is void, and only what is announced is behind them.
func TestRevisionForgetsNoWriter(t *testing.T) {
	each(t, func(t *testing.T, _ *storage.Store, c *Changes) {
		ctx := t.Context()
		must(t)(c.Create(ctx, writer, sheet("a")))
		move(t, c, writer, "a", bot.ChangeSubmit)
		move(t, c, approver, "a", bot.ChangeApprove)
		void := move(t, c, second, "a", bot.ChangeRevise)
		if void.State != bot.ChangeDraft || void.Hash != "" || !void.Approved.IsZero() {
			t.Errorf("%+v", void)
		}
		move(t, c, second, "a", bot.ChangeSubmit)
		var same *bot.ForbiddenError
		for _, by := range []bot.Actor{writer, second} {
			by.Role = bot.Admin
			if _, err := c.Move(ctx, by, "a", bot.ChangeApprove, 1, ""); !errors.As(err, &same) || !same.Same {
				t.Errorf("%s approved their own: %v", by.User, err)
			}
		}
		move(t, c, approver, "a", bot.ChangeApprove)
	})
}

// What was altered past the moves is not announced.
func TestOnlyWhatWasApprovedIsAnnounced(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	c := New(s, nil, func() time.Time { return noon })
	must(t)(c.Create(t.Context(), writer, sheet("a")))
	move(t, c, writer, "a", bot.ChangeSubmit)
	approved := move(t, c, approver, "a", bot.ChangeApprove)
	approved.Benefit.UK = "інше"
	err := s.InTx(t.Context(), func(tx *storage.Tx) error { return tx.PutSheets(t.Context(), []storage.Sheet{approved}) })
	var refused *bot.RefusedError
	if _, err2 := c.Move(t.Context(), writer, "a", bot.ChangeAnnounce, 1, ""); err != nil || !errors.As(err2, &refused) {
		t.Errorf("%v, %v", err, err2)
	}
}

// Time alone announces what was approved for a moment, ends a review that lasts too long
// and an approval that nobody used before the change took effect.
func TestWhatTimeDoes(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		at := noon
		c := New(s, nil, func() time.Time { return at })
		for id, edit := range map[string]func(*bot.Change){
			"moment":  func(c *bot.Change) { c.AnnounceAt = noon.Add(time.Hour) },
			"unused":  func(*bot.Change) {},
			"late":    func(c *bot.Change) { c.From = noon.Add(-time.Hour) },
			"waiting": func(*bot.Change) {},
		} {
			x := sheet(id)
			x.From = noon.AddDate(0, 0, 20)
			edit(&x)
			must(t)(c.Create(t.Context(), writer, x))
			move(t, c, writer, id, bot.ChangeSubmit)
			if id != "waiting" {
				move(t, c, approver, id, bot.ChangeApprove)
			}
		}
		states := func(what string, want map[string]bot.ChangeState) {
			t.Helper()
			if _, err := c.Tend(context.Background()); err != nil {
				t.Fatal(err)
			}
			for id, state := range want {
				if got := must(t)(c.Read(t.Context(), writer, id)); got.State != state {
					t.Errorf("%s: %s is %s, want %s", what, id, got.State, state)
				}
			}
		}
		all := map[string]bot.ChangeState{"moment": bot.ChangeApproved, "unused": bot.ChangeApproved, "late": bot.ChangeApproved, "waiting": bot.ChangeReview}
		states("at once", all)
		at, all["moment"] = noon.Add(time.Hour), bot.ChangeAnnounced
		states("an hour later", all)
		at, all["waiting"] = noon.AddDate(0, 0, 14), bot.ChangeDraft
		states("after two weeks", all)
		at, all["unused"] = noon.AddDate(0, 0, 20), bot.ChangeDraft
		states("on the day", all)
		got := must(t)(c.Read(t.Context(), writer, "waiting"))
		if uk, ru := NoteIn(bot.Ukrainian, got.Note), NoteIn(bot.Russian, got.Note); uk != "Час на розгляд минув" || ru != "Время на рассмотрение истекло" {
			t.Errorf("whoever wrote it is told %q, or %q", uk, ru)
		}
	})
}

// A kind may have to be told so many days before; the reason why not is kept.
func TestMinimumNotice(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	c := New(s, nil, func() time.Time { return noon })
	ctx := t.Context()
	if err := s.PutSetting(ctx, bot.ChangeNoticeSetting(bot.Tariff), "30"); err != nil {
		t.Fatal(err)
	}
	x := sheet("a")
	x.From = noon.AddDate(0, 0, 29)
	made := must(t)(c.Create(ctx, writer, x))
	var invalid *bot.InvalidError
	if _, err := c.Move(ctx, writer, "a", bot.ChangeSubmit, 1, ""); !errors.As(err, &invalid) || invalid.Faults[0].Code != bot.FaultNotice {
		t.Errorf("%v", err)
	}
	made.ShortNotice = "вимога регулятора"
	must(t)(c.Replace(ctx, writer, made.Change))
	move(t, c, writer, "a", bot.ChangeSubmit)
	move(t, c, approver, "a", bot.ChangeApprove)
	lines, err := s.AuditLines(ctx, storage.AuditQuery{Object: "change/a"}, 1)
	if err != nil || len(lines) != 1 || lines[0].Action != "change.approve" {
		t.Errorf("%+v, %v", lines, err)
	}

	// Whoever was told in time has no less of it by other words; by another day they may.
	move(t, c, writer, "a", bot.ChangeAnnounce)
	next := move(t, c, writer, "a", bot.ChangeCorrect).Change
	next.ShortNotice, next.Reason.UK = "", "бо так"
	next = must(t)(c.Replace(ctx, writer, next)).Change
	move(t, c, writer, "a", bot.ChangeSubmit)
	move(t, c, approver, "a", bot.ChangeReturn)
	next.From, next.Wrong = next.From.AddDate(0, 0, -1), bot.Bilingual{UK: "не той день", RU: "не тот день"}
	next = must(t)(c.Replace(ctx, writer, next)).Change
	if _, err := c.Move(ctx, writer, "a", bot.ChangeSubmit, next.Version, ""); !errors.As(err, &invalid) || invalid.Faults[0].Code != bot.FaultNotice {
		t.Errorf("a day sooner: %v", err)
	}
}
