package changes

import (
	"net/http"
	"slices"

	"visnyk/bot"
	"visnyk/bot/console"
)

// viewPage is what messengers show of a change.
type viewPage struct {
	Head     headView
	Language bot.Language
	Channel  string
	Ways     []wayView
	Shown    []shownView
	Chosen   bool // there is something to show
	Unready  []missingView
	Fault    string
}

// wayView is one messenger in one language.
type wayView struct {
	Channel  string
	Language bot.Language
	Here     bool
}

// shownView is one message.
type shownView struct {
	Part    fieldKey
	Runs    []bot.Run
	Buttons []string
	Chars   int
}

// view shows what each messenger will show, as the reader last kept the sheet.
func (p pages) view(v *console.Visit) error {
	var q struct {
		Channel  string       `form:"channel"`
		Language bot.Language `form:"language"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	page := viewPage{Language: q.Language, Channel: q.Channel}
	is, err := p.read(v)
	if err != nil {
		return err
	}
	shown := is.Change
	own, _, err := p.Changes().Drafts(v.Ctx(), v.Actor, is.ID)
	if err != nil {
		return err
	}
	if own != nil && is.State == bot.ChangeDraft {
		shown = own.Sheet
		shown.ID, shown.Version = is.ID, is.Version
	}
	page.Head = p.head(v, is, "view")
	page.Head.Title = titleOf(v, shown)
	if page.Unready = unready(shown); len(page.Unready) > 0 || p.Show == nil {
		return v.Page(http.StatusOK, "view", page)
	}
	all, err := p.Show(shown)
	if err != nil {
		wrong, ok := v.Faults(err)
		if !ok {
			return err
		}
		for _, words := range wrong {
			page.Fault = words
		}
		return v.Page(http.StatusOK, "view", page)
	}
	page.lay(all, v.Lang)
	return v.Page(http.StatusOK, "view", page)
}

// lay chooses what is shown: the first messenger, in the reader's language, unless the
// address says another.
func (page *viewPage) lay(all []Shown, reader bot.Language) {
	if !page.Language.Known() {
		page.Language = reader
	}
	if !slices.ContainsFunc(all, func(s Shown) bool { return s.Channel == page.Channel }) && len(all) > 0 {
		page.Channel = all[0].Channel
	}
	for _, s := range all {
		way := wayView{s.Channel, s.Language, s.Channel == page.Channel && s.Language == page.Language}
		if !slices.Contains(page.Ways, way) {
			page.Ways = append(page.Ways, way)
		}
		if way.Here {
			page.Shown = append(page.Shown, shownView{partOf(s.Part), s.Runs, s.Buttons, s.Chars})
			page.Chosen = true
		}
	}
}
