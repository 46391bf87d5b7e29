package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// A new company begins with the drafts of its trade, fills them in and approves
// them, and what is its own already stays.
func TestStarterBase(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := []string{"VISNYK_DATABASE_URL=" + url(t), "VISNYK_SECRET=" + strings.Repeat("s", 32)}
			faq := func(want int, args ...string) string {
				t.Helper()
				var out bytes.Buffer
				if code := run(t.Context(), append([]string{"faq"}, args...), env, streams{In: strings.NewReader(""), Out: &out, Err: &out}); code != want {
					t.Fatalf("faq %q: code %d, want %d: %s", args, code, want, out.String())
				}
				return out.String()
			}
			file := filepath.Join(t.TempDir(), "articles.json")
			write := func(articles []bot.Article) {
				t.Helper()
				src, err := json.Marshal(articles)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, src, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			exported := func() (all []bot.Article) {
				t.Helper()
				if err := json.Unmarshal([]byte(faq(exitDone, "export")), &all); err != nil {
					t.Fatal(err)
				}
				return all
			}

			if out := faq(exitDone, "starter"); !strings.Contains(out, "Готель / Гостиница") || !strings.Contains(out, "shop-clothes") {
				t.Errorf("starter says %s", out)
			}
			if out := faq(exitUsage, "starter", "-trade", "circus"); !strings.Contains(out, `the trade "circus"; there are bank, bank-cards, `) {
				t.Errorf("an unknown trade: %s", out)
			}
			own := bot.Article{ID: "parking", Question: bot.Bilingual{UK: "Де стоянка?", RU: "Где стоянка?"}, Answer: bot.Bilingual{UK: "Поруч.", RU: "Рядом."}}
			write([]bot.Article{own})
			faq(exitDone, "import", "-approve", file)
			out := faq(exitDone, "starter", "-trade", "hotel")
			if !strings.Contains(out, "articles stored as drafts") || !strings.Contains(out, "1 was left alone, for articles with these ids are there: parking") || !strings.Contains(out, "next: visnyk faq export") {
				t.Errorf("starter says %s", out)
			}
			if out := faq(exitDone, "starter", "-trade", "hotel"); !strings.Contains(out, "0 articles stored") {
				t.Errorf("again it says %s", out)
			}
			for _, a := range exported() {
				if want := a.ID == "parking"; (a.State == bot.ArticleApproved) != want || want && a.Answer != own.Answer {
					t.Errorf("%+v", a)
				}
			}
		})
	}
}

// A file with blanks is taken in as drafts and not as approved; check names them.
func TestBlankIsNotApprovedByImport(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "articles.json")
	env := []string{"VISNYK_DATABASE_URL=sqlite:" + filepath.Join(dir, "v.db"), "VISNYK_SECRET=" + strings.Repeat("s", 32)}
	const base = `[{"id":"price","question":{"uk":"Яка ціна?","ru":"Какая цена?"},"answer":{"uk":"[[ціна]]","ru":"[[цена]]"},"aliases":{"uk":["тариф"],"ru":["стоимость"]}}]`
	faq := func(want int, src string, args ...string) string {
		t.Helper()
		if err := os.WriteFile(file, []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if code := run(t.Context(), append([]string{"faq"}, args...), env, streams{In: strings.NewReader(""), Out: &out, Err: &out}); code != want {
			t.Fatalf("faq %q: code %d, want %d: %s", args, code, want, out.String())
		}
		return out.String()
	}
	faq(exitDone, base, "import", file)
	for _, args := range [][]string{{"check"}, {"check", "-kb", file}} {
		if out := faq(exitDone, base, args...); !strings.Contains(out, "price: answer.uk: has blanks, [[ціна]]: write") || !strings.Contains(out, "[[цена]]") {
			t.Errorf("%q says %s", args, out)
		}
	}
	for _, args := range [][]string{{"import", "-approve", file}, {"import", "-approve", "-replace", file}} {
		if out := faq(exitFailed, base, args...); !strings.Contains(out, `article 1 ("price"): answer.uk has blanks, [[ціна]]`) || !strings.Contains(out, "[[цена]]") {
			t.Errorf("%q says %s", args, out)
		}
	}
	filled := strings.NewReplacer("[[ціна]]", "[Сто](https://example.com)", "[[цена]]", "[1] сто").Replace(base)
	if out := faq(exitDone, filled, "import", "-approve", file); !strings.Contains(out, "1 article stored as approved") {
		t.Errorf("import says %s", out)
	}
}
