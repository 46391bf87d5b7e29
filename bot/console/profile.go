package console

import (
	"errors"
	"net/http"

	"visnyk/bot"
	"visnyk/bot/staff"
	"visnyk/storage"
)

// profilePage is how somebody is called and how they want their pages.
type profilePage struct {
	Login                string
	Role                 bot.Role
	Name, NameUK, NameRU string
	Language             bot.Language
	storage.Preferences
	Factor   bool // they have a second factor
	Recovery int  // how many recovery codes are left
	Faults   Faults
	Saved    bool
}

func (c *Console) profile(v *Visit) error {
	var query struct {
		Saved bool `form:"saved"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	page, err := c.profilePage(v)
	if err != nil {
		return err
	}
	page.Saved = query.Saved
	return v.Page(http.StatusOK, "profile", page)
}

func (c *Console) profilePage(v *Visit) (profilePage, error) {
	u := v.User
	page := profilePage{
		Login: u.Login, Role: u.Role, Name: u.Name, NameUK: u.Known.UK, NameRU: u.Known.RU, Language: u.Language,
		Preferences: u.Preferences, Factor: u.TOTP != "",
	}
	if !page.Factor {
		return page, nil
	}
	var err error
	page.Recovery, err = c.cfg.Staff().RecoveryLeft(v.Ctx(), v.Actor)
	return page, err
}

func (c *Console) saveProfile(v *Visit) error {
	var form struct {
		Name     string `form:"name"`
		NameUK   string `form:"name_uk"`
		NameRU   string `form:"name_ru"`
		Language string `form:"language"`
		Theme    string `form:"theme"`
		Sound    string `form:"sound"`
		Undo     int    `form:"undo"`
		KeysOff  bool   `form:"keys_off"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	page, err := c.profilePage(v)
	if err != nil {
		return err
	}
	page.Name, page.NameUK, page.NameRU, page.Language = form.Name, form.NameUK, form.NameRU, bot.Language(form.Language)
	page.Preferences = storage.Preferences{Theme: form.Theme, Sound: form.Sound, Undo: form.Undo, KeysOff: form.KeysOff}
	err = c.cfg.Staff().SetProfile(v.Ctx(), v.Actor, v.Actor.Login, staff.Profile{
		Name: page.Name, Known: bot.Bilingual{UK: page.NameUK, RU: page.NameRU}, Language: page.Language,
	})
	if err == nil {
		err = c.cfg.Staff().SetPreferences(v.Ctx(), v.Actor, page.Language, page.Preferences)
	}
	if err != nil {
		return c.askAgain(v, page, err)
	}
	return v.See("/profile?saved=1")
}

// setSound keeps what the reader chose of the sound, wherever they were asked.
func (c *Console) setSound(v *Visit) error {
	var form struct {
		Sound string `form:"sound"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	if err := c.cfg.Staff().SetSound(v.Ctx(), v.Actor, form.Sound); err != nil {
		return err
	}
	return v.NoContent(http.StatusNoContent)
}

// askAgain shows the profile with what is wrong with one of its forms.
func (c *Console) askAgain(v *Visit, page profilePage, err error) error {
	var throttled *staff.ThrottledError
	status := http.StatusUnprocessableEntity
	faults, ok := v.Faults(err)
	switch {
	case errors.As(err, &throttled):
		faults, status = Faults{"": v.tooOften(throttled)}, v.throttled(throttled)
	case !ok:
		return err
	}
	page.Faults = faults
	return v.Page(status, "profile", page)
}

func (c *Console) changePassword(v *Visit) error {
	var form struct {
		Old      string `form:"old"`
		Password string `form:"password"`
		Again    string `form:"again"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	page, err := c.profilePage(v)
	if err != nil {
		return err
	}
	if form.Password != form.Again {
		page.Faults = Faults{"again": v.T("console.password.differs")}
		return v.Page(http.StatusUnprocessableEntity, "profile", page)
	}
	p, err := c.cfg.Staff().ChangePassword(v.Ctx(), v.Actor, form.Old, form.Password, v.client())
	if err != nil {
		return c.askAgain(v, page, err)
	}
	return c.pass(v, p, Prefix+"/profile?saved=1")
}

func (c *Console) newRecovery(v *Visit) error {
	var form struct {
		Code string `form:"code"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	codes, err := c.cfg.Staff().NewRecovery(v.Ctx(), v.Actor, form.Code)
	if err != nil {
		page, pageErr := c.profilePage(v)
		if pageErr != nil {
			return pageErr
		}
		return c.askAgain(v, page, err)
	}
	return v.Page(http.StatusOK, "recovery", recoveryPage{codes, Prefix + "/profile"})
}
