package api

import (
	"context"
	"net/http"
	"time"

	"visnyk/bot"
)

func articleRoutes() []route {
	all := []route{
		{method: http.MethodGet, path: "/articles", query: pageQuery(), run: listArticles},
		{method: http.MethodPost, path: "/articles", run: createArticle},
		{method: http.MethodGet, path: "/articles/:id", run: readArticle},
		{method: http.MethodPut, path: "/articles/:id", run: replaceArticle},
	}
	for _, m := range []bot.ArticleMove{bot.ArticleApprove, bot.ArticleRetire} {
		all = append(all, route{method: http.MethodPost, path: "/articles/:id/" + string(m), run: moveArticle(m)})
	}
	return all
}

// articleBody is an article as clients write it. Its state is not theirs to
// write: only moves change it.
type articleBody struct {
	ID       string      `json:"id"`
	Question bot.Words   `json:"question"`
	Answer   bot.Words   `json:"answer"`
	Aliases  bot.Aliases `json:"aliases"`
	From     time.Time   `json:"valid_from"`
	Until    time.Time   `json:"valid_to"`
	Change   string      `json:"change"`
}

func (b articleBody) article() bot.Article {
	return bot.Article{
		ID: b.ID, Question: b.Question, Answer: b.Answer, Aliases: b.Aliases, From: b.From, Until: b.Until, Change: b.Change,
	}
}

// articleShown is an article as clients read it: a list is a list, also when
// it is empty.
func articleShown(a bot.Article) bot.Article {
	if a.Aliases.UK == nil {
		a.Aliases.UK = []string{}
	}
	if a.Aliases.RU == nil {
		a.Aliases.RU = []string{}
	}
	return a
}

func articleAnswer(a bot.Article, err error) (answer, error) {
	return answer{status: http.StatusOK, body: articleShown(a)}, err
}

func listArticles(_ *API, ctx context.Context, q *request) (answer, error) {
	return lists(ctx, q, q.parts.Articles.List, articleShown)
}

func readArticle(_ *API, ctx context.Context, q *request) (answer, error) {
	return articleAnswer(q.parts.Articles.Read(ctx, q.actor, q.id()))
}

func createArticle(_ *API, ctx context.Context, q *request) (answer, error) {
	var b articleBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	a, err := q.parts.Articles.Create(ctx, q.actor, b.article())
	return created(articleShown(a), "/articles/"+a.ID, ""), err
}

func replaceArticle(_ *API, ctx context.Context, q *request) (answer, error) {
	var b articleBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	if err := sameID(q, &b.ID); err != nil {
		return answer{}, err
	}
	return articleAnswer(q.parts.Articles.Replace(ctx, q.actor, b.article()))
}

// created answers with what is new and where it is.
func created(body any, path, etag string) answer {
	return answer{status: http.StatusCreated, body: body, location: prefix + path, etag: etag}
}

// sameID lets the body's id be left out, or be that of the path.
func sameID(q *request, id *string) error {
	if *id != "" && *id != q.id() {
		return problemBody("The body speaks of another one.", fault{"/id", "must be that of the path, or be left out"})
	}
	*id = q.id()
	return nil
}

func moveArticle(m bot.ArticleMove) func(*API, context.Context, *request) (answer, error) {
	return func(_ *API, ctx context.Context, q *request) (answer, error) {
		if err := decodeNothing(q.body); err != nil {
			return answer{}, err
		}
		return articleAnswer(q.parts.Articles.Move(ctx, q.actor, q.id(), m))
	}
}

// decodeNothing reads the body of a move that takes none.
func decodeNothing(body []byte) error {
	if len(body) == 0 {
		return nil
	}
	return decode(body, &struct{}{})
}
