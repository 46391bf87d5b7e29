package people

import (
	"net/http"

	"visnyk/bot/console"
	"visnyk/bot/contact"
)

// erasePage says what an erasure takes, and asks.
type erasePage struct {
	Tabs  tabs
	ID    string
	Holds contact.Holdings
	Bare  bool // nobody said yes
}

func (p pages) erasing(v *console.Visit) error { return p.showErasing(v, http.StatusOK, false) }

func (p pages) showErasing(v *console.Visit, status int, bare bool) error {
	holds, err := p.Contacts().Holdings(v.Ctx(), v.Actor, v.Param("id"))
	if err != nil {
		return err
	}
	return v.Page(status, "erasing", erasePage{Tabs: tabsOf(v, ""), ID: v.Param("id"), Holds: holds, Bare: bare})
}

// erase forgets a person for good, once somebody has said that they mean it.
func (p pages) erase(v *console.Visit) error {
	var form struct {
		Sure bool `form:"sure"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	if !form.Sure {
		return p.showErasing(v, http.StatusUnprocessableEntity, true)
	}
	if err := p.Contacts().Erase(v.Ctx(), v.Actor, v.Param("id")); err != nil {
		return err
	}
	return v.See("/people?done=erased")
}

// export hands out all that we hold of a person, as a file.
func (p pages) export(v *console.Visit) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	all, err := p.Contacts().Export(v.Ctx(), v.Actor, v.Param("id"))
	if err != nil {
		return err
	}
	v.Response().Header().Set("Content-Disposition", `attachment; filename="person-`+v.Param("id")+`.json"`)
	return v.Blob(http.StatusOK, "application/json; charset=utf-8", all)
}
