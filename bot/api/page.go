package api

import (
	"context"
	"encoding/base64"
	"strconv"

	"visnyk/bot"
)

const (
	pageUsual = 50
	pageMost  = 100
)

// page is one page of a list.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"` // the cursor of the next page; absent on the last one
}

// pageQuery are the parameters of every list.
func pageQuery() []string { return []string{"cursor", "limit"} }

// lists answers one page of what list gives, each item as show makes it.
func lists[T, U any](ctx context.Context, q *request,
	list func(ctx context.Context, actor bot.Actor, cursor string, limit int) ([]T, string, error), show func(T) U,
) (answer, error) {
	limit := pageUsual
	if v := q.echo.QueryParam("limit"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > pageMost {
			return answer{}, problemParameter("limit is a number from 1 to " + strconv.Itoa(pageMost) + ".")
		}
		limit = n
	}
	after, err := base64.RawURLEncoding.DecodeString(q.echo.QueryParam("cursor"))
	if err != nil || len(after) > 200 {
		return answer{}, problemParameter(`cursor is what "next" of the page before says, as it is; leave it out for the first page.`)
	}
	found, next, err := list(ctx, q.actor, string(after), limit)
	if err != nil {
		return answer{}, err
	}
	p := page[U]{Items: make([]U, len(found)), Next: base64.RawURLEncoding.EncodeToString([]byte(next))}
	for i, one := range found {
		p.Items[i] = show(one)
	}
	return answer{status: 200, body: p}, nil
}
