package api

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/storage"
)

// keptAnswers returns all that the answers kept for repeats hold, as it stands in
// the database.
func (h *house) keptAnswers() string {
	h.t.Helper()
	driver, source, _ := strings.Cut(h.database, ":")
	if driver == "postgres" {
		source = h.database
	}
	db, err := sql.Open(driver, source)
	h.ok(err)
	defer db.Close()
	rows, err := db.QueryContext(h.t.Context(), `SELECT id, request, etag, location, body FROM idempotency`)
	h.ok(err)
	defer rows.Close()
	var all strings.Builder
	for rows.Next() {
		var id, request, etag, location string
		var body []byte
		h.ok(rows.Scan(&id, &request, &etag, &location, &body))
		all.WriteString(id + request + etag + location + string(body) + "\n")
	}
	h.ok(rows.Err())
	return all.String()
}

// A link by which a person is joined stands nowhere in clear, and a repeat of
// its request still gives it.
func TestAttackJoinCodeOfAKeptAnswer(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		person := h.contact("crm-1")
		first := h.as(bot.Marketer, 200, "POST", "/contacts/"+person+"/link", "", headerKey, "k")
		url := first.json(t)["url"].(string)
		code := url[strings.LastIndex(url, "/")+1:]
		if kept := h.keptAnswers(); len(code) < 10 || strings.Contains(kept, code) || !strings.Contains(kept, "\n") {
			t.Errorf("the code %q stands in %q", code, kept)
		}
		again := h.as(bot.Marketer, 200, "POST", "/contacts/"+person+"/link", "", headerKey, "k")
		if string(again.body) != string(first.body) || again.header.Get(headerReplayed) != "true" {
			t.Errorf("%s, then %s %v", first.body, again.body, again.header)
		}
		h.sql(`UPDATE idempotency SET sealed = 'another'`)
		p := h.problem(bot.Marketer, 409, "answer_gone", "POST", "/contacts/"+person+"/link", "", headerKey, "k")
		if !strings.Contains(p.Detail, "new Idempotency-Key") {
			t.Errorf("%+v", p)
		}
	})
}

// Every route whose answer is a secret says so, and no other.
func TestRoutesThatGiveSecrets(t *testing.T) {
	for _, r := range routes() {
		if r.secret != (r.path == "/contacts/:id/link") {
			t.Errorf("%s %s: secret is %t", r.method, r.path, r.secret)
		}
	}
}

// An answer that cannot be made undoes the write, with a key and without.
func TestAttackAnswerThatCannotBeMade(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		before := h.entries()
		for i, key := range []string{"", "k"} {
			r := httptest.NewRequest(http.MethodPost, prefix+"/changes", nil)
			if key != "" {
				r.Header.Set(headerKey, key)
			}
			q := &request{
				echo: echo.New().NewContext(r, httptest.NewRecorder()), header: http.Header{},
				parts: &h.parts, actor: bot.Actor{User: "u", Role: bot.Admin},
			}
			_, err := New(Config{}).once(t.Context(), q, route{run: func(_ *API, ctx context.Context, q *request) (answer, error) {
				made, err := q.parts.Changes.Create(ctx, q.actor, bot.Change{ID: fmt.Sprint("c", i), Kind: bot.Rules})
				return answer{status: 201, body: map[string]any{"change": made, "cannot": func() {}}}, err
			}})
			if err == nil {
				t.Error("an answer was made of what cannot be written")
			}
			if p := explain(err); p.Code != "internal" || !strings.Contains(p.Detail, "Nothing was written") {
				t.Errorf("%+v", p)
			}
		}
		if got := h.as(bot.Operator, 200, "GET", "/changes", ""); string(got.body) != `{"items":[]}` || h.entries() != before {
			t.Errorf("written: %s", got.body)
		}
	})
}

// What is not known is not said: after a commit without an answer it must be
// read again.
func TestUnknownOutcomeIsSaid(t *testing.T) {
	err := fmt.Errorf("storage: %w: %w", storage.ErrCommitUnknown, errors.New("read tcp: connection reset by peer"))
	p := explain(err)
	if p.Status != 503 || p.Code != "outcome_unknown" || strings.Contains(p.Detail, "Nothing was written") || !strings.Contains(p.Detail, "ead it again") || p.Wait == 0 {
		t.Errorf("%+v", p)
	}
}
