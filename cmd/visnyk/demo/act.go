package demo

import (
	"errors"
	"net/http"
	"strings"

	"visnyk/bot/web"
)

// problem is why something could not be done, as a word of ours.
type problem struct {
	status int
	key    string
}

func (p problem) Error() string { return p.key }

var errBlank = problem{http.StatusBadRequest, "problem.blank"}

// act carries out what the person does with a phone.
func (d *Demo) act(w http.ResponseWriter, r *http.Request) {
	as, _, err := d.asks(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	name := r.PathValue("phone")
	ph, ok := d.phone(name, as)
	if !ok {
		http.NotFound(w, r)
		return
	}
	text := strings.TrimSpace(r.FormValue("text"))
	switch r.PathValue("do") {
	case "open":
		ph.begin(payload(r))
	case "write":
		if text == "" {
			err = errBlank
			break
		}
		ph.write(text)
	case "press":
		if ph.press(r.FormValue("message"), r.FormValue("key")) != nil {
			err = problem{http.StatusConflict, "problem.gone"}
		}
	case "read":
		ph.read()
	case "block":
		ph.block(true)
	case "unblock":
		ph.block(false)
	default:
		http.NotFound(w, r)
		return
	}
	d.done(w, r, err, name)
}

// fault switches a fault of the person's phone on or off.
func (d *Demo) fault(w http.ResponseWriter, r *http.Request) {
	as, _, err := d.asks(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	name := r.PathValue("phone")
	ph, ok := d.phone(name, as)
	if !ok {
		http.NotFound(w, r)
		return
	}
	ph.script(r.FormValue("fault"), r.FormValue("on") == "1")
	d.Line.Nudge()
	d.done(w, r, nil, name)
}

// done answers an action: a script wants to know whether it was done, anybody
// else wants the page again.
func (d *Demo) done(w http.ResponseWriter, r *http.Request, err error, at string) {
	as, l, wrong := d.asks(r)
	if wrong != nil {
		http.Error(w, wrong.Error(), http.StatusBadRequest)
		return
	}
	v := &view{demo: d, Lang: l, As: as}
	script := r.Header.Get("Accept") == "application/json"
	var p problem
	switch {
	case err == nil && script:
		w.WriteHeader(http.StatusNoContent)
	case err == nil:
		http.Redirect(w, r, "/?"+string(v.Query())+"&phone="+at+"#"+at, http.StatusSeeOther)
	case !errors.As(err, &p):
		d.log.Error("demo: not done", "err", err)
		http.Error(w, v.T("problem.failed"), http.StatusInternalServerError)
	case script:
		refused := web.Problem{Type: "urn:visnyk:demo:" + p.key, Title: http.StatusText(p.status), Status: p.status, Code: p.key, Detail: v.T(p.key)}
		_ = web.WriteProblem(w, r, &refused, refused)
	default:
		http.Error(w, v.T(p.key), p.status)
	}
}
