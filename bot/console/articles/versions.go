package articles

import (
	"net/http"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/locales"
	"visnyk/storage"
)

// versionsPage is the versions of an article, and what two of them have differently.
type versionsPage struct {
	Head        headView
	Versions    []versionView
	From, To    int
	Differences []console.Difference
}

// versionView is one version.
type versionView struct {
	Version  int
	By       string
	At       time.Time
	From, To bool // it is one of the two that are compared
}

func (p pages) versions(v *console.Visit) error {
	var q struct {
		From int `form:"from"`
		To   int `form:"to"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	m, err := p.writing().Mine(v)
	if err != nil {
		return err
	}
	all, err := p.Articles().Versions(v.Ctx(), v.Actor, m.Is.ID)
	if err != nil {
		return err
	}
	head, err := p.head(v, m.Is, "versions")
	if err != nil {
		return err
	}
	shown := versionsPage{Head: head, From: q.From, To: q.To}
	if q.To == 0 {
		shown.To = all[0].Version
	}
	if q.From == 0 && len(all) > 1 {
		shown.From = all[1].Version
	}
	var before, after *storage.ArticleVersion
	for i, one := range all {
		view := versionView{one.Version, p.Name(v.Ctx(), one.User), one.At, one.Version == shown.From, one.Version == shown.To}
		shown.Versions = append(shown.Versions, view)
		if view.From {
			before = &all[i]
		}
		if view.To {
			after = &all[i]
		}
	}
	if before != nil && after != nil {
		shown.Differences = p.differences(v, before.Article, after.Article)
	}
	return v.Page(http.StatusOK, "article-versions", shown)
}

// differences compares two versions field by field.
func (p pages) differences(v *console.Visit, before, after bot.Article) (all []console.Difference) {
	add := func(name fieldKey, l bot.Language, a, b string) {
		all = append(all, console.Differ(v.T("articles.field."+string(name)), l, a, b)...)
	}
	list := func(all []string) string { return strings.Join(all, "\n") }
	for _, l := range bot.Languages() {
		add("question", l, before.Question.In(l), after.Question.In(l))
		add("answer", l, before.Answer.In(l), after.Answer.In(l))
		add("aliases", l, list(before.Aliases.In(l)), list(after.Aliases.In(l)))
		add("negatives", l, list(before.Negatives.In(l)), list(after.Negatives.In(l)))
	}
	add("valid_from", "", p.shown(v, before.From), p.shown(v, after.From))
	add("valid_to", "", p.shown(v, before.Until), p.shown(v, after.Until))
	add("change", "", before.Change, after.Change)
	add("span", "", spanWords(v, before), spanWords(v, after))
	add("replaces", "", before.Replaces, after.Replaces)
	return all
}

func spanWords(v *console.Visit, a bot.Article) string {
	if a.Span == "" {
		return ""
	}
	return v.T("articles.span." + string(a.Span))
}

// shown writes a moment as people do.
func (p pages) shown(v *console.Visit, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(p.Zone)
	return locales.Day(v.Lang, t, time.Time{}) + ", " + t.Format("15:04")
}
