package api

import (
	"context"
	"net/http"
	"strings"

	"visnyk/bot"
	"visnyk/bot/contact"
)

func knownRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/attributes", run: listAttributes},
		{method: http.MethodPost, path: "/attributes", run: declareAttribute},
		{method: http.MethodDelete, path: "/attributes/:id", run: takeBackAttribute},
		{method: http.MethodGet, path: "/contacts/:id/consents", run: listConsents},
		{method: http.MethodPost, path: "/contacts/:id/consents", run: addConsent},
	}
}

// attributeBody is an attribute as clients declare it.
type attributeBody struct {
	Name      string            `json:"name"`
	Type      bot.AttributeType `json:"type"`
	Label     bot.Bilingual     `json:"label"`
	Choices   []string          `json:"choices"`
	Sensitive bool              `json:"sensitive"`
	Position  int               `json:"position"`
}

func listAttributes(_ *API, ctx context.Context, q *request) (answer, error) {
	all, err := q.parts.Contacts.Attributes(ctx, q.actor)
	return answer{status: http.StatusOK, body: page[bot.Attribute]{Items: all}}, err
}

func declareAttribute(_ *API, ctx context.Context, q *request) (answer, error) {
	var b attributeBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	a := bot.Attribute(b)
	return answer{status: http.StatusOK, body: a}, q.parts.Contacts.Declare(ctx, q.actor, a)
}

func takeBackAttribute(_ *API, ctx context.Context, q *request) (answer, error) {
	if err := decodeNothing(q.body); err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusNoContent}, q.parts.Contacts.TakeBack(ctx, q.actor, q.id())
}

// consentBody is what a person said elsewhere than in a chat.
type consentBody struct {
	Topic  string            `json:"topic"`
	Given  bool              `json:"given"`
	Source bot.ConsentSource `json:"source"`
	Words  string            `json:"words"` // those they agreed to; a hash of them is kept
}

func listConsents(_ *API, ctx context.Context, q *request) (answer, error) {
	all, err := q.parts.Contacts.Consents(ctx, q.actor, q.id())
	return answer{status: http.StatusOK, body: page[contact.Consent]{Items: all}}, err
}

func addConsent(_ *API, ctx context.Context, q *request) (answer, error) {
	var b consentBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	words := strings.TrimSpace(b.Words)
	return answer{status: http.StatusNoContent}, q.parts.Contacts.Consent(ctx, q.actor, q.id(), b.Topic, b.Given, b.Source, words)
}
