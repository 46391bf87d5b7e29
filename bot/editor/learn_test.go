package editor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// asks stores questions as their turns would: person, text, ending, article.
func asks(t *testing.T, s *storage.Store, all ...[4]string) {
	t.Helper()
	ctx := t.Context()
	lease, _, ours, err := s.Acquire(ctx, "telegram", "me", time.Hour)
	if err != nil || !ours {
		t.Fatal(ours, err)
	}
	for i, q := range all {
		id := fmt.Sprint(storage.NewID(), i)
		if _, err := s.Receive(ctx, []storage.Incoming{{
			Source: storage.SourceChannel, Update: bot.Update{Bot: "telegram", ID: id, Chat: q[0], Payload: []byte("{}")},
		}}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.CommitTurns(ctx, lease, []storage.TurnWrite{{
			Bot: "telegram", InboxID: id, Questions: []bot.Question{{
				Address: bot.Address{Bot: "telegram", Chat: q[0]}, Cause: id, Contact: "contact-" + q[0], Text: q[1],
				Language: bot.Ukrainian, Ending: bot.Ending(q[2]), Article: q[3],
			}},
		}}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSuggestions(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		e := NewEditor(s, func() time.Time { return noon })
		if err := s.PutArticles(ctx, []bot.Article{
			entry("return", "Як повернути товар?", "Как вернуть товар?"), entry("hours", "Коли Ви працюєте?", "Когда вы работаете?"),
		}); err != nil {
			t.Fatal(err)
		}
		asks(t, s,
			[4]string{"1", "віддати назад куртку", "picked", "return"},
			[4]string{"1", "Віддати назад куртку?", "helped", "return"},
			[4]string{"2", "віддати назад куртку", "helped", "return"},
			[4]string{"2", "обмін ••• взуття", "helped", "return"},
			[4]string{"3", "Як повернути товар", "helped", "return"}, // known already
			[4]string{"3", "оператор", "picked", "return"},
			[4]string{"4", "гроші за брак", "unhelped", "return"},
			[4]string{"5", "години роботи складу", "picked", "hours"},
		)
		list := func() (short []string) {
			t.Helper()
			suggestions, err := e.Suggestions(ctx, writer, "return")
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range suggestions {
				short = append(short, fmt.Sprintf("%s %s: %d people, %d picked, %d helped", o.Language, o.Phrase, o.People, o.Picked, o.Helped))
			}
			return short
		}
		want := []string{"uk віддати назад куртку: 2 people, 1 picked, 2 helped", "uk обмін взуття: 1 people, 0 picked, 1 helped"}
		if got := list(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("offers %v, want %v", got, want)
		}
		if a, err := s.Article(ctx, "return"); err != nil || len(a.Aliases.UK) != 1 {
			t.Errorf("an offer changed the article: %+v, %v", a.Aliases, err)
		}
		suggestions, _ := e.Suggestions(ctx, writer, "return")
		before, _ := s.ContentVersion(ctx)
		a, err := e.Decide(ctx, writer, suggestions[0].ID, SuggestionAccept)
		if err != nil || len(a.Aliases.UK) != 2 || a.Aliases.UK[1] != "віддати назад куртку" || a.State != bot.ArticleApproved {
			t.Errorf("%+v, %v", a, err)
		}
		if after, _ := s.ContentVersion(ctx); after == before {
			t.Error("the search does not hear of the alias")
		}
		if _, err := e.Decide(ctx, writer, suggestions[0].ID, SuggestionReject); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("decided twice: %v", err)
		}
		if a, err = e.Decide(ctx, writer, suggestions[1].ID, SuggestionNegative); err != nil || len(a.Negatives.UK) != 1 {
			t.Errorf("%+v, %v", a, err)
		}
		if a.Version != 3 || a.DecidedBy != writer.User {
			t.Errorf("version %d, decided by %q", a.Version, a.DecidedBy)
		}
		asks(t, s, [4]string{"9", "обмін взуття", "helped", "return"}, [4]string{"9", "зіпсована річ", "picked", "return"})
		if got := list(); len(got) != 1 || !strings.Contains(got[0], "зіпсована річ") {
			t.Errorf("after the decisions: %v", got)
		}
		suggestions, _ = e.Suggestions(ctx, writer, "return")
		if _, err = e.Decide(ctx, writer, suggestions[0].ID, SuggestionReject); err != nil {
			t.Error(err)
		}
		asks(t, s, [4]string{"10", "зіпсована річ", "picked", "return"})
		if got := list(); len(got) > 0 {
			t.Errorf("rejected, and offered again: %v", got)
		}
		if head, err := s.VerifyAudit(ctx, storage.AuditHead{}); err != nil || head.Entries != 3 {
			t.Errorf("%d entries of the audit, want 3: %v", head.Entries, err)
		}
		for _, suggestion := range []string{"", "return", "return.x", "none.x", "none"} {
			if _, err := e.Decide(ctx, writer, suggestion, SuggestionAccept); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("%q: %v", suggestion, err)
			}
		}
		if _, err := e.Move(ctx, writer, "hours", bot.ArticleRetire, 1); err != nil {
			t.Fatal(err)
		}
		if got, err := e.Suggestions(ctx, writer, "hours"); err != nil || len(got) > 0 {
			t.Errorf("offered for a retired article: %v, %v", got, err)
		}
	})
}

// An operator who knows the answer teaches it as well.
func TestConfirm(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	ctx := t.Context()
	e := NewEditor(s, func() time.Time { return noon })
	if err := s.PutArticles(ctx, []bot.Article{entry("return", "Як повернути товар?", "Как вернуть товар?")}); err != nil {
		t.Fatal(err)
	}
	asks(t, s, [4]string{"1", "віддати назад куртку", "unanswered", ""})
	bad, err := s.BadQuestions(ctx, time.Hour, 1)
	if err != nil || len(bad) != 1 {
		t.Fatal(bad, err)
	}
	if err := e.Confirm(ctx, operator, bad[0].Address, bad[0].Cause, "none"); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("of no article: %v", err)
	}
	if err := e.Confirm(ctx, operator, bad[0].Address, bad[0].Cause, "return"); err != nil {
		t.Fatal(err)
	}
	if suggestions, err := e.Suggestions(ctx, writer, "return"); err != nil || len(suggestions) != 1 || suggestions[0].Confirmed != 1 {
		t.Errorf("%+v, %v", suggestions, err)
	}
	if list, err := e.Wanted(ctx, writer, 10); err != nil || len(list.Items) > 0 {
		t.Errorf("still wanted: %+v, %v", list, err)
	}
}

func TestWanted(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		e := NewEditor(s, func() time.Time { return noon })
		if list, err := e.Wanted(ctx, writer, 10); err != nil || list.Items == nil || len(list.Items) > 0 {
			t.Errorf("of nothing: %+v, %v", list, err)
		}
		asks(t, s,
			[4]string{"1", "чи є знижки студентам", "unanswered", ""},
			[4]string{"2", "знижка студентам", "unanswered", ""},
			[4]string{"3", "скидки студентам есть?", "rejected", ""},
			[4]string{"4", "оплата криптовалютою", "unanswered", ""},
			[4]string{"4", "оплата криптовалютою", "unanswered", ""},
			[4]string{"4", "криптовалютою оплата", "human", ""},
			[4]string{"4", "оплата криптовалютою", "unanswered", ""},
			[4]string{"5", "як повернути товар", "unanswered", ""},
			[4]string{"6", "коли Ви працюєте", "unhelped", "hours"},
			[4]string{"7", "ок", "unanswered", ""},
		)
		if err := s.PutArticles(ctx, []bot.Article{
			entry("return", "Як повернути товар?", "Как вернуть товар?"), entry("hours", "Коли Ви працюєте?", "Когда вы работаете?"),
		}); err != nil {
			t.Fatal(err)
		}
		list, err := e.Wanted(ctx, writer, 10)
		if err != nil || list.Questions != 10 || list.Days != 90 {
			t.Fatalf("%+v, %v", list, err)
		}
		var got []string
		for _, w := range list.Items {
			near := ""
			if w.Nearest != nil {
				near = " near " + w.Nearest.Article
			}
			got = append(got, fmt.Sprintf("%d people, %d questions, %d wordings%s", w.People, w.Questions, len(w.Examples), near))
			if w.LastAt.IsZero() || w.Languages[bot.Ukrainian] != w.Questions {
				t.Errorf("%+v", w)
			}
		}
		// What an article answers by now is wanted no more, unless it is that
		// article that did not help.
		want := []string{"3 people, 3 questions, 3 wordings", "1 people, 4 questions, 2 wordings", "1 people, 1 questions, 1 wordings near hours"}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("wanted %q, want %q", got, want)
		}
		if first, err := e.Wanted(ctx, writer, 1); err != nil || len(first.Items) != 1 || first.Items[0].People != 3 {
			t.Errorf("%+v, %v", first, err)
		}
	})
}

func TestWhoMayLearn(t *testing.T) {
	e := NewEditor(nil, nil)
	ctx := context.Background()
	var forbidden *bot.ForbiddenError
	for name, err := range map[string]error{
		"wanted":  func() error { _, err := e.Wanted(ctx, operator, 1); return err }(),
		"offers":  func() error { _, err := e.Suggestions(ctx, operator, "a"); return err }(),
		"decide":  func() error { _, err := e.Decide(ctx, approver, "a.b", SuggestionAccept); return err }(),
		"confirm": e.Confirm(ctx, writer, bot.Address{}, "u", "a"),
	} {
		if !errors.As(err, &forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
