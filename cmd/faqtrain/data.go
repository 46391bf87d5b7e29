package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/flows/faq/search"
	"visnyk/flows/faq/search/eval"
)

// base is one company's articles with the messages of its customers.
type base struct {
	name     string
	articles []bot.Article
	queries  []eval.Query
}

func readBase(dir string) (base, error) {
	b := base{name: filepath.Base(dir)}
	kb, err := os.ReadFile(filepath.Join(dir, "kb.json"))
	if err != nil {
		return b, err
	}
	if err := json.Unmarshal(kb, &b.articles); err != nil {
		return b, fmt.Errorf("%s: %w", b.name, err)
	}
	for i := range b.articles {
		b.articles[i].State = bot.ArticleApproved
	}
	f, err := os.Open(filepath.Join(dir, "queries.json"))
	if err != nil {
		return b, err
	}
	defer f.Close()
	b.queries, err = eval.ReadQueries(f)
	return b, err
}

// example is one message against one index: its candidates over all segments,
// and which of them are right; none of them means that nothing fits.
type example struct {
	rows   [][]float64
	right  []bool
	weight float64
}

// variant is a base as another company might keep it.
type variant struct {
	aliases bool
	part    float64 // of the articles
	weight  float64
	own     bool // where there is an atlas, it knows the company's trade
}

// variants make one base many: without aliases, and smaller, where the messages
// of the articles left out have no answer and stand close to those left in.
func variants() []variant {
	return []variant{
		{true, 1, 0.5, false},
		{true, 1, 0.5, true},
		{false, 1, 0.4, false},
		{true, 0.7, 0.35, false},
		{true, 0.7, 0.35, true},
		{true, 0.5, 0.3, false},
		{true, 0.5, 0.3, true},
		{true, 0.25, 0.2, false},
		{true, 0.12, 0.15, false},
		{true, 0.12, 0.15, true},
		{false, 0.6, 0.2, true},
	}
}

// played is a base with its examples; they are the same in every fold.
type played struct {
	base
	atlases
	examples []example
	weight   float64 // of all its messages
	lost     float64 // of those whose article was not even a candidate
}

// bare returns a base without its aliases.
func (b base) bare() base {
	b.articles = slices.Clone(b.articles)
	for i := range b.articles {
		b.articles[i].Aliases = bot.Aliases{}
	}
	return b
}

// play plays the messages of a base against every variant of it, by words alone where
// there are no atlases.
func play(b base, at atlases) played {
	now := time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)
	out := played{base: b, atlases: at}
	random := rand.New(rand.NewPCG(1, uint64(len(b.articles))))
	for _, v := range variants() {
		var articles []bot.Article
		kept := map[string]bool{}
		for _, a := range b.articles {
			if random.Float64() < v.part {
				if !v.aliases {
					a.Aliases = bot.Aliases{}
				}
				articles = append(articles, a)
				kept[a.ID] = true
			}
		}
		x := at.index(articles, &search.Model{}, v.own) // evidence needs none, and the written one may be of other features
		for _, q := range b.queries {
			e := example{weight: v.weight}
			out.weight += v.weight
			for _, seg := range x.Evidence(q.Text, now) {
				for _, r := range seg {
					e.rows = append(e.rows, r.Features[:at.features()])
					e.right = append(e.right, r.Article == q.Expect)
				}
			}
			if len(e.rows) > 0 {
				out.examples = append(out.examples, e)
			}
			if kept[q.Expect] && !slices.Contains(e.right, true) {
				out.lost += v.weight
			}
		}
	}
	return out
}
