package search

import (
	"math"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// Alike is how alike a message and the articles are to an embedding model
// outside. Only differences between these numbers count, so it does not matter
// on what scale the model has them.
type Alike struct {
	To map[string]float64 // the message and an article's wordings, by article
	// Own is how alike the wordings of one article are to each other, on the
	// whole.
	Own float64
}

// The bounds below hold back a wrong model, and one that says nothing does nothing.
// Their best values are not known: no model was at hand to measure. faq eval shows
// what they give a company with its own.
const (
	// mostRerank is what likeness may add to the log-odds of an article that words
	// lead to as well.
	mostRerank = 1.5
	// leastWay and wholeWay are how far the article must be, on the way from the
	// usual article to a wording of its own, to count at all and to count whole.
	leastWay = 1. / 3
	wholeWay = 2. / 3
)

// FewestToRerank is how many articles show what the usual one is; among fewer,
// likeness says nothing.
const FewestToRerank = 5

// rerankScores is what likeness says of each article, from 0 to 1, by number; nil says
// nothing.
type rerankScores []float64

// rerank reads likeness within the base. An article must do two things at once,
// and counts by the one it does worse: stand out among the articles more than
// the best of so many would by chance, measured by their usual spread, and come
// near its own wordings. A message which is as like to all articles, or like to
// the nearest only as foreign questions are, speaks for none.
func (x *Index) rerank(a Alike) rerankScores {
	if len(a.To) < FewestToRerank {
		return nil
	}
	var all []float64
	for _, article := range x.articles {
		if s, ok := a.To[article.ID]; ok {
			all = append(all, s)
		}
	}
	if len(all) < FewestToRerank {
		return nil
	}
	usual := median(all)
	off := make([]float64, len(all))
	for i, s := range all {
		off[i] = math.Abs(s - usual)
	}
	spread := 1.4826 * median(off) // of a bell curve's, the standard deviation
	chance := math.Sqrt(2 * math.Log(float64(len(all))))
	if !(a.Own > usual) { // the model does not tell articles apart
		return nil
	}
	out := make(rerankScores, len(x.articles))
	for i, article := range x.articles {
		s, ok := a.To[article.ID]
		if !ok || !(s > usual) {
			continue
		}
		out[i] = min(ramp((s-usual)/spread, chance, 2*chance), ramp((s-usual)/(a.Own-usual), leastWay, wholeWay))
	}
	return out
}

// ramp is 0 up to from, 1 beyond to, and even between.
func ramp(v, from, to float64) float64 { return min(max((v-from)/(to-from), 0), 1) }

func median(list []float64) float64 {
	s := slices.Sorted(slices.Values(list))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// of returns what is added to the log-odds of an article.
func (l rerankScores) of(article int32) float64 {
	if l == nil {
		return 0
	}
	return mostRerank * l[article]
}

// alone returns the odds of an article by likeness alone: at most half-way between
// being offered and being told.
func (m *Ranking) alone(score float64) float64 {
	p := score * (m.Clarify + m.Answer) / 2
	return p / (1 - p)
}

// Reranked is an index that has been told how alike some messages are to its
// articles. Of any other text it says what the index says.
type Reranked struct {
	*Index
	alike map[string]Alike // by text
}

// Rerank returns the index with what is known of the texts.
func (x *Index) Rerank(alike map[string]Alike) Reranked { return Reranked{x, alike} }

// Find implements flows.Finder.
func (x Reranked) Find(text string, l bot.Language, now time.Time) flows.Finding {
	return x.remembered(text, l, now, nil, func() flows.Finding {
		m, _ := x.hear(text)
		return spoken(x.find(m, now, x.rerank(x.alike[text]), nil), text, l)
	})
}
