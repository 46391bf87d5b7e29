package articles

import (
	"net/http"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/bot/console"
)

// viewPage is what messengers show of an article.
type viewPage struct {
	Head     headView
	Language bot.Language
	Channel  string
	Ways     []wayView
	Messages []bot.Bubble
	Chars    int
	Fault    string
}

// wayView is one messenger in one language.
type wayView struct {
	Channel  string
	Language bot.Language
	Here     bool
}

// view shows what each messenger will show, as the reader last kept the article.
func (p pages) view(v *console.Visit) error {
	var q struct {
		Channel  string       `form:"channel"`
		Language bot.Language `form:"language"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	m, err := p.writing().Mine(v)
	if err != nil {
		return err
	}
	head, err := p.head(v, m.Is, "view")
	if err != nil {
		return err
	}
	head.Title = titleOf(v, m.Shown)
	page := viewPage{Head: head, Language: q.Language, Channel: q.Channel}
	if !page.Language.Known() {
		page.Language = v.Lang
	}
	if p.Show == nil {
		return v.Page(http.StatusOK, "article-view", page)
	}
	all, err := p.Show(m.Shown)
	if faults, told := v.Faults(err); told {
		for _, page.Fault = range faults {
		}
		return v.Page(http.StatusOK, "article-view", page)
	}
	if err != nil {
		return err
	}
	page.lay(all)
	return v.Page(http.StatusOK, "article-view", page)
}

// lay chooses what is shown: the first messenger, unless the address says another.
func (page *viewPage) lay(all []Shown) {
	there := false
	for _, s := range all {
		there = there || s.Channel == page.Channel
	}
	if !there && len(all) > 0 {
		page.Channel = all[0].Channel
	}
	for _, s := range all {
		here := s.Channel == page.Channel && s.Language == page.Language
		page.Ways = append(page.Ways, wayView{s.Channel, s.Language, here})
		if !here {
			continue
		}
		page.Messages = s.Messages
		for _, b := range s.Messages {
			page.Chars += utf8.RuneCountInString(b.Text())
		}
	}
}
