package settings

import (
	"context"
	"html/template"
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
)

// ChatLink opens a chat with a bot of ours.
type ChatLink struct {
	Name string // the key of what the messenger is called
	URL  template.URL
}

// messengerPage is where its reader hears of chats that nobody looks at.
type messengerPage struct {
	Linked bool
	Name   name      // the key of the messenger's name; "" of one that we have no more
	Open   []opening // to link one, once
	Until  time.Time
	None   bool // there is no messenger to link
	Done   bool
}

// name is the key of a messenger's name.
type name string

// opening is a way into a chat.
type opening struct {
	Name name
	URL  template.URL
}

func (p pages) messenger(v *console.Visit) error {
	var query struct {
		Done bool `form:"done"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	page, err := p.messengerPage(v)
	if err != nil {
		return err
	}
	page.Done = query.Done
	return v.Page(http.StatusOK, "messenger", page)
}

func (p pages) messengerPage(v *console.Visit) (page messengerPage, err error) {
	var at bot.Address
	if at, page.Linked, err = p.Staff().Messenger(v.Ctx(), v.Actor); page.Linked {
		page.Name = name(p.ChatName(at.Bot))
	}
	return page, err
}

// linkMessenger makes a code and shows the ways into a chat that carry it, once.
func (p pages) linkMessenger(v *console.Visit) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	page, err := p.messengerPage(v)
	if err != nil {
		return err
	}
	code, until, err := p.Staff().MessengerLink(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	page.Until = until
	for _, l := range p.ChatLinks(v.Ctx(), code) {
		page.Open = append(page.Open, opening{name(l.Name), l.URL})
	}
	page.None = len(page.Open) == 0
	return v.Page(http.StatusOK, "messenger", page)
}

func (p pages) unlinkMessenger(v *console.Visit) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	if err := p.Staff().UnlinkMessenger(v.Ctx(), v.Actor); err != nil {
		return err
	}
	return v.See("/messenger?done=1")
}

// noChats stands in where nobody tells of messengers.
func noChats(context.Context, string) []ChatLink { return nil }
