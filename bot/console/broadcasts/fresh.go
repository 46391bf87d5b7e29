package broadcasts

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/console"
	"visnyk/bot/markup"
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
		made, err = all.Create(v.Ctx(), v.Actor, telling(v, sheet.Unsubmitted().Change))
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

// telling is the message that tells a change, in the words of its sheet.
func telling(v *console.Visit, c bot.Change) bot.Broadcast {
	b := bot.Broadcast{
		Title: c.Title.In(v.Lang), Topic: string(c.Kind), Change: c.ID, Fallback: bot.UsualFallback, Must: c.AtLevel() == bot.LevelAcknowledge,
		Audience: c.Audience, Text: bot.Bilingual{UK: tellingIn(c, bot.Ukrainian), RU: tellingIn(c, bot.Russian)},
		Buttons: []bot.BroadcastButton{
			{Label: bot.Bilingual{UK: v.In(bot.Ukrainian, "broadcasts.button.ack"), RU: v.In(bot.Russian, "broadcasts.button.ack")}, Do: "ack"},
			{Label: bot.Bilingual{UK: v.In(bot.Ukrainian, "broadcasts.button.ask"), RU: v.In(bot.Russian, "broadcasts.button.ask")}, Do: "ask"},
		},
	}
	if groups := change.Grouped(c).Groups; len(groups) > 0 {
		b.Audience = bot.Whom(groups)
	}
	if !b.Must {
		b.Digest = bot.Bilingual{UK: markup.Escape(strings.TrimSpace(c.Title.UK)), RU: markup.Escape(strings.TrimSpace(c.Title.RU))}
	}
	return b
}

func tellingIn(c bot.Change, l bot.Language) string {
	var parts []string
	for i, w := range []bot.Bilingual{c.Title, c.Summary, c.Reason, c.Consequence, c.Benefit, c.ToDo} {
		text := markup.Escape(strings.TrimSpace(w.In(l)))
		switch {
		case text == "":
			continue
		case i == 0:
			text = fmt.Sprintf("**%s**", text)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "\n\n")
}
