package broadcasts

import (
	"cmp"
	"net/http"
	"strings"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/console"
	"visnyk/storage"
)

// freshPage asks what a new broadcast begins with.
type freshPage struct {
	Changes []pastView // that may be told
	Past    []pastView
	Change  string
	From    string
}

// pastView is what a broadcast may begin with.
type pastView struct{ ID, Title string }

func (p pages) fresh(v *console.Visit) error {
	var page freshPage
	var q struct {
		Change string `form:"change"`
		From   string `form:"from"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	page.Change, page.From = q.Change, q.From
	sheets, err := p.sheets(v)
	if err != nil {
		return err
	}
	for _, s := range sheets {
		page.Changes = append(page.Changes, pastView{s.ID, cmp.Or(strings.TrimSpace(s.Title.In(v.Lang)), s.ID)})
	}
	all, err := p.all(v)
	if err != nil {
		return err
	}
	for _, m := range all {
		if !m.Derived() {
			page.Past = append(page.Past, pastView{m.ID, cmp.Or(titleOf(v, m), m.ID)})
		}
	}
	return v.Page(http.StatusOK, "broadcast-new", page)
}

// sheets are the changes that somebody may be told of.
func (p pages) sheets(v *console.Visit) (all []storage.Sheet, err error) {
	changes := p.Changes()
	if changes == nil {
		return nil, console.ErrAway
	}
	for cursor := ""; ; {
		some, next, err := changes.List(v.Ctx(), v.Actor, cursor, listPart)
		if err != nil {
			return nil, err
		}
		for _, s := range some {
			if s.State != bot.ChangeClosed && s.State != bot.ChangeWithdrawn {
				all = append(all, s)
			}
		}
		if cursor = next; next == "" {
			return all, nil
		}
	}
}

// create makes a draft: from the sheet of a change, as a copy, or empty.
func (p pages) create(v *console.Visit) error {
	var form struct {
		Change string `form:"change"`
		From   string `form:"from"`
		Do     string `form:"do"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	all := p.Broadcasts()
	if all == nil {
		return console.ErrAway
	}
	var made storage.Mailing
	var err error
	switch form.Do {
	case "copy":
		made, err = all.Copy(v.Ctx(), v.Actor, form.From)
	case "change":
		var sheet storage.Sheet
		if sheet, err = p.Changes().Read(v.Ctx(), v.Actor, form.Change); err != nil {
			return err
		}
		c := sheet.Unsubmitted().Change
		whom := c.Audience
		if groups := change.Grouped(c).Groups; len(groups) > 0 {
			whom = bot.Whom(groups)
		}
		var b bot.Broadcast
		if b, err = all.Telling(c, v.Lang, whom); err == nil {
			made, err = all.Create(v.Ctx(), v.Actor, b)
		}
	case "template":
		var b bot.Broadcast
		if b, err = all.NewTemplate(); err == nil {
			made, err = all.Create(v.Ctx(), v.Actor, b)
		}
	case "empty":
		made, err = all.Create(v.Ctx(), v.Actor, bot.Broadcast{Topic: bot.TopicNews, Fallback: bot.UsualFallback})
	default:
		return console.ErrForm
	}
	if err != nil {
		return err
	}
	return v.See("/broadcasts/" + made.ID + "?done=made")
}
