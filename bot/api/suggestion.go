package api

import (
	"context"
	"net/http"

	"visnyk/bot/editor"
)

// mostWanted is how many wanted answers are listed.
const mostWanted = 10

func wantedArticles(_ *API, ctx context.Context, q *request) (answer, error) {
	list, err := q.parts.Articles.Wanted(ctx, q.actor, mostWanted)
	return answer{status: http.StatusOK, body: list}, err
}

func listSuggestions(_ *API, ctx context.Context, q *request) (answer, error) {
	suggestions, err := q.parts.Articles.Suggestions(ctx, q.actor, q.id())
	if suggestions == nil {
		suggestions = []editor.Suggestion{}
	}
	return answer{status: http.StatusOK, body: page[editor.Suggestion]{Items: suggestions}}, err
}

func moveSuggestion(m editor.SuggestionMove) func(*API, context.Context, *request) (answer, error) {
	return func(_ *API, ctx context.Context, q *request) (answer, error) {
		if err := decodeNothing(q.body); err != nil {
			return answer{}, err
		}
		return articleAnswer(q.parts.Articles.Decide(ctx, q.actor, q.id(), m))
	}
}
