package search

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows/faq/starter"
)

// trades are those of the starter bases, as the service has them.
var trades = sync.OnceValue(func() []Trade {
	bases, err := starter.Bases()
	if err != nil {
		panic(err)
	}
	var all []Trade
	for _, b := range bases {
		all = append(all, Trade{Articles: b.Articles, Asked: b.Asked})
	}
	return all
})

var wholeAtlas = sync.OnceValue(func() *Atlas { return NewAtlas(trades()...) })

// TestAtlasNeedsNoWord: a question finds the article that is asked for elsewhere in
// other words, and by words alone it finds nothing.
func TestAtlasNeedsNoWord(t *testing.T) {
	at := NewAtlas(Trade{
		Articles: []bot.Article{
			{ID: "cancel", Question: bot.Bilingual{UK: "Як розірвати договір?"}, Aliases: bot.Aliases{UK: []string{"хочу піти від вас"}}},
			{ID: "owner", Question: bot.Bilingual{UK: "Як змінити власника?"}},
			{ID: "debt", Question: bot.Bilingual{UK: "Де побачити борг?"}},
		},
		Asked: map[string][]string{"cancel": {"договір — це перекотиполе"}},
	})
	base := []bot.Article{
		{ID: "end", State: bot.ArticleApproved, Question: bot.Bilingual{UK: "Розірвати договір"}},
		{ID: "rename", State: bot.ArticleApproved, Question: bot.Bilingual{UK: "Змінити власника"}},
	}
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	x := at.NewIndexWith(base, &Model{Atlas: Ranking{Linear: onlyLike(), Answer: 2, Alone: 2, Clarify: 0.3}})
	if found := x.Find("перекотиполе", bot.Ukrainian, now).Matches; len(found) == 0 || found[0].Article.ID != "end" {
		t.Errorf("with the atlas it finds %v", found)
	}
	if found := NewIndexWith(base, &Model{Ranking: Ranking{Answer: 2, Alone: 2, Clarify: 0.3}}).Find("перекотиполе", bot.Ukrainian, now).Matches; len(found) > 0 {
		t.Errorf("by words alone it finds %v", found)
	}
}

// onlyLike weighs nothing but how alike a text is asked elsewhere.
func onlyLike() []float64 {
	w := make([]float64, features)
	w[fLike] = 1
	return w
}

// TestAtlasIsTheSame: two atlases of the same trades say the same, to the last digit,
// and so do two searches at once.
func TestAtlasIsTheSame(t *testing.T) {
	some := trades()[:3]
	ts := tokens("скільки коштує доставка у неділю, і чи можна повернути гроші")
	groups := general().hear(ts, true)
	var a, b draft
	p, q := NewAtlas(some...).profile(&a, ts, groups), NewAtlas(some...).profile(&b, ts, groups)
	if len(p) == 0 || len(p) != len(q) {
		t.Fatalf("%d and %d pages", len(p), len(q))
	}
	for i := range p {
		if p[i] != q[i] || i > 0 && p[i-1].weight < p[i].weight {
			t.Fatalf("page %d: %v and %v", i, p[i], q[i])
		}
	}
}

// BenchmarkAtlas is what the service pays at its start.
func BenchmarkAtlas(b *testing.B) {
	general()
	trades := trades()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	at := NewAtlas(trades...)
	runtime.GC()
	runtime.ReadMemStats(&after)
	held := float64(after.HeapAlloc-before.HeapAlloc) / (1 << 20)
	runtime.KeepAlive(at)
	for b.Loop() {
		NewAtlas(trades...)
	}
	b.ReportMetric(held, "MiB")
}
