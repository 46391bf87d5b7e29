package broadcasts

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
	"visnyk/locales"
	"visnyk/storage"
)

// line is one field of a broadcast as a text.
type line struct {
	field    string // as the reader calls it
	language bot.Language
	text     string
}

// between compares the version that came between with what the reader wrote, field by
// field.
func (p pages) between(v *console.Visit, is storage.Mailing, shown bot.Broadcast) (by string, all []console.Difference, err error) {
	theirs, err := p.lines(v, is.Unsubmitted().Broadcast)
	if err != nil {
		return "", nil, err
	}
	mine, err := p.lines(v, shown)
	if err != nil {
		return "", nil, err
	}
	for i, l := range theirs {
		all = append(all, console.Differ(l.field, l.language, l.text, mine[i].text)...)
	}
	return p.Name(v.Ctx(), is.Editor), all, nil
}

// lines writes a broadcast as texts, one a field.
func (p pages) lines(v *console.Visit, b bot.Broadcast) (all []line, err error) {
	var page composePage
	if err := p.choices(v, b, &page); err != nil {
		return nil, err
	}
	add := func(field, text string) { all = append(all, line{v.T("broadcasts." + field), "", text}) }
	yes := func(is bool) string {
		if is {
			return v.T("broadcasts.yes")
		}
		return v.T("broadcasts.no")
	}
	add("field.title", b.Title)
	add("field.change", chosen(v, page.Changes))
	add("field.topic", chosen(v, page.Topics))
	whom := chosen(v, page.Segments)
	if page.Tree != "" {
		whom = page.Says
	}
	add("field.segment", whom)
	for _, l := range bot.Languages() {
		all = append(all, line{v.T("broadcasts.field.text"), l, b.Text.In(l)}, line{v.T("broadcasts.digest"), l, b.Digest.In(l)},
			line{v.T("broadcasts.buttons"), l, p.buttonsIn(v, b.Buttons, l)})
	}
	picture, shows := "", bot.Bilingual{}
	if b.Media != nil {
		shows = b.Media.Alt
		picture = strings.TrimSpace(b.Media.Name + " " + broadcast.PictureURL(*b.Media))
	}
	add("field.picture", picture)
	for _, l := range bot.Languages() {
		all = append(all, line{v.T("broadcasts.field.alt"), l, shows.In(l)})
	}
	zone := p.zone(b)
	for _, at := range []struct {
		field string
		time.Time
	}{{"field.start", b.Start}, {"field.until", b.Until}} {
		text := ""
		if !at.IsZero() {
			text = locales.When(v.Lang, at.In(zone), time.Time{})
		}
		add(at.field, text)
	}
	add("field.fallback", strconv.Itoa(b.Fallback))
	add("field.ceiling", b.Ceiling.String())
	add("field.urgent", b.Urgent)
	add("field.must", yes(b.Must))
	add("field.correction", yes(b.Correction))
	return all, nil
}

// chosen is what the reader sees of the choice that is made.
func chosen(v *console.Visit, all []choiceView) string {
	for _, c := range all {
		switch {
		case c.Chosen && c.Key != "":
			return v.T(string(c.Key))
		case c.Chosen:
			return c.Name
		}
	}
	return ""
}

// buttonsIn writes the buttons in one language, one a line.
func (p pages) buttonsIn(v *console.Visit, all []bot.BroadcastButton, l bot.Language) string {
	var rows []string
	for i, b := range all {
		does := b.URL
		if does == "" && b.Do != "" {
			does = v.T("broadcasts.does." + b.Do)
		}
		if b.Flow != "" {
			does = v.T("broadcasts.opens_flow") + " «" + p.flowName(v, b.Flow) + "»"
		}
		rows = append(rows, fmt.Sprintf("%d. %s", i+1, strings.Trim(b.Label.In(l)+" · "+does, " ·")))
	}
	return strings.Join(rows, "\n")
}

// flowName is what customers know a flow by; what is not there any more has but its own name.
func (p pages) flowName(v *console.Visit, flow string) string {
	for _, d := range p.Broadcasts().Doors() {
		if d.Flow == flow {
			return v.T(d.Text)
		}
	}
	return flow
}
