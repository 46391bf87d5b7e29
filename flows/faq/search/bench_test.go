package search

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows/faq/search/eval"
)

// readBase reads a base of the development data.
func readBase(t testing.TB, name string) ([]bot.Article, []eval.Query) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name + "/kb.json")
	if err != nil {
		t.Fatal(err)
	}
	var articles []bot.Article
	if err := json.Unmarshal(data, &articles); err != nil {
		t.Fatal(err)
	}
	for i := range articles {
		articles[i].State = bot.ArticleApproved
	}
	file, err := os.Open("testdata/" + name + "/queries.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	queries, err := eval.ReadQueries(file)
	if err != nil {
		t.Fatal(err)
	}
	return articles, queries
}

// generated returns n articles: those of the bases again and again, each time
// with other endings of its words, so that the vocabulary grows with the base as a real
// one does.
func generated(t testing.TB, n int) []bot.Article {
	t.Helper()
	shop, _ := readBase(t, "shop")
	water, _ := readBase(t, "water")
	all := slices.Concat(shop, water)
	var out []bot.Article
	for i := range n {
		a := all[i%len(all)]
		if round := i / len(all); round > 0 {
			a.ID = fmt.Sprintf("%s-%d", a.ID, round)
			a.Question = bot.Bilingual{UK: renamed(a.Question.UK, round), RU: renamed(a.Question.RU, round)}
			a.Answer = bot.Bilingual{UK: renamed(a.Answer.UK, round), RU: renamed(a.Answer.RU, round)}
			a.Aliases = bot.Aliases{UK: slices.Clone(a.Aliases.UK), RU: slices.Clone(a.Aliases.RU)}
			for j := range a.Aliases.UK {
				a.Aliases.UK[j] = renamed(a.Aliases.UK[j], round)
			}
			for j := range a.Aliases.RU {
				a.Aliases.RU[j] = renamed(a.Aliases.RU[j], round)
			}
		}
		out = append(out, a)
	}
	return out
}

// renamed changes every third long word into one that no other round has.
func renamed(text string, round int) string {
	letters := []rune("бвгджзклмнпрст")
	vowels := []rune("аеиоу")
	words, n := []rune(nil), 0
	for i, r := range []rune(text) {
		words = append(words, r)
		if r == ' ' {
			n++
		}
		if n%3 == 2 && i%5 == 4 && r != ' ' {
			words = append(words, vowels[round%5], letters[(round+n)%14], vowels[(round/3)%5])
		}
	}
	return string(words)
}

func messages(t testing.TB) []string {
	_, shop := readBase(t, "shop")
	_, water := readBase(t, "water")
	var out []string
	for _, q := range slices.Concat(shop, water) {
		out = append(out, q.Text)
	}
	return out
}

func BenchmarkFind(b *testing.B) {
	for _, n := range []int{60, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			x := wholeAtlas().NewIndex(generated(b, n))
			texts := messages(b)
			now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
			took := make([]time.Duration, 0, b.N)
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				began := time.Now()
				x.Find(texts[i%len(texts)], bot.Ukrainian, now)
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
		})
	}
}

func BenchmarkNewIndex(b *testing.B) {
	for _, n := range []int{60, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			articles := generated(b, n)
			wholeAtlas()
			shipped()
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			x := wholeAtlas().NewIndex(articles)
			runtime.GC()
			runtime.ReadMemStats(&after)
			held := float64(after.HeapAlloc-before.HeapAlloc) / (1 << 20)
			runtime.KeepAlive(x)
			b.ResetTimer()
			for range b.N {
				wholeAtlas().NewIndex(articles)
			}
			b.ReportMetric(held, "MB")
		})
	}
}
