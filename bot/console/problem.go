package console

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/staff"
	"visnyk/bot/web"
	"visnyk/storage"
)

// problem is a refusal. Code is for modules and names the words: console.error.CODE
// is what happened, console.error.CODE_next what to do.
type problem struct {
	status int
	code   string
	wait   time.Duration
	holder string // who holds what was asked for
}

// Error implements error.
func (p *problem) Error() string { return p.code }

// The refusals of the frame itself.
var (
	errNothing = &problem{status: http.StatusNotFound, code: "nothing"}
	errMethod  = &problem{status: http.StatusMethodNotAllowed, code: "method"}
	errForeign = &problem{status: http.StatusForbidden, code: "foreign"}
	errForm    = &problem{status: http.StatusBadRequest, code: "form"}
	errAway    = &problem{status: http.StatusServiceUnavailable, code: "away", wait: awayWait}

	errExporting = &problem{status: http.StatusTooManyRequests, code: "exporting", wait: exportWait}
)

// ErrForm says that a form is not what the page sends.
var ErrForm error = errForm

// ErrNothing says that there is no such thing.
var ErrNothing error = errNothing

// ErrAway says that what a page needs is not there yet, and to come again.
var ErrAway error = &problem{status: http.StatusServiceUnavailable, code: "away", wait: awayWait}

// problemCodes lists the codes there are words for.
func problemCodes() []string {
	return []string{
		"nothing", "method", "foreign", "form", "large", "type", "slow", "away", "unknown", "forbidden", "same", "stale", "move",
		"held", "refused", "content", "over", "often", "exporting", "internal",
	}
}

// explain finds the problem that an error is.
func explain(err error) *problem {
	var (
		known     *problem
		forbidden *bot.ForbiddenError
		stale     *bot.StaleError
		move      *bot.MoveError
		refused   *bot.RefusedError
		invalid   *bot.InvalidError
		often     *staff.ThrottledError
	)
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, staff.ErrOver):
		return &problem{status: http.StatusNotFound, code: "over"}
	case errors.As(err, &often):
		return &problem{status: http.StatusTooManyRequests, code: "often", wait: often.After}
	case errors.As(err, &forbidden) && forbidden.Same:
		return &problem{status: http.StatusForbidden, code: "same"}
	case errors.As(err, &forbidden):
		return &problem{status: http.StatusForbidden, code: "forbidden"}
	case errors.As(err, &move) && move.Login != "":
		return &problem{status: http.StatusConflict, code: "held", holder: move.Login}
	case errors.As(err, &move):
		return &problem{status: http.StatusConflict, code: "move"}
	case errors.As(err, &refused):
		return &problem{status: http.StatusConflict, code: "refused"}
	case errors.As(err, &invalid):
		return &problem{status: http.StatusUnprocessableEntity, code: "content"}
	case errors.Is(err, storage.ErrNotFound):
		return errNothing
	case errors.As(err, &stale), errors.Is(err, bot.ErrNoVersion), errors.Is(err, storage.ErrConflict):
		return &problem{status: http.StatusConflict, code: "stale"}
	case errors.Is(err, storage.ErrCommitUnknown): // before what it was caused by
		return &problem{status: http.StatusServiceUnavailable, code: "unknown", wait: awayWait}
	case storage.Away(err), errors.Is(err, staff.ErrBusy), errors.Is(err, web.ErrTooMany),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return errAway
	}
	if p := explainBody(err); p != nil {
		return p
	}
	return &problem{status: http.StatusInternalServerError, code: "internal"}
}

// awayWait is when one may try again.
const awayWait = 2 * time.Second

// exportWait is how long a file with people may take, and another waits for it.
const exportWait = 30 * time.Second

// explainBody explains why a body was not taken; nil where that is not the matter.
func explainBody(err error) *problem {
	switch {
	case errors.Is(err, web.ErrTooLarge):
		return &problem{status: http.StatusRequestEntityTooLarge, code: "large"}
	case errors.Is(err, web.ErrEncoded):
		return &problem{status: http.StatusUnsupportedMediaType, code: "type"}
	case errors.Is(err, web.ErrSlow):
		return &problem{status: http.StatusRequestTimeout, code: "slow"}
	case errors.Is(err, web.ErrBusy):
		return errAway
	}
	return nil
}

// errorPage is what a person reads where a page was not to be had.
type errorPage struct {
	What, Next string
	Details    []string // each thing that is wrong
	Request    string   // to name when asking for help; "" where nothing of ours is to mend
	SignedIn   bool
	Again      bool // the page may be asked for once more
}

// fail answers an error. Only what is ours to mend is logged, and only its id is
// told; nothing of what was sent comes back.
func (c *Console) fail(v *Visit, err error) error {
	var elsewhere *seeOther
	if errors.As(err, &elsewhere) {
		return v.See(elsewhere.path)
	}
	p := explain(err)
	if v.Response().Committed {
		if p.status == http.StatusInternalServerError {
			c.cfg.Log.Error("request failed after its answer began", "request", v.request, "err", err)
		}
		return nil
	}
	var args []any
	if p.code == "held" {
		args = []any{"Holder", p.holder}
	}
	page := errorPage{
		What: v.T("console.error."+p.code, args...), Next: v.T("console.error." + p.code + "_next"),
		Details: v.details(err), SignedIn: v.Signed(), Again: p.wait > 0 && v.Request().Method == http.MethodGet,
	}
	if p.status == http.StatusInternalServerError {
		c.cfg.Log.Error("request failed", "request", v.request, "err", err)
		page.Request = v.request
	}
	if wantsPage(v.Request()) {
		if p.wait > 0 {
			web.RetryAfter(v.Response().Header(), p.wait)
		}
		web.HangUp(v.Response(), v.Request())
		return v.Page(p.status, "error", page)
	}
	head := &web.Problem{
		Type: "urn:visnyk:console:" + p.code, Title: page.What, Status: p.status, Code: p.code, Wait: p.wait,
		Detail: strings.Join(append(page.Details, page.Next), " "),
	}
	return web.WriteProblem(v.Response(), v.Request(), head, struct {
		*web.Problem
		Request string `json:"request,omitempty"`
		Holder  string `json:"holder,omitempty"`
	}{head, page.Request, p.holder})
}

// details says each thing that is wrong.
func (v *Visit) details(err error) (all []string) {
	for _, f := range faultsOf(err) {
		all = append(all, v.fault(f))
	}
	return all
}
