package console

import (
	"net/http"
	"strings"

	"visnyk/bot/staff"
)

// passwordPage has somebody choose a password by a link.
type passwordPage struct {
	Code   string // of the link
	Login  string
	First  bool // they have none yet
	Faults Faults
}

func (c *Console) askPassword(v *Visit) error {
	page, err := c.passwordPage(v)
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, "password", page)
}

func (c *Console) passwordPage(v *Visit) (passwordPage, error) {
	code := v.Param("code")
	u, first, err := c.cfg.Staff().Invited(v.Ctx(), code)
	if err != nil {
		return passwordPage{}, err
	}
	path := staff.ResetPath
	if first {
		path = staff.InvitePath
	}
	if !strings.HasPrefix(v.Request().URL.Path, path) { // the other page is for the other link
		return passwordPage{}, staff.ErrOver
	}
	return passwordPage{Code: code, Login: u.Login, First: first}, nil
}

func (c *Console) choosePassword(v *Visit) error {
	var form struct {
		Password string `form:"password"`
		Again    string `form:"again"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	page, err := c.passwordPage(v)
	if err != nil {
		return err
	}
	if form.Password != form.Again {
		page.Faults = Faults{"again": v.T("console.password.differs")}
		return v.Page(http.StatusUnprocessableEntity, "password", page)
	}
	p, err := c.cfg.Staff().Accept(v.Ctx(), v.Param("code"), form.Password, v.client())
	if faults, ok := v.Faults(err); ok {
		page.Faults = faults
		return v.Page(http.StatusUnprocessableEntity, "password", page)
	}
	if err != nil {
		return err
	}
	return c.pass(v, p, "")
}
