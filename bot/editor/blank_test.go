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

func TestBlanks(t *testing.T) {
	for text, want := range map[string][]string{
		"Коштує [[ціна]] на місяць, а з [[день]] — [[ціна]].": {"[[ціна]]", "[[день]]"},
		"[[два\n  рядки]]":                {"[[два рядки]]"},
		"Коштує [[ціна [грн]]] на місяць": {"[[ціна [грн]]]"},
		"[[]]":                     {"[[]]"},
		"`[[код]]` і **[[сума]]**": {"[[код]]", "[[сума]]"},
		"Пишіть на [[[адреса]]](https://example.com)": {"[[адреса]]"},
		"[сайт]([[адреса сайту]])":                    {"[[адреса сайту]]"},
		"Коштує [[ціна]](без ПДВ)":                    {"[[ціна]]"},
		"[[назва сайту]](https://example.com)":        {"[[назва сайту]]"},
		"Коштує [[ціна":                               {"[[ціна"},
		"Коштує [[ціна] грн":                          {"[[ціна] грн"},
		"[\u200b[ціна]\u200b]":                        {"[[ціна]]"},
		`\\[[ціна]]`:                                  {"[[ціна]]"},
		"[[" + strings.Repeat("а", 100) + "]]":        {"[[" + strings.Repeat("а", 58) + "…"},

		"": nil,
		"Пишіть на [сайт](https://example.com).":  nil,
		"За [договором] [1] і [[2] зі змінами]":   nil,
		"Див. [[1]](https://example.com/note)":    nil,
		"[[1] джерело](https://example.com/note)": nil,
		`Пишіть \[[так]] або [\[так\]]`:           nil,
		"масив a[i[0]]":                           nil,
		"{{name|друже}}, ціна 100 грн":            nil,
	} {
		if got := Blanks(text); !slices.Equal(got, want) {
			t.Errorf("%q has the blanks %q, want %q", text, got, want)
		}
	}
	hostile := strings.Repeat("[", 1<<19) + strings.Repeat(" ]", 1<<19)
	if got := Blanks(hostile); len(got) > 0 {
		t.Errorf("%d blanks in brackets within brackets", len(got))
	}
}

// However an article would reach customers, a blank stops it, and is named.
func TestAttackBlankIsApproved(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		e := NewEditor(s, func() time.Time { return noon })
		blank := article("price")
		blank.Answer = bot.Bilingual{UK: "[[ціна]] за [[строк]]", RU: "[[цена]] за [[срок]]"}
		blank.Aliases.RU = []string{"сколько за [[что]]"}
		named := func(err error) {
			t.Helper()
			var invalid *bot.InvalidError
			if !errors.As(err, &invalid) || len(invalid.Faults) != 3 {
				t.Fatalf("got %v", err)
			}
			for _, want := range []string{"answer.uk has blanks, [[ціна]], [[строк]]", "answer.ru has blanks, [[цена]]", "aliases.ru has blanks, [[что]]"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v does not say %s", err, want)
				}
			}
		}
		made, err := e.Create(ctx, writer, blank)
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Move(ctx, approver, "price", bot.ArticleApprove, 1)
		named(err)
		system := bot.System()
		_, err = e.Import(ctx, system, []bot.Article{article("whole"), blank}, Import{Approve: true, Replace: true})
		if named(err); !strings.Contains(err.Error(), `article 2 ("price")`) {
			t.Errorf("got %v", err)
		}
		if all, err := s.Articles(ctx); err != nil || len(all) != 1 || all[0].State != bot.ArticleDraft {
			t.Errorf("%+v, %v: something was approved", all, err)
		}
		found, err := e.Warnings(ctx, writer, made)
		if n := len(slices.DeleteFunc(found, func(w Warning) bool { return w.Code != bot.FaultUnfilled })); err != nil || n != 3 {
			t.Errorf("%d texts are warned of, %v", n, err)
		}
		made.Answer = bot.Bilingual{UK: "Сто [грн](https://example.com)", RU: "Сто [грн](https://example.com)"}
		made.Aliases.RU = nil
		if made, err = e.Replace(ctx, writer, made); err != nil {
			t.Fatal(err)
		}
		if got, err := e.Move(ctx, approver, "price", bot.ArticleApprove, made.Version); err != nil || got.State != bot.ArticleApproved {
			t.Errorf("what was filled in: %+v, %v", got, err)
		}
	})
}

// What comes to be added writes over nothing, not even over drafts.
func TestImportThatAdds(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		e := NewEditor(s, func() time.Time { return noon })
		imported(t, e, Import{Approve: true}, article("file"))
		imported(t, e, Import{}, article("draft"))
		var other []bot.Article
		for _, id := range []string{"file", "draft", "new"} {
			a := article(id)
			a.Answer.UK = "Інша відповідь"
			other = append(other, a)
		}
		sum := imported(t, e, Import{Add: true}, other...)
		if !slices.Equal(sum.Left, []string{"file", "draft"}) || !slices.Equal(sum.Stored, []string{"new"}) {
			t.Errorf("%+v", sum)
		}
		for id, want := range map[string]bot.ArticleState{"file": bot.ArticleApproved, "draft": bot.ArticleDraft} {
			if a, err := s.Article(t.Context(), id); err != nil || a.State != want || a.Answer.UK != "Сто" || a.Version != 1 {
				t.Errorf("%+v, %v", a, err)
			}
		}
	})
}
