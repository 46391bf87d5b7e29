package editor

import (
	"errors"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// An article is approved by somebody else than who wrote any part of it, be it a
// wording that was offered; a wording of what is approved voids nothing.
func TestFourEyesOnArticles(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		e := NewEditor(s, func() time.Time { return noon })
		by := func(user string) bot.Actor { return bot.Actor{User: user, Role: bot.Admin} }
		made, err := e.Create(ctx, by("one"), article("price"))
		if err != nil {
			t.Fatal(err)
		}
		for _, user := range []string{"two", "three", "one"} { // what two wrote, three wrote over
			made.Answer.UK = "Сто " + user
			if made, err = e.Replace(ctx, by(user), made); err != nil {
				t.Fatal(err)
			}
		}
		refused := func(as bot.Actor) {
			t.Helper()
			var same *bot.ForbiddenError
			if _, err := e.Move(ctx, as, "price", bot.ArticleApprove, 4); !errors.As(err, &same) || !same.Same {
				t.Errorf("%s approved their own: %v", as.User, err)
			}
		}
		refused(by("one"))
		refused(by("two"))
		refused(bot.Actor{User: "three", Role: bot.Approver})
		if got, err := e.Move(ctx, approver, "price", bot.ArticleApprove, 4); err != nil || got.State != bot.ArticleApproved {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// A user who takes articles in has written them; the system is nobody.
func TestUsersDoNotApproveByImport(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		e := NewEditor(s, func() time.Time { return noon })
		admin := bot.Actor{User: "u", Role: bot.Admin}
		var same *bot.ForbiddenError
		if _, err := e.Import(ctx, admin, []bot.Article{article("a")}, Import{Approve: true}); !errors.As(err, &same) || !same.Same {
			t.Errorf("got %v", err)
		}
		if _, err := e.Import(ctx, admin, []bot.Article{article("a")}, Import{}); err != nil {
			t.Fatal(err)
		}
		if _, err := e.Move(ctx, admin, "a", bot.ArticleApprove, 1); !errors.As(err, &same) || !same.Same {
			t.Errorf("got %v", err)
		}
		imported(t, e, Import{Approve: true}, article("a"), article("b"))
		found, err := s.VerifyApprovals(ctx)
		if err != nil || found.Checked != 2 || len(found.Problems) > 0 {
			t.Errorf("%+v, %v", found, err)
		}
	})
}
