package console

import (
	"net/http"

	"visnyk/bot"
	"visnyk/bot/staff"
	"visnyk/storage"
)

// door adds the pages of the door itself.
func (c *Console) door() {
	c.Get("", Anybody, c.home)
	c.Get("/", Anybody, c.home)

	c.public(http.MethodGet, "/login", c.login)
	c.public(http.MethodPost, "/login", c.signIn).hashes = true
	c.public(http.MethodGet, "/login/code", c.askCode)
	c.public(http.MethodPost, "/login/code", c.takeCode)
	c.public(http.MethodGet, "/login/factor", c.askFactor)
	c.public(http.MethodPost, "/login/factor", c.takeFactor)
	c.public(http.MethodPost, "/language", c.setLanguage)
	c.Post("/logout", Anybody, c.logout)

	c.public(http.MethodGet, "/setup/:code", c.askSetUp).outside = true
	setUp := c.public(http.MethodPost, "/setup/:code", c.setUp)
	setUp.outside, setUp.hashes = true, true
	for _, path := range []string{"/invite/:code", "/reset/:code"} {
		c.public(http.MethodGet, path, c.askPassword)
		c.public(http.MethodPost, path, c.choosePassword).hashes = true
	}

	c.Get("/profile", Anybody, c.profile)
	c.Post("/profile", Anybody, c.saveProfile)
	c.Post("/profile/sound", Anybody, c.setSound)
	c.add(http.MethodPost, "/profile/password", Anybody, c.changePassword).hashes = true
	c.Post("/profile/recovery", Anybody, c.newRecovery)
	c.Get("/sessions", Anybody, c.sessions)
	c.Post("/sessions/:session/end", Anybody, c.endSession)
	c.Post("/sessions/end", Anybody, c.endOthers)
}

// public adds what is for those who are not signed in too.
func (c *Console) public(method, path string, h Handler) *route {
	r := c.add(method, path, Anybody, h)
	r.public = true
	return r
}

// home leads to the first page of the visitor's role.
func (c *Console) home(v *Visit) error {
	for _, n := range v.navigation() {
		return v.Redirect(http.StatusSeeOther, n.Path)
	}
	return v.See("/profile")
}

// client is where the visit comes from.
func (v *Visit) client() staff.Client {
	from := staff.Client{
		Address: v.console.cfg.Entrance.Client(v.Request()), Device: v.cookie(deviceName), Agent: v.Request().UserAgent(),
	}
	if from.Address != "" {
		from.IP = v.console.cfg.Entrance.IP(v.Request())
	}
	return from
}

// Admit takes the browser of a request on as the one whom a Pass of Staff proves: to
// the page at next, or to the step that the Pass still wants. It reads the language, where
// that is known, unless they have chosen another in their profile.
func (c *Console) Admit(w http.ResponseWriter, r *http.Request, p staff.Pass, next string, l bot.Language) error {
	v := c.enter(c.echo.NewContext(r, w))
	defer v.close()
	if l.Known() {
		v.setCookie(languageName, string(l), staff.DeviceKept)
	}
	return c.pass(v, p, checkedNext(next))
}

// pass takes somebody to the step that follows: the page of the second factor, or
// as one who is signed in to where they wanted to go. A browser that was signed in
// is so no more: its session was another's, or is of before.
func (c *Console) pass(v *Visit, p staff.Pass, next string) error {
	switch p.Step {
	case staff.WantsCode:
		v.setCookie(stepName, p.Token, 0)
		return v.See("/login/code" + AsQuery("next", next))
	case staff.WantsFactor:
		v.setCookie(stepName, p.Token, 0)
		return v.See("/login/factor" + AsQuery("next", next))
	}
	if old := v.cookie(sessionName); old != "" {
		if err := c.cfg.Staff().SignOut(v.Ctx(), old); err != nil {
			return err
		}
	}
	v.setCookie(stepName, "", -1)
	v.setCookie(sessionName, p.Token, storage.SessionWhole)
	v.setCookie(deviceName, p.Device, staff.DeviceKept)
	if len(p.Recovery) > 0 {
		return v.Page(http.StatusOK, "recovery", recoveryPage{Codes: p.Recovery, Next: orHome(next)})
	}
	return v.Redirect(http.StatusSeeOther, orHome(next))
}
