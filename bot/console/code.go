package console

import (
	"errors"
	"net/http"

	"visnyk/bot/staff"
)

// codePage asks for the second step of signing in.
type codePage struct {
	Next, Fault string
}

func (c *Console) askCode(v *Visit) error {
	next, err := v.step()
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, "code", codePage{Next: next})
}

func (c *Console) takeCode(v *Visit) error {
	p, next, fault, status, err := c.confirm(v)
	switch {
	case err != nil:
		return err
	case fault != "":
		return v.Page(status, "code", codePage{next, fault})
	}
	return c.pass(v, p, next)
}

// step returns where the visitor goes after the step they are at; without a step
// they begin anew.
func (v *Visit) step() (next string, err error) {
	var query struct {
		Next string `form:"next"`
	}
	if err := v.Query(&query); err != nil {
		return "", err
	}
	next = checkedNext(query.Next)
	if v.cookie(stepName) == "" {
		return "", &seeOther{"/login" + AsQuery("next", next)}
	}
	return next, nil
}

// confirm takes the code of a step. A fault is for the page of that step to show,
// with its status.
func (c *Console) confirm(v *Visit) (p staff.Pass, next, fault string, status int, err error) {
	var form struct {
		Code string `form:"code"`
		Next string `form:"next"`
	}
	if err := v.Form(&form); err != nil {
		return p, "", "", 0, err
	}
	next = checkedNext(form.Next)
	p, err = c.cfg.Staff().Confirm(v.Ctx(), v.cookie(stepName), form.Code, v.client())
	var throttled *staff.ThrottledError
	if faults, ok := v.Faults(err); ok {
		return p, next, faults["code"], http.StatusUnprocessableEntity, nil
	}
	switch {
	case errors.As(err, &throttled):
		return p, next, v.tooOften(throttled), v.throttled(throttled), nil
	case errors.Is(err, staff.ErrOver):
		v.setCookie(stepName, "", -1)
		return p, next, "", 0, &seeOther{"/login" + AsQuery("again", "1", "next", next)}
	}
	return p, next, "", 0, err
}
