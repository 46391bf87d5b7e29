package search

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

var rerankDay = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// evenly is likeness in which nothing stands out.
func evenly(x *Index) Alike {
	a := Alike{To: map[string]float64{}, Own: 0.9}
	noise := rand.New(rand.NewPCG(1, 2))
	for _, article := range x.articles {
		a.To[article.ID] = 0.4 + 0.03*noise.NormFloat64()
	}
	return a
}

// with returns the likeness with one article that stands elsewhere.
func (a Alike) with(article string, s float64) Alike {
	a.To = maps.Clone(a.To)
	a.To[article] = s
	return a
}

// TestNoLikenessNoChange: where nothing is known, or nothing stands out, every
// figure is what it was, to the bit.
func TestNoLikenessNoChange(t *testing.T) {
	for _, base := range []string{"shop", "water"} {
		articles, queries := readBase(t, base)
		x := NewIndex(articles)
		few := Alike{To: map[string]float64{articles[0].ID: 1, articles[1].ID: 0, articles[2].ID: 0}, Own: 0.5}
		same := Alike{To: map[string]float64{}, Own: 0.9}
		for _, a := range articles {
			same.To[a.ID] = 0.7
		}
		silent := map[string]Reranked{
			"unknown": x.Rerank(nil), "of another text": x.Rerank(map[string]Alike{"інше": evenly(x).with(articles[0].ID, 0.9)}),
		}
		for i, q := range queries {
			if i%4 > 0 { // enough
				continue
			}
			silent["alike"] = x.Rerank(map[string]Alike{q.Text: same})
			silent["nearly alike"] = x.Rerank(map[string]Alike{q.Text: evenly(x)})
			silent["too few"] = x.Rerank(map[string]Alike{q.Text: few})
			// A model that does not even know the wordings of one article from others.
			for _, own := range []float64{0.69, 0.7, math.NaN()} {
				silent[fmt.Sprint("own ", own)] = x.Rerank(map[string]Alike{q.Text: {To: same.with(articles[0].ID, 0.9).To, Own: own}})
			}
			want := x.Find(q.Text, bot.Ukrainian, rerankDay)
			for name, l := range silent {
				if got := l.Find(q.Text, bot.Ukrainian, rerankDay); !reflect.DeepEqual(got, want) {
					t.Fatalf("%s, %q, %s: %v, want %v", base, q.Text, name, got, want)
				}
			}
		}
	}
}

// wordless is nothing that anybody ever said.
const wordless = "фуркати жмайлик"

// TestRerank: likeness alone offers and never tells, and it leads to nothing
// where the article must not be told.
func TestRerank(t *testing.T) {
	articles, _ := readBase(t, "water")
	const meant, second, third = "office-where", "pay-ways", "meter-send"
	i := slices.IndexFunc(articles, func(a bot.Article) bool { return a.ID == meant })
	barred, over := slices.Clone(articles), slices.Clone(articles)
	barred[i].Negatives = bot.Aliases{UK: []string{"жмайлик"}}
	over[i].Until = rerankDay
	even := evenly(NewIndex(articles))
	for _, c := range []struct {
		name     string
		articles []bot.Article
		alike    Alike
		want     flows.Outcome
		first    string // the best match; "" where it does not matter
	}{
		{"nothing known", articles, Alike{}, flows.Nothing, ""},
		{"near its own wordings", articles, even.with(meant, 0.8), flows.Unclear, meant},
		{"nearer than its own wordings", articles, even.with(meant, 0.999), flows.Unclear, meant},
		{"as near as foreign questions come", articles, even.with(meant, 0.5), flows.Nothing, ""},
		{"three near ones", articles, even.with(meant, 0.8).with(second, 0.65).with(third, 0.62), flows.Unclear, meant},
		{"less alike than any", articles, even.with(meant, -1), flows.Nothing, ""},
		{"barred", barred, even.with(meant, 0.8), flows.Nothing, ""},
		{"over", over, even.with(meant, 0.8), flows.Nothing, ""},
	} {
		found := NewIndex(c.articles).Rerank(map[string]Alike{wordless: c.alike}).Find(wordless, bot.Ukrainian, rerankDay)
		if found.Outcome != c.want || c.first != "" && found.Matches[0].Article.ID != c.first {
			t.Errorf("%s: %q, %+v", c.name, found.Outcome, found.Matches)
		}
	}
}

// TestRerankWithWords: what words make likely, likeness makes sure, on whatever
// scale the model has it; and noise answers nothing.
func TestRerankWithWords(t *testing.T) {
	score := func(f flows.Finding, id string) float64 {
		for _, m := range f.Matches {
			if m.Article.ID == id {
				return m.Score
			}
		}
		return 0
	}
	for _, base := range []string{"shop", "water"} {
		articles, queries := readBase(t, base)
		x := NewIndex(articles)
		even := evenly(x)
		noise := rand.New(rand.NewPCG(3, 4))
		open, sure, lost, moved := 0, 0, 0, 0
		for _, q := range queries {
			before := x.Find(q.Text, bot.Ukrainian, rerankDay)
			if !before.Undecided() {
				continue
			}
			open++
			blind := Alike{To: map[string]float64{}, Own: 0.9}
			for _, a := range articles {
				blind.To[a.ID] = 0.4 + 0.1*noise.NormFloat64()
			}
			if got := x.Rerank(map[string]Alike{q.Text: blind}).Find(q.Text, bot.Ukrainian, rerankDay).Outcome; got != before.Outcome {
				moved++
				if before.Outcome == flows.Nothing && got == flows.Sure {
					t.Errorf("noise answers %q", q.Text)
				}
			}
			if _, in := x.byID[q.Expect]; !in || x.Barred(q.Text, q.Expect) {
				continue
			}
			alike := even.with(q.Expect, 0.8)
			other := Alike{To: map[string]float64{}, Own: alike.Own*70 - 3}
			for id, s := range alike.To {
				other.To[id] = s*70 - 3
			}
			after := x.Rerank(map[string]Alike{q.Text: alike}).Find(q.Text, bot.Ukrainian, rerankDay)
			again := x.Rerank(map[string]Alike{q.Text: other}).Find(q.Text, bot.Ukrainian, rerankDay)
			if got := score(after, q.Expect); !(got > score(before, q.Expect)) || math.Abs(got-score(again, q.Expect)) > 1e-9 {
				t.Errorf("%q: %.4f before, %.4f after, %.4f on another scale", q.Text, score(before, q.Expect), got, score(again, q.Expect))
			}
			switch after.Outcome {
			case flows.Sure:
				sure++
			case flows.Nothing: // a story of many clauses, each of which leads elsewhere a little
				lost++
			}
		}
		if sure*10 < open || lost*50 > open || moved*20 > open {
			t.Errorf("%s: of %d open questions, %d become sure, %d lead to nothing still; noise moves %d", base, open, sure, lost, moved)
		}
	}
}

func TestExplainRerank(t *testing.T) {
	articles, _ := readBase(t, "water")
	x := NewIndex(articles)
	said := x.Rerank(map[string]Alike{wordless: evenly(x).with("office-where", 0.8)}).Explain(wordless, rerankDay)
	for _, want := range []string{"outcome  unclear", "1. office-where", "similarity 0.800, ", "log-odds +1.50", "no word leads to it"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in:\n%s", want, said)
		}
	}
	if strings.Contains(x.Explain(wordless, rerankDay), "similarity") {
		t.Error("likeness is explained that nobody knows")
	}
}
