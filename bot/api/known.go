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
		{method: http.MethodGet, path: "/regions", run: listRegions},
		{method: http.MethodPost, path: "/regions", run: putRegion},
		{method: http.MethodDelete, path: "/regions/:id", run: dropRegion},
		{method: http.MethodGet, path: "/topics", run: listTopics},
		{method: http.MethodPost, path: "/topics", run: putTopic},
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

// regionBody is a region as clients write it: without an id a new one.
type regionBody struct {
	ID      string        `json:"id"`
	Parent  string        `json:"parent"`
	Name    bot.Bilingual `json:"name"`
	Aliases []string      `json:"aliases"`
}

func listRegions(_ *API, ctx context.Context, q *request) (answer, error) {
	all, err := q.parts.Contacts.Regions(ctx, q.actor)
	return answer{status: http.StatusOK, body: listed(all)}, err
}

func putRegion(_ *API, ctx context.Context, q *request) (answer, error) {
	var b regionBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	r, err := q.parts.Contacts.PutRegion(ctx, q.actor, bot.Region{ID: b.ID, Parent: b.Parent, Name: b.Name, Aliases: b.Aliases})
	return answer{status: http.StatusOK, body: r}, err
}

func dropRegion(_ *API, ctx context.Context, q *request) (answer, error) {
	if err := decodeNothing(q.body); err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusNoContent}, q.parts.Contacts.DropRegion(ctx, q.actor, q.id())
}

// topicBody is a topic as clients write it.
type topicBody struct {
	ID       string        `json:"id"`
	Label    bot.Bilingual `json:"label"`
	Starts   bool          `json:"starts"`
	Position int           `json:"position"`
}

func listTopics(_ *API, ctx context.Context, q *request) (answer, error) {
	all, err := q.parts.Contacts.Topics(ctx, q.actor)
	return answer{status: http.StatusOK, body: listed(all)}, err
}

func putTopic(_ *API, ctx context.Context, q *request) (answer, error) {
	var b topicBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	t, err := q.parts.Contacts.PutTopic(ctx, q.actor, bot.Topic{ID: b.ID, Label: b.Label, Starts: b.Starts, Position: b.Position})
	return answer{status: http.StatusOK, body: t}, err
}

// listed is a list that is never null.
func listed[T any](all []T) page[T] {
	if all == nil {
		all = []T{}
	}
	return page[T]{Items: all}
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
