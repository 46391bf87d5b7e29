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

// TestArticleMoves: what may be done from where, by whom, and what each leaves behind.
func TestArticleMoves(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		e := NewEditor(s, func() time.Time { return noon })
		made, err := e.Create(ctx, writer, article("price"))
		if err != nil {
			t.Fatal(err)
		}
		var illegal *bot.MoveError
		for _, m := range []bot.ArticleMove{bot.ArticleReturn, bot.ArticleRetire} {
			if _, err := e.Move(ctx, bot.System(), made.ID, m, 1); !errors.As(err, &illegal) {
				t.Errorf("%s of a draft: %v", m, err)
			}
		}
		if a, err := e.Move(ctx, writer, made.ID, bot.ArticleSubmit, 1); err != nil || a.State != bot.ArticleReview {
			t.Fatal(a, err)
		}
		if _, err := e.Replace(ctx, writer, made); !errors.As(err, &illegal) {
			t.Errorf("what waits for approval was edited: %v", err)
		}
		var invalid *bot.InvalidError
		if _, err := e.Return(ctx, approver, made.ID, 1, "  "); !errors.As(err, &invalid) || invalid.Faults[0].Code != bot.FaultNoNote {
			t.Errorf("returned without a note: %v", err)
		}
		if a, err := e.Return(ctx, approver, made.ID, 1, "Скільки днів?"); err != nil || a.State != bot.ArticleDraft || a.Note != "Скільки днів?" {
			t.Errorf("%+v, %v", a, err)
		}
		made.Answer.UK = "Сто одна"
		if made, err = e.Replace(ctx, writer, made); err != nil || made.Note == "" {
			t.Errorf("the note was lost with the mending: %+v, %v", made, err)
		}
		if _, err := e.Move(ctx, writer, made.ID, bot.ArticleSubmit, made.Version); err != nil {
			t.Fatal(err)
		}
		var forbidden *bot.ForbiddenError
		if _, err := e.Move(ctx, writer, made.ID, bot.ArticleApprove, made.Version); !errors.As(err, &forbidden) {
			t.Errorf("a marketer approved: %v", err)
		}
		if a, err := e.Move(ctx, approver, made.ID, bot.ArticleApprove, made.Version); err != nil || a.State != bot.ArticleApproved || a.Note != "" {
			t.Errorf("%+v, %v", a, err)
		}
		if found, err := s.VerifyApprovals(ctx); err != nil || len(found.Problems) > 0 || found.Checked != 1 {
			t.Errorf("%+v, %v", found, err)
		}
		versions, err := e.Versions(ctx, writer, made.ID)
		if err != nil || len(versions) != 2 || versions[0].Answer.UK != "Сто одна" || versions[1].Answer.UK != "Сто" || versions[1].User != writer.User {
			t.Errorf("%+v, %v", versions, err)
		}
	})
}

// TestArticlesAreKept: what is written makes no version before it is settled, a colleague's
// version is not written over, and what nobody writes in any more becomes one.
func TestArticlesAreKept(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		e := NewEditor(s, func() time.Time { return noon })
		made, err := e.Create(ctx, writer, article("price"))
		if err != nil {
			t.Fatal(err)
		}
		mine := made
		mine.Answer.UK = "Двісті"
		rev, err := e.Drafts().Keep(ctx, writer, mine, 0)
		if err != nil || rev != 1 {
			t.Fatal(rev, err)
		}
		if _, err := e.Drafts().Keep(ctx, writer, mine, 0); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("another tab kept over it: %v", err)
		}
		if a, err := e.Read(ctx, writer, "price"); err != nil || a.Answer.UK != "Сто" || a.Version != 1 {
			t.Errorf("%+v, %v", a, err)
		}
		colleague := bot.Actor{User: "colleague", Role: bot.Marketer}
		theirs := made
		theirs.Answer.UK = "Триста"
		if _, err := e.Replace(ctx, colleague, theirs); err != nil {
			t.Fatal(err)
		}
		var stale *bot.StaleError
		if _, err := e.Drafts().Settle(ctx, writer, "price"); !errors.As(err, &stale) {
			t.Errorf("written over a colleague's: %v", err)
		}
		mine.Version = 2
		if _, err := e.Drafts().Keep(ctx, writer, mine, 1); err != nil {
			t.Fatal(err)
		}
		if a, err := e.Drafts().Settle(ctx, writer, "price"); err != nil || a.Answer.UK != "Двісті" || a.Version != 3 {
			t.Errorf("%+v, %v", a, err)
		}
		if own, err := e.Drafts().Own(ctx, writer, "price"); err != nil || own != nil {
			t.Errorf("%+v is left, %v", own, err)
		}
		if a, err := e.Drafts().Settle(ctx, writer, "price"); err != nil || a.Version != 3 {
			t.Errorf("nothing new made a version: %+v, %v", a, err)
		}
	})
}

// TestNothingReplacesItself: articles that took each other's place would leave nobody an
// answer; one takes it at once where no day is said, and the other is told no more.
func TestNothingReplacesItself(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	ctx := t.Context()
	e := NewEditor(s, func() time.Time { return noon })
	if _, err := e.Create(ctx, writer, article("old")); err != nil {
		t.Fatal(err)
	}
	next := article("new")
	next.Replaces = "old"
	if _, err := e.Create(ctx, writer, next); err != nil {
		t.Fatal(err)
	}
	old := article("old")
	var invalid *bot.InvalidError
	for _, id := range []string{"new", "old", "none"} {
		old.Replaces, old.Version = id, 1
		if _, err := e.Replace(ctx, writer, old); !errors.As(err, &invalid) || invalid.Faults[0].Field != "replaces" {
			t.Errorf("old in the place of %s: %v", id, err)
		}
	}
	for _, id := range []string{"old", "new"} {
		if _, err := e.Move(ctx, approver, id, bot.ArticleApprove, 1); err != nil {
			t.Fatal(err)
		}
	}
	if a, err := e.Read(ctx, writer, "old"); err != nil || a.State != bot.ArticleRetired {
		t.Errorf("%+v, %v: another has its place", a, err)
	}
	if found, err := s.VerifyApprovals(ctx); err != nil || len(found.Problems) > 0 || found.Checked != 1 {
		t.Errorf("%+v, %v", found, err)
	}
}

// TestFind: words by their folded beginnings, in any order, and every filter.
func TestFind(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	ctx := t.Context()
	e := NewEditor(s, func() time.Time { return noon })
	put := func(id, question string, change func(*bot.Article)) {
		a := article(id)
		a.Question, a.Aliases = bot.Bilingual{UK: question, RU: question}, bot.Aliases{UK: []string{"а"}, RU: []string{"а"}}
		a.Answer = bot.Bilingual{UK: "Так, можна.", RU: "Да, можно."}
		if change != nil {
			change(&a)
		}
		if err := s.PutArticles(ctx, []bot.Article{a}); err != nil {
			t.Fatal(err)
		}
	}
	put("jacket", "Як повернути куртку", nil)
	put("street", "Де об’їзд на вулиці Ґонти", func(a *bot.Article) { a.State = bot.ArticleApproved })
	put("later", "Новий графік", func(a *bot.Article) { a.From = noon.Add(time.Hour) })
	put("over", "Старий графік", func(a *bot.Article) { a.Until = noon })
	put("blank", "Ціна [[чого]]", nil)
	put("mute", "Німа стаття", func(a *bot.Article) { a.Aliases.RU = nil })
	put("uneven", "Нерівна стаття", func(a *bot.Article) {
		a.Answer.UK = "Так, можна, якщо принесете чек, і ми все повернемо."
	})
	for want, f := range map[string]Filter{
		"jacket":     {Words: "КУРТ поверну"},
		"street":     {Words: "гонти обизд"},
		"":           {Words: "курт гонти"},
		"street ":    {State: bot.ArticleApproved},
		"later":      {Validity: ValidLater},
		"over":       {Validity: ValidOver},
		"blank":      {Lack: LackFilled},
		"mute":       {Lack: LackAliases},
		"uneven":     {Lack: LackTwin},
		"later over": {Words: "графік"},
	} {
		found, err := e.Find(ctx, writer, f, bot.Ukrainian, "", 10)
		var got []string
		for _, a := range found.Articles {
			got = append(got, a.ID)
		}
		slices.Sort(got)
		if all := slices.Sorted(slices.Values(strings.Fields(want))); err != nil || !slices.Equal(got, all) {
			t.Errorf("%+v finds %q, want %q, %v", f, got, all, err)
		}
	}
	var all []string
	for after := ""; ; {
		found, err := e.Find(ctx, writer, Filter{}, bot.Ukrainian, after, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range found.Articles {
			all = append(all, a.ID)
		}
		if after = found.Next; after == "" {
			break
		}
	}
	if len(all) != 7 || len(slices.Compact(slices.Sorted(slices.Values(all)))) != 7 {
		t.Errorf("page by page: %q", all)
	}
}

// TestBegin: a base comes in as drafts that wait for what is the company's own, and what
// is there stays; an article without other wordings is offered those of its base.
func TestBegin(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	ctx := t.Context()
	e := NewEditor(s, func() time.Time { return noon })
	if _, err := e.Begin(ctx, writer, "no such trade"); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("of no trade: %v", err)
	}
	sum, err := e.Begin(ctx, writer, "gym")
	if err != nil || len(sum.Stored) < 50 {
		t.Fatal(len(sum.Stored), err)
	}
	again, err := e.Begin(ctx, writer, "gym")
	if err != nil || len(again.Stored) > 0 || len(again.Same)+len(again.Left) != len(sum.Stored) {
		t.Errorf("%+v, %v", again, err)
	}
	found, err := e.Find(ctx, writer, Filter{Lack: LackFilled}, bot.Ukrainian, "", 100)
	if err != nil || len(found.Articles) == 0 || found.Unfilled != len(found.Articles) {
		t.Errorf("%d have blanks, %d are said, %v", len(found.Articles), found.Unfilled, err)
	}
	var invalid *bot.InvalidError
	if _, err := e.Move(ctx, approver, found.Articles[0].ID, bot.ArticleApprove, 1); !errors.As(err, &invalid) {
		t.Errorf("a blank was approved: %v", err)
	}
	mute := bot.Article{ID: "mine", Question: bot.Bilingual{UK: "Прийти до вас один раз", RU: "Прийти к вам один раз"}, Answer: bot.Bilingual{UK: "Так", RU: "Да"}}
	offered, err := e.Wordings(ctx, writer, mute)
	if err != nil || len(offered.UK) == 0 || len(offered.RU) == 0 || slices.Contains(offered.UK, "прийти один раз") {
		t.Errorf("offered %+v, %v: want wordings that no other article has", offered, err)
	}
	mute.Aliases = bot.Aliases{UK: []string{"а"}, RU: []string{"а"}}
	if offered, err = e.Wordings(ctx, writer, mute); err != nil || len(offered.UK)+len(offered.RU) > 0 {
		t.Errorf("offered %+v where nothing is missing, %v", offered, err)
	}
}
