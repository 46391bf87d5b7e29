package changes

import (
	"net/http"

	"visnyk/bot"
	"visnyk/bot/console"
)

// rehearse sends the reader what customers will be told, to their own messenger.
func (p pages) rehearse(v *console.Visit) error {
	var form struct {
		Version  int          `form:"version"`
		Language bot.Language `form:"language"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	if form.Language != "" && !form.Language.Known() {
		return console.ErrForm
	}
	is, err := p.read(v)
	if err != nil {
		return err
	}
	_, err = p.Changes().Rehearse(v.Ctx(), v.Actor, is.ID, form.Version, form.Language)
	if err == nil {
		return v.See("/changes/" + is.ID + "/approval?done=rehearsed")
	}
	faults, told := v.Faults(err)
	if !told {
		return err
	}
	page, err := p.approvalPage(v, is, decideForm{})
	if err != nil {
		return err
	}
	page.Faults = faults
	return v.Page(http.StatusConflict, "approval", page)
}
