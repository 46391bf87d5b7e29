package library

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func article(id string) bot.Article {
	return bot.Article{ID: id, Question: bot.Bilingual{UK: "Ціна?", RU: "Цена?"}, Answer: bot.Bilingual{UK: "Сто", RU: "Сто"}}
}

// told is a finder that only knows what it was given.
type told []bot.Article

func (f told) Find(string, bot.Language, time.Time) flows.Finding { return flows.Finding{} }
func (f told) Article(string, time.Time) (bot.Article, bool)      { return bot.Article{}, false }

// The name is read with the content, and anew whenever the content is.
func TestCompanyIsReadWithTheContent(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		library := NewLibrary(s, func(all []bot.Article, _ ...bot.Change) flows.Finder { return told(all) }, slog.New(slog.DiscardHandler))
		rename := func(l bot.Language, name string) bot.Bilingual {
			err := s.InTx(ctx, func(tx *storage.Tx) error {
				return errors.Join(tx.EditContent(ctx), tx.PutSetting(ctx, bot.CompanySetting(l), name))
			})
			if err := errors.Join(err, library.Refresh(ctx)); err != nil {
				t.Fatal(err)
			}
			return library.Now().Company
		}
		if err := library.Refresh(ctx); err != nil || library.Now().Company != (bot.Bilingual{}) {
			t.Errorf("unset: %+v, %v", library.Now().Company, err)
		}
		if got := rename(bot.Russian, "Одуд"); got != (bot.Bilingual{UK: "Одуд", RU: "Одуд"}) {
			t.Errorf("set for one language: %+v", got)
		}
		if got := rename(bot.Ukrainian, "Ластівка"); got != (bot.Bilingual{UK: "Ластівка", RU: "Одуд"}) {
			t.Errorf("set for both: %+v", got)
		}
	})
}

// Making the search takes long, and most of what is written is told to nobody yet.
func TestSearchStaysWhereItFindsTheSame(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		made := 0
		library := NewLibrary(s, func(all []bot.Article, _ ...bot.Change) flows.Finder { made++; return told(all) }, slog.New(slog.DiscardHandler))
		if err := library.Refresh(ctx); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			state  bot.ArticleState
			answer string
			made   int
		}{{bot.ArticleDraft, "Сто", 0}, {bot.ArticleApproved, "Сто", 1}, {bot.ArticleApproved, "Двісті", 1}, {bot.ArticleApproved, "Двісті", 0}, {bot.ArticleRetired, "Двісті", 1}} {
			a := article("price")
			a.State, a.Answer.UK = step.state, step.answer
			if err := errors.Join(s.PutArticles(ctx, []bot.Article{a}), s.PutArticles(ctx, []bot.Article{article("draft")})); err != nil {
				t.Fatal(err)
			}
			before := made
			if err := library.Refresh(ctx); err != nil {
				t.Fatal(err)
			}
			if made-before != step.made {
				t.Errorf("%s, «%s»: the search is made %d times, want %d", step.state, step.answer, made-before, step.made)
			}
		}
	})
}

// Who read the content before somebody else did, and is done after them, does not
// put the older in place of the newer.
func TestOlderContentIsNotPut(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		add := func(id string) {
			a := article(id)
			a.State = bot.ArticleApproved
			if err := s.PutArticles(ctx, []bot.Article{a}); err != nil {
				t.Fatal(err)
			}
		}
		add("first")
		var library *Library
		meanwhile := func() {
			add("second")
			if err := library.Refresh(ctx); err != nil {
				t.Error(err)
			}
		}
		library = NewLibrary(s, func(all []bot.Article, _ ...bot.Change) flows.Finder {
			if f := meanwhile; f != nil && len(all) > 0 {
				meanwhile = nil
				f()
			}
			return told(all)
		}, slog.New(slog.DiscardHandler))
		if err := library.Refresh(ctx); err != nil {
			t.Fatal(err)
		}
		if got := library.Now().FAQ.(told); len(got) != 2 {
			t.Errorf("the library holds %d articles", len(got))
		}
	})
}

func TestNothingOfAChangeIsToldBeforeItsTime(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := context.Background()
		free, bound, draft := article("free"), article("bound"), article("draft")
		free.State, bound.State, draft.State = bot.ArticleApproved, bot.ArticleApproved, bot.ArticleDraft
		bound.Change = "c"
		if err := s.PutArticles(ctx, []bot.Article{free, bound, draft}); err != nil {
			t.Fatal(err)
		}
		library := NewLibrary(s, func(all []bot.Article, _ ...bot.Change) flows.Finder { return told(all) }, slog.New(slog.DiscardHandler))
		look := func() (articles []string, changes int) {
			if err := library.Refresh(ctx); err != nil {
				t.Fatal(err)
			}
			for _, a := range library.Now().FAQ.(told) {
				articles = append(articles, a.ID)
			}
			return articles, len(library.Now().Changes)
		}
		if got, _ := look(); !slices.Equal(got, []string{"free"}) {
			t.Errorf("with an unknown change: %v", got)
		}
		for _, c := range []struct {
			state    bot.ChangeState
			articles []string
			changes  int
		}{
			{bot.ChangeDraft, []string{"free"}, 0},
			{bot.ChangeReview, []string{"free"}, 0},
			{bot.ChangeApproved, []string{"free"}, 0},
			{bot.ChangeAnnounced, []string{"bound", "free"}, 1},
			{bot.ChangeClosed, []string{"bound", "free"}, 0},
			{bot.ChangeWithdrawn, []string{"free"}, 0},
		} {
			if err := s.PutChanges(ctx, []bot.Change{{ID: "c", Kind: bot.Tariff, State: c.state}}); err != nil {
				t.Fatal(err)
			}
			if articles, changes := look(); !slices.Equal(articles, c.articles) || changes != c.changes {
				t.Errorf("%s: articles %v and %d changes, want %v and %d", c.state, articles, changes, c.articles, c.changes)
			}
		}
	})
}
