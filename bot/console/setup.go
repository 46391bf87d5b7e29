package console

import (
	"net/http"

	"visnyk/bot/staff"
)

// setUpPage makes the first admin.
type setUpPage struct {
	Code        string // of the link
	Login, Name string
	Faults      Faults
}

func (c *Console) askSetUp(v *Visit) error {
	if err := c.cfg.Staff().CanSetUp(v.Ctx(), v.Param("code")); err != nil {
		return err
	}
	return v.Page(http.StatusOK, "setup", setUpPage{Code: v.Param("code")})
}

func (c *Console) setUp(v *Visit) error {
	var form struct {
		Login    string `form:"login"`
		Name     string `form:"name"`
		Password string `form:"password"`
		Again    string `form:"again"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	code := v.Param("code")
	if err := c.cfg.Staff().CanSetUp(v.Ctx(), code); err != nil {
		return err
	}
	page := setUpPage{Code: code, Login: form.Login, Name: form.Name}
	if form.Password != form.Again {
		page.Faults = Faults{"again": v.T("console.password.differs")}
		return v.Page(http.StatusUnprocessableEntity, "setup", page)
	}
	p, err := c.cfg.Staff().SetUp(v.Ctx(), code, form.Login, form.Password, staff.Profile{Name: form.Name, Language: v.Lang}, v.client())
	if faults, ok := v.Faults(err); ok {
		page.Faults = faults
		return v.Page(http.StatusUnprocessableEntity, "setup", page)
	}
	if err != nil {
		return err
	}
	return c.pass(v, p, "")
}
