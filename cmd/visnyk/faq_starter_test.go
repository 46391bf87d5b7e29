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
			if out := faq(exitDone, "check"); !strings.Contains(out, "answer.uk: has blanks, [[") {
				t.Errorf("check says %.2000s", out)
			}
			all := exported()
			for _, a := range all {
				if want := a.ID == "parking"; (a.State == bot.ArticleApproved) != want || want && a.Answer != own.Answer {
					t.Errorf("%+v", a)
				}
			}
			write(all)
			if out := faq(exitFailed, "import", "-approve", file); !strings.Contains(out, "has blanks, [[") {
				t.Errorf("with blanks import says %.2000s", out)
			}
			fill := strings.NewReplacer("[[", "", "]]", "")
			for i := range all {
				all[i].Answer = bot.Bilingual{UK: fill.Replace(all[i].Answer.UK), RU: fill.Replace(all[i].Answer.RU)}
				all[i].Question = bot.Bilingual{UK: fill.Replace(all[i].Question.UK), RU: fill.Replace(all[i].Question.RU)}
			}
			write(all)
			faq(exitDone, "import", "-approve", file)
			for _, a := range exported() {
				if a.State != bot.ArticleApproved {
					t.Errorf("%s is %s", a.ID, a.State)
				}
			}
		})
	}
}
