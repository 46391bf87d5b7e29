package changes

import (
	"net/http"
	"slices"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/bot/console"
)

// viewPage is what messengers show of a change.
type viewPage struct {
	Head     headView
	Language bot.Language
	Channel  string
	Ways     []wayView // where it fits worst comes first
	Tightest tightView
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

// shownView is one part of the change.
type shownView struct {
	Part    fieldKey
	Said    []saidView // to everybody first, then to those groups that are told it otherwise
	Differs bool       // there are such
}

// saidView is a part as some people are shown it.
type saidView struct {
	Whose    []string // the groups; none: all others
	Messages []bot.Bubble
	Chars    int
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
	m, err := p.writing().Mine(v)
	if err != nil {
		return err
	}
	is, shown := m.Is, m.Shown
	page.Head = p.head(v, is, "view")
	page.Head.Title = titleOf(v, shown)
	if page.Unready = unready(shown); len(page.Unready) > 0 || p.Show == nil {
		return v.Page(http.StatusOK, "view", page)
	}
	shown.Version = is.Version
	all, err := p.toldTo(v, shown)
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

// told is what messengers show of a change to some people.
type told struct {
	who string // the group; "": everybody else
	all []Shown
}

// toldTo returns what each group is shown, what everybody else is first.
func (p pages) toldTo(v *console.Visit, c bot.Change) ([]told, error) {
	rows, err := layout{v: v, p: p}.groups(c.Groups)
	if err != nil {
		return nil, err
	}
	variants := []bot.Change{c}
	for _, g := range c.Groups {
		variants = append(variants, c.Of(g))
	}
	all := make([]told, len(variants))
	for i, one := range variants {
		one.Groups = nil
		if all[i].all, err = p.Show(one); err != nil {
			return nil, err
		}
		if i > 0 {
			all[i].who = rows[i-1].Parts[0]
		}
	}
	return all, nil
}

// lay chooses what is shown: the messenger that it fits worst, in the reader's language,
// unless the address says another.
func (page *viewPage) lay(all []told, reader bot.Language) {
	if !page.Language.Known() {
		page.Language = reader
	}
	tight := tightest(all)
	if !slices.ContainsFunc(all[0].all, func(s Shown) bool { return s.Channel == page.Channel }) && len(tight) > 0 {
		page.Channel = tight[0].Channel
	}
	if len(tight) > 0 {
		page.Tightest = tight[0]
	}
	for _, t := range tight {
		for _, l := range bot.Languages() {
			page.Ways = append(page.Ways, wayView{t.Channel, l, t.Channel == page.Channel && l == page.Language})
		}
	}
	for _, one := range all {
		for _, s := range one.all {
			if s.Channel == page.Channel && s.Language == page.Language {
				page.Chosen = true
				page.say(one.who, s)
			}
		}
	}
}

// say adds how a part is shown to some people, where others are not shown the same.
func (page *viewPage) say(who string, s Shown) {
	i := slices.IndexFunc(page.Shown, func(v shownView) bool { return v.Part == partOf(s.Part) })
	if i < 0 {
		i = len(page.Shown)
		page.Shown = append(page.Shown, shownView{Part: partOf(s.Part)})
	}
	view, text := &page.Shown[i], textOf(s)
	for n, is := range view.Said {
		if textOf(Shown{Messages: is.Messages}) == text {
			if len(is.Whose) > 0 {
				view.Said[n].Whose = append(is.Whose, who)
			}
			return
		}
	}
	said := saidView{Messages: s.Messages, Chars: utf8.RuneCountInString(text)}
	if who != "" {
		said.Whose, view.Differs = []string{who}, true
	}
	view.Said = append(view.Said, said)
}

func textOf(s Shown) (text string) {
	for _, m := range s.Messages {
		text += m.Text()
	}
	return text
}
