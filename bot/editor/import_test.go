package editor

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func imported(t *testing.T, e *Editor, how Import, articles ...bot.Article) Imported {
	t.Helper()
	sum, err := e.Import(t.Context(), bot.Actor{User: "system", Role: bot.Admin}, articles, how)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// What users approved is theirs: a file writes over it only when told to. What
// an import approved, the next one may replace.
func TestAttackImportWritesOverWhatUsersApproved(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		e := NewEditor(s, func() time.Time { return noon })
		imported(t, e, Import{Approve: true}, article("file"), article("gone"), article("taught"))
		for _, id := range []string{"theirs", "draft"} {
			if _, err := e.Create(ctx, writer, article(id)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := e.Move(ctx, approver, "theirs", bot.ArticleApprove, 1); err != nil {
			t.Fatal(err)
		}
		if _, err := e.Move(ctx, writer, "gone", bot.ArticleRetire, 1); err != nil {
			t.Fatal(err)
		}
		head, err := s.VerifyAudit(ctx, storage.AuditHead{})
		if err != nil || head.Entries != 7 {
			t.Errorf("%d entries, want 7: %v", head.Entries, err)
		}
		ids := []string{"file", "gone", "theirs", "draft", "new"}
		other := func() (all []bot.Article) {
			for _, id := range ids {
				a := article(id)
				a.Answer.UK, a.Version = "Інша відповідь", 99
				all = append(all, a)
			}
			return all
		}
		for _, how := range []Import{{Approve: true}, {}} {
			sum := imported(t, e, how, other()...)
			if !slices.Equal(sum.Left, []string{"gone", "theirs"}) || !slices.Equal(sum.Stored, []string{"file", "draft", "new"}) || len(sum.Same) > 0 {
				t.Errorf("%+v: %+v", how, sum)
			}
			for id, want := range map[string]bot.ArticleState{"theirs": bot.ArticleApproved, "gone": bot.ArticleRetired} {
				if a, err := s.Article(ctx, id); err != nil || a.State != want || a.Answer.UK != "Сто" || a.Version != 1 {
					t.Errorf("%+v, %v", a, err)
				}
			}
			if sum := imported(t, e, how, other()...); len(sum.Same) != 3 || len(sum.Stored) > 0 || len(sum.Left) != 2 {
				t.Errorf("again: %+v", sum)
			}
		}
		if a, err := s.Article(ctx, "file"); err != nil || a.Version != 3 || a.State != bot.ArticleDraft {
			t.Errorf("%+v, %v", a, err)
		}
		sum := imported(t, e, Import{Approve: true, Replace: true}, other()...)
		if len(sum.Left) > 0 || len(sum.Stored) != len(ids) {
			t.Errorf("%+v", sum)
		}
		if a, err := s.Article(ctx, "theirs"); err != nil || a.Answer.UK != "Інша відповідь" || a.Version != 2 || a.DecidedBy != "" {
			t.Errorf("%+v, %v", a, err)
		}
		head, err = s.VerifyAudit(ctx, storage.AuditHead{})
		if err != nil || head.Entries != 7+3+3+5 {
			t.Errorf("%d entries, want 18: %v", head.Entries, err)
		}
		var forbidden *bot.ForbiddenError
		for _, by := range []bot.Actor{writer, approver, operator} {
			if _, err := e.Import(ctx, by, other(), Import{Approve: true}); !errors.As(err, &forbidden) {
				t.Errorf("%s: %v", by.Role, err)
			}
		}
	})
}

// An import that fails in the middle has taken in nothing.
func TestImportIsWholeOrNothing(t *testing.T) {
	bare, err := storage.Open(t.Context(), storagetest.SQLiteURL(t), storage.Options{}) // nothing can be audited
	if err != nil {
		t.Fatal(err)
	}
	defer bare.Close()
	_, err = NewEditor(bare, time.Now).Import(t.Context(), bot.Actor{User: "system", Role: bot.Admin}, []bot.Article{article("a")}, Import{})
	if !errors.Is(err, storage.ErrNoSecret) {
		t.Errorf("got %v", err)
	}
	if all, err := bare.Articles(t.Context()); err != nil || len(all) > 0 {
		t.Errorf("%v, %v", all, err)
	}
}

// A date that no list can tell stops at the file too.
func TestAttackDateOfAFile(t *testing.T) {
	for _, field := range []string{"valid_from", "valid_to"} {
		for _, date := range []string{"9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z"} {
			in := "[" + strings.Replace(good, `"id"`, `"`+field+`":"`+date+`","id"`, 1) + "]"
			if _, err := ReadArticles(strings.NewReader(in)); err == nil || !strings.Contains(err.Error(), field+" must be a date from 1970 to 9999") {
				t.Errorf("%s %s: %v", field, date, err)
			}
		}
	}
}
