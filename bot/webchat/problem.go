package webchat

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/web"
)

// problem is a refusal. Code is for the page; the words are for the visitor, and
// found when it is answered.
type problem struct {
	web.Problem
	theirs bool // nothing of ours to mend, so nothing to log
}

// Error implements error.
func (p *problem) Error() string { return p.Code }

func newProblem(status int, code string, wait time.Duration) *problem {
	return &problem{Problem: web.Problem{
		Type: "urn:visnyk:chat:" + code, Title: http.StatusText(status), Status: status, Code: code,
		Wait: wait, Realm: "visnyk chat",
	}}
}

// The refusals, by their codes.
const (
	codeBody     = "body"
	codeLong     = "long"
	codeStranger = "stranger"
	codeForeign  = "foreign"
	codeRate     = "flood"
	codeMissing  = "missing"
	codeLarge    = "large"
	codeFull     = "full"
	codeNoRoom   = "crowded"
	codeMuch     = "much"
	codeAway     = "away"
)

func problemCodes() []string {
	return []string{codeBody, codeLong, codeStranger, codeForeign, codeRate, codeMissing, codeLarge, codeFull, codeNoRoom, codeMuch, codeAway}
}

func badBody() error  { return newProblem(http.StatusBadRequest, codeBody, 0) }
func stranger() error { return newProblem(http.StatusUnauthorized, codeStranger, 0) }
func missing() error  { return newProblem(http.StatusNotFound, codeMissing, 0) }
func tooLarge() error { return newProblem(http.StatusRequestEntityTooLarge, codeLarge, 0) }
func away() error     { return newProblem(http.StatusServiceUnavailable, codeAway, awayWait) }
func tooMany(wait time.Duration) error {
	return newProblem(http.StatusTooManyRequests, codeRate, wait)
}

// awayWait is when a page tries again.
const awayWait = 2 * time.Second

// unread answers a body that did not come whole. The page sends it again.
func unread(err error) error {
	switch status, _ := web.Unread(err); status {
	case http.StatusRequestEntityTooLarge:
		return tooLarge()
	case http.StatusServiceUnavailable, http.StatusRequestTimeout:
		p := newProblem(status, codeAway, awayWait)
		p.theirs = true
		return p
	}
	return badBody()
}

// badly says what is wrong with a body that parse refused.
func badly(err error) error {
	switch {
	case errors.Is(err, errLong):
		return newProblem(http.StatusBadRequest, codeLong, 0)
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
	if p.Code == codeAway && !p.theirs && c.Request().Context().Err() == nil { // else nobody hears the answer
		d.log.Warn("the web chat cannot answer", "bot", d.name, "err", err)
	}
	l := bot.LanguageAccepted(c.Request().Header.Get("Accept-Language"))
	p.Detail = d.words[l]["problem_"+p.Code]
	c.Response().Header().Set("Content-Language", string(l))
	return web.WriteProblem(c.Response(), c.Request(), &p.Problem, p.Problem)
}
