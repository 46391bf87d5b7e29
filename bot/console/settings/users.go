package settings

import (
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/staff"
	"visnyk/storage"
)

// usersPage lists who works here.
type usersPage struct {
	Users, Disabled []row
}

// row is one user in the list.
type row struct {
	Login, Name string
	Role        bot.Role
	Lead        bool
	Standing    standing
	Factor      factor
	SeenAt      time.Time
	DisabledAt  time.Time
}

// standing is what there is to say of a user's access: the end of a key.
type standing string

func standings() []standing { return []standing{"works", "invited", "uninvited", "disabled"} }

// factor is what there is to say of a user's second factor: on, due or off.
type factor string

func standingOf(u storage.UserEntry) standing {
	switch {
	case u.Disabled:
		return "disabled"
	case u.Password != "":
		return "works"
	case u.Invited:
		return "invited"
	}
	return "uninvited"
}

func factorOf(u storage.UserEntry) factor {
	switch {
	case u.TOTP != "":
		return "on"
	case staff.NeedsFactor(u.Role):
		return "due"
	}
	return "off"
}

func rowOf(u storage.UserEntry) row {
	return row{
		Login: u.Login, Name: u.Called(), Role: u.Role, Lead: u.Lead, Standing: standingOf(u), Factor: factorOf(u),
		SeenAt: u.SeenAt, DisabledAt: u.DisabledAt,
	}
}

func (p pages) users(v *console.Visit) error {
	all, err := p.Staff().Users(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	var page usersPage
	for _, u := range all {
		if u.Disabled {
			page.Disabled = append(page.Disabled, rowOf(u))
		} else {
			page.Users = append(page.Users, rowOf(u))
		}
	}
	return v.Page(http.StatusOK, "users", page)
}

// userPage is one user, and what an admin may do about them.
type userPage struct {
	row
	ID                   string
	OwnName              string // as colleagues call them; "" is the login
	NameUK, NameRU       string
	Language             bot.Language
	MadeAt               time.Time
	Tokens               int
	Roles                []bot.Role
	Me, Linked, Password bool // they have a password
	Faults               console.Faults
	Done                 bool
}

func (p pages) user(v *console.Visit) error {
	var query struct {
		Done bool `form:"done"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	page, err := p.userPage(v)
	if err != nil {
		return err
	}
	page.Done = query.Done
	return v.Page(http.StatusOK, "user", page)
}

func (p pages) userPage(v *console.Visit) (userPage, error) {
	u, err := p.Staff().User(v.Ctx(), v.Actor, v.Param("login"))
	if err != nil {
		return userPage{}, err
	}
	return userPage{
		row: rowOf(u), ID: u.ID, OwnName: u.Name, NameUK: u.Known.UK, NameRU: u.Known.RU, Language: u.Language, MadeAt: u.CreatedAt,
		Tokens: u.Tokens, Roles: roles(), Me: u.ID == v.Actor.User, Linked: u.Linked, Password: u.Password != "",
	}, nil
}

// answer leads back to the user, or shows what was wrong there.
func (p pages) answer(v *console.Visit, err error, fill func(*userPage)) error {
	if err == nil {
		return v.See("/settings/users/" + v.Param("login") + "?done=1")
	}
	faults, ok := v.Faults(err)
	if !ok {
		return err
	}
	page, err := p.userPage(v)
	if err != nil {
		return err
	}
	if fill != nil {
		fill(&page)
	}
	page.Faults = faults
	return v.Page(http.StatusUnprocessableEntity, "user", page)
}

// nameForm is what people call a user.
type nameForm struct {
	Name     string `form:"name"`
	NameUK   string `form:"name_uk"`
	NameRU   string `form:"name_ru"`
	Language string `form:"language"`
}

func (f nameForm) profile() staff.Profile {
	return staff.Profile{Name: f.Name, Known: bot.Bilingual{UK: f.NameUK, RU: f.NameRU}, Language: bot.Language(f.Language)}
}

func (p pages) setProfile(v *console.Visit) error {
	var form nameForm
	if err := v.Form(&form); err != nil {
		return err
	}
	return p.answer(v, p.Staff().SetProfile(v.Ctx(), v.Actor, v.Param("login"), form.profile()), func(page *userPage) {
		page.OwnName, page.NameUK, page.NameRU, page.Language = form.Name, form.NameUK, form.NameRU, bot.Language(form.Language)
	})
}

func (p pages) setRole(v *console.Visit) error {
	var form struct {
		Role string `form:"role"`
		Lead bool   `form:"lead"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	err := p.Staff().SetRole(v.Ctx(), v.Actor, v.Param("login"), bot.Role(form.Role), form.Lead)
	return p.answer(v, err, func(page *userPage) { page.Role, page.Lead = bot.Role(form.Role), form.Lead })
}

func (p pages) resetFactor(v *console.Visit) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	return p.answer(v, p.Staff().ResetFactor(v.Ctx(), v.Actor, v.Param("login")), nil)
}

func (p pages) disable(v *console.Visit) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	return p.answer(v, p.Staff().DisableUser(v.Ctx(), v.Actor, v.Param("login")), nil)
}
