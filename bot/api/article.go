package api

import (
	"context"
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/editor"
)

func articleRoutes() []route {
	all := []route{
		{method: http.MethodGet, path: "/articles", query: pageQuery(), run: listArticles},
		{method: http.MethodPost, path: "/articles", run: createArticle},
		{method: http.MethodGet, path: "/articles/wanted", run: wantedArticles},
		{method: http.MethodGet, path: "/articles/:id", run: readArticle},
		{method: http.MethodPut, path: "/articles/:id", run: replaceArticle},
		{method: http.MethodGet, path: "/articles/:id/offers", run: listSuggestions},
		{method: http.MethodGet, path: "/articles/:id/askers", run: countAskers},
		{method: http.MethodGet, path: "/articles/:id/versions", run: listArticleVersions},
		{method: http.MethodGet, path: "/changes/:id/asked", run: askedOfChange},
	}
	for _, m := range bot.ArticleMoves() {
		do := moveArticle(m)
		if m == bot.ArticleReturn {
			do = returnArticle
		}
		all = append(all, route{method: http.MethodPost, path: "/articles/:id/" + string(m), run: do})
	}
	for _, m := range editor.SuggestionMoves() {
		all = append(all, route{method: http.MethodPost, path: "/offers/:id/" + string(m), run: moveSuggestion(m)})
	}
	return all
}

// articleBody is an article as clients write it. Its state is not theirs to
// write: only moves change it.
type articleBody struct {
	ID        string          `json:"id"`
	Question  bot.Bilingual   `json:"question"`
	Answer    bot.Bilingual   `json:"answer"`
	Aliases   bot.Aliases     `json:"aliases"`
	Negatives bot.Aliases     `json:"negatives"`
	From      time.Time       `json:"valid_from"`
	Until     time.Time       `json:"valid_to"`
	Change    string          `json:"change"`
	Span      bot.ArticleSpan `json:"span"`
	Replaces  string          `json:"replaces"`
	// TellAskers has who asked it and has no answer yet told, once it is approved.
	TellAskers bool `json:"tell_askers"`
	Version    int  `json:"version"` // which one is replaced
}

func (b articleBody) article() bot.Article {
	return bot.Article{
		ID: b.ID, Question: b.Question, Answer: b.Answer, Aliases: b.Aliases, Negatives: b.Negatives, From: b.From, Until: b.Until, Change: b.Change,
		Span: b.Span, Replaces: b.Replaces, TellAskers: b.TellAskers, Version: b.Version,
	}
}

// articleShown is an article as clients read it: a list is a list, also when
// it is empty.
func articleShown(a bot.Article) bot.Article {
	a.Aliases = aliasesShown(a.Aliases)
	if len(a.Negatives.UK)+len(a.Negatives.RU) > 0 {
		a.Negatives = aliasesShown(a.Negatives)
	} else {
		a.Negatives = bot.Aliases{}
	}
	return a
}

func aliasesShown(a bot.Aliases) bot.Aliases {
	if a.UK == nil {
		a.UK = []string{}
	}
	if a.RU == nil {
		a.RU = []string{}
	}
	return a
}

// articleChecked is an article with what its editor should know of it.
type articleChecked struct {
	bot.Article
	Warnings []warning `json:"warnings"`
}

// warning is what an editor should know, in words.
type warning struct {
	fault
	Article string `json:"article,omitempty"` // the other article it speaks of
}

func articleWarned(ctx context.Context, q *request, a bot.Article) (answer, error) {
	found, err := q.parts.Articles.Warnings(ctx, q.actor, a)
	warnings := make([]warning, len(found))
	for i, w := range found {
		warnings[i] = warning{fault{w.Field, w.Code, w.Detail()}, w.Article}
	}
	return answer{status: http.StatusOK, body: articleChecked{articleShown(a), warnings}, etag: etag(a.Version)}, err
}

func articleAnswer(a bot.Article, err error) (answer, error) {
	return answer{status: http.StatusOK, body: articleShown(a), etag: etag(a.Version)}, err
}

func listArticles(_ *API, ctx context.Context, q *request) (answer, error) {
	return lists(ctx, q, q.parts.Articles.List, articleShown)
}

// askersShown is how many wait for the answer.
type askersShown struct {
	People int  `json:"people"`
	All    bool `json:"all"`
	Days   int  `json:"days"`
}

func countAskers(_ *API, ctx context.Context, q *request) (answer, error) {
	a, err := q.parts.Articles.Read(ctx, q.actor, q.id())
	if err != nil {
		return answer{}, err
	}
	n, all, err := q.parts.Articles.Askers(ctx, q.actor, a)
	return answer{status: http.StatusOK, body: askersShown{n, all, int(editor.AskedWithin.Hours() / 24)}}, err
}

func readArticle(_ *API, ctx context.Context, q *request) (answer, error) {
	a, err := q.parts.Articles.Read(ctx, q.actor, q.id())
	if err != nil {
		return answer{}, err
	}
	return articleWarned(ctx, q, a)
}

func createArticle(_ *API, ctx context.Context, q *request) (answer, error) {
	var b articleBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	if b.Version != 0 {
		return answer{}, problemBody("A new article has no version yet.", fault{Field: "/version", Detail: "must be left out"})
	}
	a, err := q.parts.Articles.Create(ctx, q.actor, b.article())
	return created(articleShown(a), "/articles/"+a.ID, etag(a.Version)), err
}

func replaceArticle(_ *API, ctx context.Context, q *request) (answer, error) {
	var b articleBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	if err := sameID(q, &b.ID); err != nil {
		return answer{}, err
	}
	if err := versionMeant(q, &b.Version); err != nil {
		return answer{}, err
	}
	return articleAnswer(q.parts.Articles.Replace(ctx, q.actor, b.article()))
}

// articleVersion is an article as it was written once.
type articleVersion struct {
	bot.Article
	By string     `json:"by,omitempty"` // the login of who wrote it
	At *time.Time `json:"at,omitempty"`
}

func listArticleVersions(_ *API, ctx context.Context, q *request) (answer, error) {
	all, err := q.parts.Articles.Versions(ctx, q.actor, q.id())
	shown := make([]articleVersion, len(all))
	for i, one := range all {
		shown[i] = articleVersion{Article: articleShown(one.Article), By: one.Login}
		shown[i].State = "" // it is of the article, and not of what was written
		if !one.At.IsZero() {
			shown[i].At = &one.At
		}
	}
	return answer{status: http.StatusOK, body: map[string]any{"items": shown}}, err
}

// mostAsked is how much of what was asked about a change is listed.
const mostAsked = 30

func askedOfChange(_ *API, ctx context.Context, q *request) (answer, error) {
	of, err := q.parts.Articles.OfChange(ctx, q.actor, q.id(), mostAsked)
	return answer{status: http.StatusOK, body: of}, err
}

// created answers with what is new and where it is.
func created(body any, path, etag string) answer {
	return answer{status: http.StatusCreated, body: body, location: prefix + path, etag: etag}
}

// sameID lets the body's id be left out, or be that of the path.
func sameID(q *request, id *string) error {
	if *id != "" && *id != q.id() {
		return problemBody("The body speaks of another one.", fault{Field: "/id", Detail: "must be that of the path, or be left out"})
	}
	*id = q.id()
	return nil
}

// versionBody goes with a move of an article.
type versionBody struct {
	Version int `json:"version"`
}

// returnBody goes with its return.
type returnBody struct {
	Version int    `json:"version"`
	Note    string `json:"note"`
}

func moveArticle(m bot.ArticleMove) func(*API, context.Context, *request) (answer, error) {
	return func(_ *API, ctx context.Context, q *request) (answer, error) {
		var b versionBody
		if len(q.body) > 0 {
			if err := decode(q.body, &b); err != nil {
				return answer{}, err
			}
		}
		if err := versionMeant(q, &b.Version); err != nil {
			return answer{}, err
		}
		a, err := q.parts.Articles.Move(ctx, q.actor, q.id(), m, b.Version)
		if err != nil || m != bot.ArticleApprove {
			return articleAnswer(a, err)
		}
		if warned, err := articleWarned(ctx, q, a); err == nil {
			return warned, nil
		}
		return articleAnswer(a, nil) // it is approved, whether or not we can tell more
	}
}

func returnArticle(_ *API, ctx context.Context, q *request) (answer, error) {
	var b returnBody
	if len(q.body) > 0 {
		if err := decode(q.body, &b); err != nil {
			return answer{}, err
		}
	}
	if err := versionMeant(q, &b.Version); err != nil {
		return answer{}, err
	}
	return articleAnswer(q.parts.Articles.Return(ctx, q.actor, q.id(), b.Version, b.Note))
}

// decodeNothing reads the body of a move that takes none.
func decodeNothing(body []byte) error {
	if len(body) == 0 {
		return nil
	}
	return decode(body, &struct{}{})
}
