package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/staff"
	"visnyk/bot/web"
	"visnyk/storage"
)

// Visit is one request, of somebody who is signed in where the route is not for
// anybody.
type Visit struct {
	echo.Context
	Actor   bot.Actor
	User    storage.User
	Lang    bot.Language // of the reader
	Session string       // its id; "" where nobody is signed in

	console *Console
	request string // the id that an error names
	ctx     context.Context
	body    *web.Body  // nil while what is sent is not in
	fields  url.Values // of a form with files, once it was read
}

// Signed reports whether somebody is signed in.
func (v *Visit) Signed() bool { return v.Session != "" }

// Ctx returns the context for all that the visit asks of others.
func (v *Visit) Ctx() context.Context {
	if v.ctx == nil { // a stream's, or that of files that come
		return v.Request().Context()
	}
	return v.ctx
}

// enter begins a visit: what every answer carries is set, and the language is that
// of a stranger.
func (c *Console) enter(e echo.Context) *Visit {
	v := &Visit{Context: e, console: c, request: storage.NewID()}
	v.Lang = v.strangersLanguage()
	c.setHeaders(v)
	return v
}

// close lets go of what was sent.
func (v *Visit) close() {
	if v.body != nil {
		_ = v.body.Close()
	}
}

// within runs f in its turn.
func (v *Visit) within(turns *web.ConcurrencyLimit, f func() error) error {
	return turns.Do(v.Request().Context(), func(ctx context.Context) error {
		v.ctx = ctx
		defer func() { v.ctx = nil }()
		return f()
	})
}

// InTurn runs f as a request that ends: in its turn, and for as long as those have.
func (v *Visit) InTurn(f func() error) error { return v.within(v.console.concurrency, f) }

// recognise finds out who visits. A stream is no use of the session, nor is what pages
// do by themselves.
func (c *Console) recognise(v *Visit, r *route) error {
	token := v.cookie(sessionName)
	if token == "" {
		return nil
	}
	ask := c.cfg.Session
	if r.lasts || r.idle {
		ask = c.watch
	}
	var signed storage.Session
	err := v.within(c.concurrency, func() (err error) {
		signed, err = ask(v.Ctx(), token)
		return err
	})
	switch {
	case errors.Is(err, staff.ErrUnauthenticated):
		return nil
	case err != nil:
		return fmt.Errorf("whose session: %w", err)
	}
	v.User, v.Session, v.Actor = signed.User, signed.ID, signed.User.Actor()
	if v.User.Language.Known() {
		v.Lang = v.User.Language
	}
	return nil
}

// T returns the text of a key in the reader's language; args are pairs of a
// placeholder's name and its value. A text with plural forms takes its number by
// N. It panics where the text does not exist, which a test finds.
func (v *Visit) T(key string, args ...any) string {
	words, err := v.console.text(v.Lang, key, args...)
	if err != nil {
		panic(err)
	}
	return words
}

// In returns the text of a key in a language that is not the reader's, as T does.
func (v *Visit) In(l bot.Language, key string, args ...any) string {
	return v.console.must(l, key, args...)
}

// See sends the browser on to a path below Prefix, to be read by GET.
func (v *Visit) See(path string) error {
	return v.Redirect(http.StatusSeeOther, Prefix+path)
}

// toLogin sends who is not signed in to the login, and from there back.
func (v *Visit) toLogin() error {
	r := v.Request()
	web.HangUp(v.Response(), r)
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return v.See("/login")
	}
	return v.See("/login" + AsQuery("next", checkedNext(r.URL.RequestURI())))
}
