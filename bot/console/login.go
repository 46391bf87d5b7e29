package console

import (
	"errors"
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/staff"
	"visnyk/bot/web"
)

// loginPage asks who visits. It says nothing of what was typed, so that a wrong
// login and a wrong password look alike.
type loginPage struct {
	Next, Fault string
}

func (c *Console) login(v *Visit) error {
	var query struct {
		Next  string `form:"next"`
		Again bool   `form:"again"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	next := checkedNext(query.Next)
	if v.Signed() {
		return v.Redirect(http.StatusSeeOther, orHome(next))
	}
	page := loginPage{Next: next}
	if query.Again {
		page.Fault = v.T("console.login.again")
	}
	return v.Page(http.StatusOK, "login", page)
}

func (c *Console) signIn(v *Visit) error {
	var form struct {
		Login    string `form:"login"`
		Password string `form:"password"`
		Next     string `form:"next"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	next := checkedNext(form.Next)
	p, err := c.cfg.Staff().SignIn(v.Ctx(), form.Login, form.Password, v.client())
	var throttled *staff.ThrottledError
	switch {
	case errors.Is(err, staff.ErrUnauthenticated):
		return v.Page(http.StatusUnprocessableEntity, "login", loginPage{next, v.T("console.login.wrong")})
	case errors.As(err, &throttled):
		return v.Page(v.throttled(throttled), "login", loginPage{next, v.tooOften(throttled)})
	case err != nil:
		return err
	}
	return c.pass(v, p, next)
}

// throttled says when there may be one more try, and returns the status for it.
func (v *Visit) throttled(e *staff.ThrottledError) int {
	web.RetryAfter(v.Response().Header(), e.After)
	return http.StatusTooManyRequests
}

// tooOften says so in whole minutes, of which the last may be one too many.
func (v *Visit) tooOften(e *staff.ThrottledError) string {
	minutes := (e.After + time.Minute - 1).Truncate(time.Minute)
	return v.T("console.login.throttled", "Long", v.console.long(v.Lang, minutes))
}

func (c *Console) logout(v *Visit) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	if err := c.cfg.Staff().SignOut(v.Ctx(), v.cookie(sessionName)); err != nil {
		return err
	}
	v.setCookie(sessionName, "", -1)
	return v.See("/login")
}

// setLanguage is the switch of those who are not signed in.
func (c *Console) setLanguage(v *Visit) error {
	var form struct {
		Language string `form:"language"`
		Next     string `form:"next"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	l := bot.Language(form.Language)
	if !l.Known() {
		return errForm
	}
	v.setCookie(languageName, string(l), staff.DeviceKept)
	to := ownPath(form.Next)
	if to == "" {
		to = Prefix + "/login"
	}
	return v.Redirect(http.StatusSeeOther, to)
}
