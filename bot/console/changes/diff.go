package changes

import (
	"fmt"
	"strings"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/console"
)

// line is one field of a sheet as a text.
type line struct {
	name     fieldKey
	language bot.Language
	text     string
}

// lines writes a sheet as texts, one a field.
func (l layout) lines(c bot.Change) (all []line, err error) {
	one := func(name fieldKey, w bot.Bilingual) {
		all = append(all, line{name, bot.Ukrainian, w.UK}, line{name, bot.Russian, w.RU})
	}
	for _, w := range l.texts(c) {
		one(w.Name, bot.Bilingual{UK: w.UK, RU: w.RU})
	}
	for _, f := range l.facts(c) {
		all = append(all, line{f.Name, "", f.Shown})
	}
	one("questions", c.Questions)
	one("wrong", c.Wrong)
	all = append(all, line{"kind", "", l.v.T("changes.kind." + string(c.Kind))}, line{"level", "", l.v.T("changes.level." + string(levelOf(c.AtLevel())))})
	lists, err := l.lists(c)
	for _, list := range lists {
		for _, lang := range bot.Languages() {
			all = append(all, line{list.Name, lang, list.text(lang)})
		}
	}
	return all, err
}

// text writes a list in one language, a row a line.
func (list listView) text(lang bot.Language) string {
	var rows []string
	for _, r := range list.Rows {
		var parts []string
		if is := strings.Join(r.Parts, r.Between()); is != "" {
			parts = append(parts, is)
		}
		for _, w := range r.Words {
			if text := (bot.Bilingual{UK: w.UK, RU: w.RU}).In(lang); text != "" {
				parts = append(parts, text)
			}
		}
		rows = append(rows, fmt.Sprintf("%d. %s", r.Nr, strings.Join(parts, " · ")))
	}
	return strings.Join(rows, "\n")
}

// differences compares two sheets field by field.
func (p pages) differences(v *console.Visit, before, after bot.Change) (all []console.Difference, err error) {
	l := layout{v: v, p: p}
	a, err := l.lines(change.Grouped(before))
	if err != nil {
		return nil, err
	}
	b, err := l.lines(change.Grouped(after))
	if err != nil {
		return nil, err
	}
	for i := range min(len(a), len(b)) {
		all = append(all, console.Differ(v.T("changes.field."+string(a[i].name)), a[i].language, a[i].text, b[i].text)...)
	}
	return all, nil
}

// textsOf are the texts of a sheet as findings name them.
func textsOf(c bot.Change) map[string]bot.Bilingual {
	all := map[string]bot.Bilingual{
		"title": c.Title, "summary": c.Summary, "reason": c.Reason, "consequence": c.Consequence, "benefit": c.Benefit, "to_do": c.ToDo, "questions": c.Questions, "wrong": c.Wrong,
	}
	for i, g := range c.Groups {
		all[fmt.Sprintf("groups/%d/consequence", i)], all[fmt.Sprintf("groups/%d/to_do", i)] = g.Consequence, g.ToDo
	}
	for i, one := range c.Sums {
		all[fmt.Sprintf("sums/%d/what", i)] = one.What
	}
	for i, one := range c.Dates {
		all[fmt.Sprintf("dates/%d/what", i)] = one.What
	}
	for i, one := range c.Places {
		all[fmt.Sprintf("addresses/%d/what", i)], all[fmt.Sprintf("addresses/%d/address", i)] = one.What, one.Address
	}
	for i, one := range c.Links {
		all[fmt.Sprintf("links/%d/what", i)] = one.What
	}
	for i, one := range c.Stages {
		all[fmt.Sprintf("stages/%d/text", i)] = one.Text
	}
	return all
}
