package api

import (
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/web"
	"visnyk/storage"
)

// request is what a route gets.
type request struct {
	echo   echo.Context
	header http.Header // of the answer
	parts  *Parts
	actor  bot.Actor
	in     *web.Body // nil while the body is not in
	body   []byte
	after  func() // told once all is committed; nil for nothing
}

// close lets go of the body.
func (q *request) close() {
	if q.in != nil {
		_ = q.in.Close()
	}
}

// id returns the path's id.
func (q *request) id() string { return q.echo.Param("id") }

// answer is what a route gives back.
type answer struct {
	status         int
	body           any // as JSON; nil for no body
	raw            []byte
	etag, location string
	attachment     string // the file name to save it under
}

// handler answers requests for one route.
func (a *API) handler(r route) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		id := storage.NewID()
		h.Set(echo.HeaderXRequestID, id)
		h.Set(echo.HeaderCacheControl, "no-store")
		h.Set(echo.HeaderContentSecurityPolicy, web.DataPolicy)
		q := &request{echo: c, header: h}
		defer q.close()
		ans, err := a.serve(q, r)
		if err == nil {
			err = ans.encode()
		}
		if err != nil {
			return a.fail(q, id, err)
		}
		return ans.send(c)
	}
}

// serve takes a request from its headers to what the route says.
func (a *API) serve(q *request, r route) (answer, error) {
	if err := a.checkHeaders(q); err != nil {
		return answer{}, err
	}
	if r.public {
		return r.run(a, q.echo.Request().Context(), q)
	}
	if q.parts = a.cfg.Parts(); q.parts == nil {
		return answer{}, problemUnavailable()
	}
	ctx := q.echo.Request().Context()
	if err := a.authenticate(ctx, q); err != nil {
		return answer{}, err
	}
	if wait := a.rates.Take(q.actor.User, time.Now()); wait > 0 {
		return answer{}, problemTooMany(wait)
	}
	if err := checkQuery(q, r); err != nil {
		return answer{}, err
	}
	if r.writes() {
		if err := a.read(q); err != nil {
			return answer{}, err
		}
	}
	var ans answer
	err := a.concurrency.Do(ctx, func(ctx context.Context) (err error) {
		if r.writes() {
			ans, err = a.once(ctx, q, r)
		} else {
			ans, err = r.run(a, ctx, q)
		}
		return err
	})
	if err == nil && q.after != nil {
		q.after()
	}
	return ans, err
}

// authenticate finds out who asks. It takes no turn from those whom we know.
func (a *API) authenticate(ctx context.Context, q *request) (err error) {
	token := bearerToken(q.echo.Request().Header)
	ours := false
	leave, err := a.strangers.enter(a.cfg.Entrance.Client(q.echo.Request()), token)
	if err != nil {
		return err
	}
	defer func() { leave(ours) }()
	ctx, cancel := context.WithTimeout(ctx, a.limits.Time)
	defer cancel()
	q.actor, err = q.parts.Staff.Authenticate(ctx, token)
	ours = err == nil
	return err
}

// bearerToken returns the token of the one Authorization header; "" when there is
// none, which is nobody's token.
func bearerToken(h http.Header) string {
	values := h.Values(echo.HeaderAuthorization)
	if len(values) != 1 {
		return ""
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// checkHeaders refuses what needs no look at the body or the token.
func (a *API) checkHeaders(q *request) error {
	if err := web.Check(q.echo.Request(), a.limits.Body); err != nil {
		return a.unread(err)
	}
	return nil
}

// unread finds the words for a body that was not taken.
func (a *API) unread(err error) *problem {
	switch status, _ := web.Unread(err); status {
	case http.StatusRequestEntityTooLarge:
		return problemTooLarge(a.limits.Body)
	case http.StatusUnsupportedMediaType:
		return problemCompressed()
	case http.StatusRequestTimeout:
		return problemSlow()
	case http.StatusServiceUnavailable:
		return problemUnavailable()
	}
	return problemBody("The body ended before its end.")
}

// checkQuery refuses parameters that the route does not know, which are most
// often misspelt.
func checkQuery(q *request, r route) error {
	for name, values := range q.echo.QueryParams() {
		known := false
		for _, k := range r.query {
			known = known || k == name
		}
		if !known || len(values) != 1 {
			return problemParameter("This route does not know a parameter of the query, or it stands twice.")
		}
	}
	return nil
}

// read takes in the body.
func (a *API) read(q *request) error {
	r := q.echo.Request()
	if v := r.Header.Get(echo.HeaderContentType); v != "" && r.ContentLength != 0 {
		kind, params, err := mime.ParseMediaType(v)
		charset, named := params["charset"]
		if err != nil || kind != echo.MIMEApplicationJSON || named && !strings.EqualFold(charset, "utf-8") {
			return problemBody("The body must be JSON in UTF-8: send Content-Type: application/json.")
		}
	}
	body, err := a.bodies.Read(q.echo.Response(), r, a.limits.Body)
	if err != nil {
		return a.unread(err)
	}
	q.in, q.body = body, body.Bytes()
	return nil
}

// encode writes the body as JSON.
func (a *answer) encode() error {
	if a.body == nil {
		return nil
	}
	var err error
	a.raw, err = json.Marshal(a.body)
	a.body = nil
	return err
}

// send answers.
func (a *answer) send(c echo.Context) error {
	h := c.Response().Header()
	for name, value := range map[string]string{"ETag": a.etag, echo.HeaderLocation: a.location} {
		if value != "" {
			h.Set(name, value)
		}
	}
	if a.attachment != "" {
		h.Set(echo.HeaderContentDisposition, `attachment; filename="`+a.attachment+`"`)
	}
	if a.raw == nil {
		return c.NoContent(a.status)
	}
	return c.Blob(a.status, echo.MIMEApplicationJSON, a.raw)
}

// fail answers with a problem. Only what is ours to mend is logged.
func (a *API) fail(q *request, id string, err error) error {
	p := explain(err)
	if p.Status == http.StatusInternalServerError {
		p.Request = id
		a.cfg.Log.Error("request failed", "request", id, "err", err)
	}
	return web.WriteProblem(q.echo.Response(), q.echo.Request(), &p.Problem, p)
}
