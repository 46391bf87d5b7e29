package editor

import (
	"errors"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

var (
	noon     = time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)
	writer   = bot.Actor{User: "w", Role: bot.Marketer}
	approver = bot.Actor{User: "a", Role: bot.Approver}
	operator = bot.Actor{User: "o", Role: bot.Operator}
)

func article(id string) bot.Article {
	return bot.Article{ID: id, Question: bot.Bilingual{UK: "Ціна?", RU: "Цена?"}, Answer: bot.Bilingual{UK: "Сто", RU: "Сто"}}
}

func TestArticlesOnTheirWay(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		e := NewEditor(s, func() time.Time { return noon })
		made, err := e.Create(ctx, writer, article("price"))
		if err != nil || made.State != bot.ArticleDraft {
			t.Fatalf("%+v, %v", made, err)
		}
		if _, err := e.Create(ctx, writer, article("price")); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("the same id twice: %v", err)
		}
		made.Answer.UK = "Двісті"
		edited, err := e.Replace(ctx, writer, made)
		if err != nil || edited.Answer.UK != "Двісті" || edited.Version != 2 {
			t.Errorf("%+v, %v", edited, err)
		}
		var stale *bot.StaleError
		if _, err := e.Replace(ctx, writer, made); !errors.As(err, &stale) || stale.Meant != 1 || stale.Now != 2 {
			t.Errorf("what was edited since: %v", err)
		}
		if _, err := e.Move(ctx, approver, "price", bot.ArticleApprove, 1); !errors.As(err, &stale) {
			t.Errorf("what was edited since: %v", err)
		}
		made = edited
		if _, err := e.Replace(ctx, writer, bot.Article{ID: "none", Version: 1}); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("got %v", err)
		}
		if got, err := e.Move(ctx, approver, "price", bot.ArticleApprove, 2); err != nil || got.State != bot.ArticleApproved {
			t.Errorf("%+v, %v", got, err)
		}
		var illegal *bot.MoveError
		if _, err := e.Replace(ctx, writer, made); !errors.As(err, &illegal) || illegal.From != string(bot.ArticleApproved) {
			t.Errorf("an edit of what is approved: %v", err)
		}
		if got, err := e.Move(ctx, writer, "price", bot.ArticleRetire, 2); err != nil || got.State != bot.ArticleRetired {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := e.Move(ctx, approver, "price", bot.ArticleApprove, 2); !errors.As(err, &illegal) {
			t.Errorf("got %v", err)
		}
		if a, err := s.VerifyAudit(ctx, storage.AuditHead{}); err != nil || a.Entries != 4 {
			t.Errorf("%d entries of the audit, want 4: %v", a.Entries, err)
		}
		list, next, err := e.List(ctx, operator, "", 1)
		if err != nil || len(list) != 1 || next != "" {
			t.Errorf("%v, %q, %v", list, next, err)
		}
	})
}

func TestEditorRefuses(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	e := NewEditor(s, func() time.Time { return noon })
	ctx := t.Context()
	over := article("over")
	over.Until = noon
	if _, err := e.Create(ctx, writer, over); err != nil {
		t.Fatal(err)
	}
	for field, try := range map[string]func() error{
		"answer": func() error {
			a := article("a")
			a.Answer.RU = ""
			_, err := e.Create(ctx, writer, a)
			return err
		},
		"change": func() error {
			a := article("b")
			a.Change = "nothing"
			_, err := e.Create(ctx, writer, a)
			return err
		},
		"valid_to": func() error { _, err := e.Move(ctx, approver, "over", bot.ArticleApprove, 1); return err },
	} {
		var invalid *bot.InvalidError
		if err := try(); !errors.As(err, &invalid) || invalid.Faults[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	var forbidden *bot.ForbiddenError
	for name, try := range map[string]func() error{
		"create":  func() error { _, err := e.Create(ctx, operator, article("c")); return err },
		"replace": func() error { _, err := e.Replace(ctx, approver, over); return err },
		"approve": func() error { _, err := e.Move(ctx, writer, "over", bot.ArticleApprove, 1); return err },
		"retire":  func() error { _, err := e.Move(ctx, approver, "over", bot.ArticleRetire, 1); return err },
		"read":    func() error { _, err := e.Read(ctx, bot.Actor{}, "over"); return err },
		"list":    func() error { _, _, err := e.List(ctx, bot.Actor{}, "", 1); return err },
	} {
		if err := try(); !errors.As(err, &forbidden) {
			t.Errorf("%s: %v, want it refused", name, err)
		}
	}
}
