package faq

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// What a score is worth. The figures were chosen so that a wrong answer is much
// rarer than a question back.
const (
	// Sure is the score from which an article is told without asking back.
	Sure = 0.72
	// Lead is how far the best must be ahead of the second to be told so.
	Lead = 0.10
	// Likely is the score from which an article may be what was meant.
	Likely = 0.34
)

// Index finds articles by their questions and aliases: equal texts first, then
// by the stems they share, rare ones weighing more. It never changes after
// NewIndex and may be used by many goroutines at once.
type Index struct {
	articles []bot.Article
	byID     map[string]int
	equal    map[string][]int // articles by the whole text of a wording
	wordings []wording
	holds    map[string][]int // wordings by stem
	weights  map[string]float64
	unheard  float64 // the weight of a stem that no wording holds
}

// wording is one way to ask for an article.
type wording struct {
	article int
	length  float64 // of its vector
}

// NewIndex indexes the articles in both languages. It keeps its own copy of the list.
func NewIndex(articles []bot.Article) *Index {
	x := &Index{
		articles: slices.Clone(articles),
		byID:     map[string]int{}, equal: map[string][]int{}, holds: map[string][]int{}, weights: map[string]float64{},
	}
	var all [][]string
	for i, a := range x.articles {
		x.byID[a.ID] = i
		for _, text := range slices.Concat([]string{a.Question.UK, a.Question.RU}, a.Aliases.UK, a.Aliases.RU) {
			whole := strings.Join(words(text), " ")
			if whole == "" {
				continue
			}
			if !slices.Contains(x.equal[whole], i) {
				x.equal[whole] = append(x.equal[whole], i)
			}
			if stems := terms(text); len(stems) > 0 {
				for _, s := range stems {
					x.holds[s] = append(x.holds[s], len(x.wordings))
				}
				x.wordings = append(x.wordings, wording{article: i})
				all = append(all, stems)
			}
		}
	}
	x.weigh(all)
	return x
}

// weigh gives every stem a weight by how few articles speak of it.
func (x *Index) weigh(wordings [][]string) {
	total := float64(len(x.articles))
	x.unheard = math.Log(1 + total)
	for s, in := range x.holds {
		articles := map[int]bool{}
		for _, w := range in {
			articles[x.wordings[w].article] = true
		}
		x.weights[s] = math.Log(1 + total/float64(len(articles)))
	}
	for i, stems := range wordings {
		for _, s := range stems {
			x.wordings[i].length += x.weights[s] * x.weights[s]
		}
		x.wordings[i].length = math.Sqrt(x.wordings[i].length)
	}
}

// Find implements flows.Finder. The language does not matter: an article is
// found by its words in either.
func (x *Index) Find(text string, _ bot.Language, now time.Time) []flows.Match {
	best := map[int]float64{}
	for _, i := range x.equal[strings.Join(words(text), " ")] {
		best[i] = 1
	}
	x.overlap(terms(text), best)
	var found []flows.Match
	for i, score := range best {
		if x.articles[i].Valid(now) {
			found = append(found, flows.Match{Article: x.articles[i], Score: score})
		}
	}
	slices.SortFunc(found, func(a, b flows.Match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Article.ID, b.Article.ID))
	})
	return found
}

// overlap scores the articles by the cosine between the stems and the closest
// wording of each. Words that no article knows count against all of them.
func (x *Index) overlap(stems []string, best map[int]float64) {
	var length float64
	shared := map[int]float64{}
	for _, s := range stems {
		w, known := x.weights[s]
		if !known {
			w = x.unheard
		}
		length += w * w
		for _, i := range x.holds[s] {
			shared[i] += w * w
		}
	}
	for i, sum := range shared {
		w := x.wordings[i]
		// Just below 1: only an equal text is certain.
		score := min(sum/(math.Sqrt(length)*w.length), 0.99)
		best[w.article] = max(best[w.article], score)
	}
}

// Article implements flows.Finder.
func (x *Index) Article(id string, now time.Time) (bot.Article, bool) {
	i, ok := x.byID[id]
	if !ok || !x.articles[i].Valid(now) {
		return bot.Article{}, false
	}
	return x.articles[i], true
}
