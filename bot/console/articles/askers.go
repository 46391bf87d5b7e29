package articles

import (
	"errors"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/editor"
	"visnyk/storage"
)

// askersView is who asked what the article answers and waits for it.
type askersView struct {
	Ticked bool // they are told it
	Known  bool // People was counted: it is not while one writes
	People int  // who would be told, as things stand
	All    bool // there are no more than these
	Days   int  // that were looked at
	Shown  []toldView
	Fault  string
	Report string // the broadcast that told them; "" of none
}

// toldView is what one messenger shows to who asked, in one language.
type toldView struct {
	Channel  textKey
	Language bot.Language
	Messages []bot.Bubble
}

// askers adds who waits for the article: to its writers and approvers before it is
// approved, with the very words they will read, and the report behind it.
func (p pages) askers(v *console.Visit, page *articlePage, m mineView) error {
	a := m.Shown
	view := &askersView{Ticked: a.TellAskers, Days: int(editor.AskedWithin.Hours() / 24)}
	switch {
	case a.State == bot.ArticleRetired || !a.TellAskers && a.State != bot.ArticleDraft:
		return nil
	case a.State == bot.ArticleApproved:
		return p.askersTold(v, page, view, m.Is)
	}
	if !m.Quick {
		var err error
		if view.People, view.All, err = p.Articles().Askers(v.Ctx(), v.Actor, a); err != nil {
			return err
		}
		view.Known = true
	}
	page.Askers = view
	if !a.TellAskers || m.Quick || p.ShowAskers == nil {
		return nil
	}
	shown, err := p.ShowAskers(a)
	if faults, told := v.Faults(err); told {
		for _, view.Fault = range faults {
		}
		return nil
	}
	for _, one := range shown {
		view.Shown = append(view.Shown, toldView{textKey("channel." + one.Channel), one.Language, one.Messages})
	}
	return err
}

// askersTold shows the way to the report, where somebody was told.
func (p pages) askersTold(v *console.Visit, page *articlePage, view *askersView, kept bot.Article) error {
	if p.Told == nil {
		return nil
	}
	id, err := p.Told(v.Ctx(), v.Actor, kept)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if view.Report = id; err == nil && id != "" {
		page.Askers = view
	}
	return err
}
