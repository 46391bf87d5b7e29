package people

import (
	"errors"
	"net/http"
	"time"

	"visnyk/bot/console"
	"visnyk/bot/contact"
	"visnyk/storage"
)

// linkPage asks before a personal link is made, and shows it once.
type linkPage struct {
	Tabs     tabs
	ID, Name string
	Makes    bool   // links are made here
	Link     string // "" before it is made
	Until    time.Time
}

func (p pages) linking(v *console.Visit) error {
	r, err := p.Contacts().Read(v.Ctx(), v.Actor, v.Param("id"))
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, "linking", linkPage{Tabs: tabsOf(v, ""), ID: r.ID, Name: r.Name, Makes: p.JoinPage != ""})
}

func (p pages) link(v *console.Visit) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	if p.JoinPage == "" {
		return p.linking(v)
	}
	r, err := p.Contacts().Read(v.Ctx(), v.Actor, v.Param("id"))
	if err != nil {
		return err
	}
	code, until, err := p.Contacts().Link(v.Ctx(), v.Actor, r.ID)
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, "linking", linkPage{Tabs: tabsOf(v, ""), ID: r.ID, Name: r.Name, Makes: true, Link: p.JoinPage + code, Until: until})
}

// splitPage says what leaves a person with a chat, and asks.
type splitPage struct {
	Tabs                       tabs
	ID, Name                   string
	Address                    string
	Channel                    channel
	Chat                       string
	Former                     string // what the other one was called
	Since                      time.Time
	Changes, Consents, Tickets int
	Gone                       bool // there is nothing to split off
}

// splitForm names the chat.
type splitForm struct {
	Address string `form:"address"`
}

func (p pages) splitting(v *console.Visit) error {
	var query splitForm
	if err := v.Query(&query); err != nil {
		return err
	}
	page, err := p.splitPage(v, query.Address)
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, "splitting", page)
}

func (p pages) splitPage(v *console.Visit, address string) (splitPage, error) {
	r, err := p.Contacts().Read(v.Ctx(), v.Actor, v.Param("id"))
	if err != nil {
		return splitPage{}, err
	}
	page := splitPage{Tabs: tabsOf(v, ""), ID: r.ID, Name: r.Name, Address: address}
	j, err := p.Contacts().Joined(v.Ctx(), v.Actor, r.ID, address)
	switch {
	case errors.Is(err, storage.ErrNotFound), errors.Is(err, contact.ErrOwnAddress):
		page.Gone = true
		return page, nil
	case err != nil:
		return page, err
	}
	page.Channel, page.Chat = p.addressed(address)
	page.Former, page.Since, page.Changes, page.Consents, page.Tickets = j.Name, j.Since, j.Changes, j.Consents, j.Tickets
	return page, nil
}

func (p pages) split(v *console.Visit) error {
	var form splitForm
	if err := v.Form(&form); err != nil {
		return err
	}
	owner, err := p.Contacts().Split(v.Ctx(), v.Actor, v.Param("id"), form.Address)
	_, told := v.Faults(err)
	if told || errors.Is(err, contact.ErrOwnAddress) || errors.Is(err, storage.ErrNotFound) {
		page, err := p.splitPage(v, form.Address) // which says that there is nothing to split off
		if err != nil {
			return err
		}
		page.Gone = true
		return v.Page(http.StatusConflict, "splitting", page)
	}
	if err != nil {
		return err
	}
	return v.See("/people/" + owner.ID + "?done=split")
}
