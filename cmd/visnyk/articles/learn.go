package articles

import (
	"io"
	"time"

	"visnyk/bot"
	"visnyk/flows/faq/search"
	"visnyk/flows/faq/search/eval"
	"visnyk/locales"
)

// evalLearning measures what the search gains when each article learns some of
// the messages, the way an editor accepts them, on all the others.
func evalLearning(w io.Writer, articles []bot.Article, queries []eval.Query, each int) error {
	x := Atlas().NewIndex(articles)
	learnt, held := eval.Split(queries, each, knowledge(x))
	now := time.Now()
	predictions := func(x *search.Index) (list []eval.Prediction) {
		for _, q := range held {
			list = append(list, predict(x, q, now))
		}
		return list
	}
	return eval.ReportLearning(w, len(learnt), held, predictions(x), predictions(Atlas().NewIndex(teach(x, articles, learnt))))
}

// teach returns the articles with the messages as aliases.
func teach(x *search.Index, articles []bot.Article, learnt []eval.Query) []bot.Article {
	taught := make([]bot.Article, len(articles))
	for i, a := range articles {
		for _, q := range learnt {
			if q.Expect == a.ID {
				phrase, _ := x.Phrase(q.Text)
				l, _ := locales.Detect(phrase)
				a.Aliases = a.Aliases.With(l, phrase)
			}
		}
		taught[i] = a
	}
	return taught
}

// knowledge tells how sure the search is of a message's article: what it knows
// for sure, nobody needs to teach it.
func knowledge(x *search.Index) func(eval.Query) (float64, bool) {
	now := time.Now()
	return func(q eval.Query) (float64, bool) {
		_, ok := x.Phrase(q.Text)
		for _, m := range x.Find(q.Text, bot.Unsure, now).Matches {
			if m.Article.ID == q.Expect {
				return m.Score, ok
			}
		}
		return 0, ok
	}
}
