package webchat

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/web"
)

// problem is a refusal (RFC 9457). Code is for the page, the words are for the
// visitor and in their language.
type problem struct {
	status int
	code   string
	wait   time.Duration // before the next try; 0 says nothing of it
	theirs bool          // nothing of ours to mend, so nothing to log
}

// Error implements error.
func (p *problem) Error() string { return p.code }

// The refusals, by their codes.
const (
	codeBody     = "body"
	codeLong     = "long"
	codeStranger = "stranger"
	codeForeign  = "foreign"
	codeFlood    = "flood"
	codeMissing  = "missing"
	codeLarge    = "large"
	codeFull     = "full"
	codeCrowded  = "crowded"
	codeMuch     = "much"
	codeAway     = "away"
)

func problemCodes() []string {
	return []string{codeBody, codeLong, codeStranger, codeForeign, codeFlood, codeMissing, codeLarge, codeFull, codeCrowded, codeMuch, codeAway}
}

func badBody() error  { return &problem{status: http.StatusBadRequest, code: codeBody} }
func stranger() error { return &problem{status: http.StatusUnauthorized, code: codeStranger} }
func missing() error  { return &problem{status: http.StatusNotFound, code: codeMissing} }
func tooLarge() error { return &problem{status: http.StatusRequestEntityTooLarge, code: codeLarge} }
func away() error {
	return &problem{status: http.StatusServiceUnavailable, code: codeAway, wait: 2 * time.Second}
}

// unread answers a body that did not come whole. The page sends it again.
func unread(err error) error {
	switch {
	case errors.Is(err, web.ErrTooLarge):
		return tooLarge()
	case errors.Is(err, web.ErrBusy):
		return &problem{status: http.StatusServiceUnavailable, code: codeAway, wait: 2 * time.Second, theirs: true}
	case errors.Is(err, web.ErrSlow):
		return &problem{status: http.StatusRequestTimeout, code: codeAway, wait: 2 * time.Second, theirs: true}
	}
	return badBody()
}

func tooMany(wait time.Duration) error {
	return &problem{status: http.StatusTooManyRequests, code: codeFlood, wait: wait}
}

// badly says what is wrong with a body that parse refused.
func badly(err error) error {
	switch {
	case errors.Is(err, errLong):
		return &problem{status: http.StatusBadRequest, code: codeLong}
	case errors.Is(err, errLarge):
		return tooLarge()
	}
	return badBody()
}

// refuse answers a problem, and any other error as one of ours.
func (d *door) refuse(c echo.Context, err error) error {
	var p *problem
	if !errors.As(err, &p) {
		p = away().(*problem)
	}
	if p.code == codeAway && !p.theirs && c.Request().Context().Err() == nil { // else nobody hears the answer
		d.log.Warn("the web chat cannot answer", "bot", d.name, "err", err)
	}
	h := c.Response().Header()
	l := bot.LanguageAccepted(c.Request().Header.Get("Accept-Language"))
	if p.wait > 0 {
		web.RetryAfter(h, p.wait)
	}
	if p.status == http.StatusUnauthorized {
		h.Set(echo.HeaderWWWAuthenticate, `Bearer realm="visnyk chat"`)
	}
	h.Set("Content-Language", string(l))
	if c.Get(bodyIn) == nil {
		web.HangUp(c.Response(), c.Request())
	}
	return c.Blob(p.status, "application/problem+json", encode(map[string]any{
		"type": "urn:visnyk:chat:" + p.code, "title": http.StatusText(p.status), "status": p.status,
		"code": p.code, "detail": d.words[l]["problem_"+p.code],
	}))
}
