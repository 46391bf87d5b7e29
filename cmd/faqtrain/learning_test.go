package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"visnyk/bot"
	"visnyk/flows/faq/search/eval"
)

// TestTeach holds that what is measured was not learnt, and that nobody's own
// base changes.
func TestTeach(t *testing.T) {
	b := base{articles: []bot.Article{
		{ID: "hours", State: bot.ArticleApproved, Question: bot.Bilingual{UK: "Коли ви працюєте?", RU: "Когда вы работаете?"}, Aliases: bot.Aliases{UK: []string{"графік роботи"}}},
		{ID: "pets", State: bot.ArticleApproved, Question: bot.Bilingual{UK: "Чи можна з собакою?", RU: "Можно ли с собакой?"}},
	}}
	for i := range 12 {
		b.queries = append(b.queries, eval.Query{ID: fmt.Sprint("h", i), Lang: "ru", Expect: "hours", Text: fmt.Sprintf("до скольки открыто %d", i)})
	}
	for i := range 3 {
		b.queries = append(b.queries, eval.Query{ID: fmt.Sprint("p", i), Lang: "uk", Expect: "pets", Text: fmt.Sprintf("пустите з цуценям %d", i)})
	}
	b.queries = append(b.queries,
		eval.Query{ID: "menu", Lang: "uk", Expect: "pets", Text: "меню"}, // a word that works in any step is no wording
		eval.Query{ID: "other", Lang: "uk", Expect: eval.ExpectNone, Text: "чи є басейн"})

	taught := teach(b, 4, rand.New(rand.NewPCG(1, 1)))
	hours, pets := taught.articles[0].Aliases, taught.articles[1].Aliases
	if len(hours.UK) != 1 || len(hours.RU) != 4 || len(pets.UK) != 2 || len(pets.RU) != 0 {
		t.Errorf("learnt %v and %v", hours, pets)
	}
	if len(taught.queries) != len(b.queries)-6 {
		t.Errorf("%d of %d messages stay", len(taught.queries), len(b.queries))
	}
	for _, q := range taught.queries {
		if slices.Contains(hours.RU, q.Text) || slices.Contains(pets.UK, q.Text) {
			t.Errorf("%q was learnt and stays", q.Text)
		}
	}
	if slices.Contains(pets.UK, "меню") || len(b.articles[0].Aliases.RU) != 0 {
		t.Errorf("learnt %v; the base itself has %v", pets, b.articles[0].Aliases)
	}
	again := teach(b, 4, rand.New(rand.NewPCG(1, 2)))
	if slices.Equal(again.articles[0].Aliases.RU, hours.RU) {
		t.Error("another draw drew the same")
	}
}
