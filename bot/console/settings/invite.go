package settings

import (
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/staff"
)

// invitationPage asks whom to invite.
type invitationPage struct {
	Login                string
	Name, NameUK, NameRU string
	Language             bot.Language
	Role                 bot.Role
	Lead                 bool
	Roles                []bot.Role
	Faults               console.Faults
}

// linkPage shows a one-time link, once.
type linkPage struct {
	Login, Address string
	Until          time.Time
}

func (p pages) invitation(v *console.Visit) error {
	return v.Page(http.StatusOK, "invitation", invitationPage{Role: bot.Operator, Roles: roles()})
}

func (p pages) invite(v *console.Visit) error {
	var form struct {
		Login    string `form:"login"`
		Name     string `form:"name"`
		NameUK   string `form:"name_uk"`
		NameRU   string `form:"name_ru"`
		Language string `form:"language"`
		Role     string `form:"role"`
		Lead     bool   `form:"lead"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	names := nameForm{form.Name, form.NameUK, form.NameRU, form.Language}
	link, err := p.Staff().Invite(v.Ctx(), v.Actor, staff.Invitation{
		Login: form.Login, Role: bot.Role(form.Role), Lead: form.Lead, Profile: names.profile(),
	})
	if faults, ok := v.Faults(err); ok {
		return v.Page(http.StatusUnprocessableEntity, "invitation", invitationPage{
			Login: form.Login, Name: form.Name, NameUK: form.NameUK, NameRU: form.NameRU, Language: bot.Language(form.Language),
			Role: bot.Role(form.Role), Lead: form.Lead, Roles: roles(), Faults: faults,
		})
	}
	return p.show(v, form.Login, link, err)
}

// link makes another link for who has lost their password or their invitation.
func (p pages) link(v *console.Visit) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	link, err := p.Staff().PasswordLink(v.Ctx(), v.Actor, v.Param("login"))
	if _, wrong := v.Faults(err); wrong {
		return p.answer(v, err, nil)
	}
	return p.show(v, v.Param("login"), link, err)
}

func (p pages) enable(v *console.Visit) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	link, err := p.Staff().EnableUser(v.Ctx(), v.Actor, v.Param("login"))
	if _, wrong := v.Faults(err); wrong {
		return p.answer(v, err, nil)
	}
	return p.show(v, v.Param("login"), link, err)
}

func (p pages) show(v *console.Visit, login string, link staff.Link, err error) error {
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, "link", linkPage{Login: login, Address: p.Address + link.Path, Until: link.Until})
}
