package changes

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/console"
	"visnyk/bot/console/drafting"
	"visnyk/locales"
)

// layout puts a sheet into fields.
type layout struct {
	v      *console.Visit
	p      pages
	found  findings
	faults console.Faults
	// corrects tells that customers hear of an earlier version: what was wrong is said.
	corrects bool
	notes    []noteView
	edits    bool // the reader writes it
	lacks    int  // how many days before it takes effect it should be submitted; 0: there is time enough
}

// words is a text in both languages; field is how findings name it, in how its inputs
// begin, and n the row of its list, -1 where it is in none.
func (l layout) words(field string, in anchor, name fieldKey, w bot.Bilingual, lines int) wordsView {
	id := idOf(field)
	view := wordsView{
		Field: field, Name: name, InUK: in + "_uk", InRU: in + "_ru", UK: w.UK, RU: w.RU, Lines: lines, ID: id, UKID: id + "-uk", RUID: id + "-ru",
		RoomUK: drafting.RoomIn(w.UK, change.Most(field)), RoomRU: drafting.RoomIn(w.RU, change.Most(field)),
		FoundUK: l.found.of(field, bot.Ukrainian), FoundRU: l.found.of(field, bot.Russian), Fault: l.faults[field],
	}
	view.Note = l.noteAt(field)
	for _, h := range hinted() {
		if h == name {
			view.Hint = h
		}
	}
	return view
}

// texts are those that every change has.
func (l layout) texts(c bot.Change) []wordsView {
	return []wordsView{
		l.words("title", "title", "title", c.Title, 2), l.words("summary", "summary", "summary", c.Summary, 4), l.words("reason", "reason", "reason", c.Reason, 4),
		l.words("consequence", "consequence", "consequence", c.Consequence, 4), l.words("benefit", "benefit", "benefit", c.Benefit, 3), l.words("to_do", "to_do", "to_do", c.ToDo, 3),
	}
}

// others are those that some have.
func (l layout) others(c bot.Change) []wordsView {
	all := []wordsView{l.words("questions", "questions", "questions", c.Questions, 2)}
	if c.Wrong != (bot.Bilingual{}) || l.corrects {
		all = append(all, l.words("wrong", "wrong", "wrong", c.Wrong, 3))
	}
	return all
}

// shown writes a moment as people do: midnight is a day.
func (l layout) shown(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(l.p.Zone)
	return locales.When(l.v.Lang, t, time.Time{})
}

func (l layout) fact(field string, in anchor, name fieldKey, value, kind, shown string) factView {
	f := factView{Name: name, In: in, ID: idOf(field), Value: value, Type: kind, Shown: shown, Fault: l.faults[field]}
	f.Note = l.noteAt(field)
	for _, h := range hinted() {
		if h == name {
			f.Hint = h
		}
	}
	return f
}

func (l layout) at(field string, in anchor, name fieldKey, t time.Time) factView {
	return l.fact(field, in, name, bot.Wall(t, l.p.Zone), "datetime-local", l.shown(t))
}

// facts are its moments and lines.
func (l layout) facts(c bot.Change) []factView {
	by := l.at("acknowledge_by", "acknowledge_by", "acknowledge_by", c.AcknowledgeBy)
	by.Only = true
	from := l.at("from", "from", "from", c.From)
	if l.lacks > 0 && from.Fault == "" {
		from.Soon = l.v.T("fault."+string(bot.FaultNotice), "Days", l.lacks)
	}
	return []factView{
		from, l.at("until", "until", "until", c.Until), by, l.at("announce_at", "announce_at", "announce_at", c.AnnounceAt),
		l.at("next_news", "next_news", "next_news", c.NextNews), l.fact("owner", "owner", "owner", c.Owner, "text", c.Owner),
		l.fact("short_notice", "short_notice", "short_notice", c.ShortNotice, "text", c.ShortNotice),
	}
}

// lists are its lists.
func (l layout) lists(c bot.Change) ([]listView, error) {
	groups, err := l.groups(c.Groups)
	if err != nil {
		return nil, err
	}
	all := []listView{{Name: "groups", Rows: groups, Note: l.noteAt("groups")}}
	add := func(name fieldKey, n int, row func(i int, at string) listRow) {
		list := listView{Name: name, Note: l.noteAt(string(name))}
		for i := range n {
			r := row(i, fmt.Sprintf("%s/%d/", name, i))
			r.Nr, r.Drop = i+1, fmt.Sprintf("drop %s %d", name, i)
			for _, f := range r.Facts {
				r.Parts = append(r.Parts, f.Shown)
			}
			list.Rows = append(list.Rows, r)
		}
		all = append(all, list)
	}
	add("sums", len(c.Sums), func(i int, at string) listRow {
		s := c.Sums[i]
		amount := strings.ReplaceAll(s.Amount, ".", ",")
		return listRow{Words: []wordsView{l.words(at+"what", "sum_what", "what", s.What, 1)}, Facts: []factView{
			l.fact(at+"amount", "sum_amount", "amount", amount, "text", amount), l.fact(at+"currency", "sum_currency", "currency", s.Currency, "text", s.Currency),
		}}
	})
	add("dates", len(c.Dates), func(i int, at string) listRow {
		d := c.Dates[i]
		return listRow{Words: []wordsView{l.words(at+"what", "date_what", "what", d.What, 1)}, Facts: []factView{l.at(at+"at", "date_at", "at", d.At)}}
	})
	add("addresses", len(c.Places), func(i int, at string) listRow {
		a := c.Places[i]
		return listRow{Words: []wordsView{l.words(at+"what", "place_what", "what", a.What, 1), l.words(at+"address", "place_address", "address", a.Address, 1)}}
	})
	add("links", len(c.Links), func(i int, at string) listRow {
		link := c.Links[i]
		return listRow{Words: []wordsView{l.words(at+"what", "link_what", "what", link.What, 1)}, Facts: []factView{l.fact(at+"url", "link_url", "url", link.URL, "url", link.URL)}}
	})
	add("stages", len(c.Stages), func(i int, at string) listRow {
		s := c.Stages[i]
		return listRow{Words: []wordsView{l.words(at+"text", "stage_text", "text", s.Text, 2)}, Facts: []factView{l.at(at+"at", "stage_at", "at", s.At)}}
	})
	return all, nil
}

// groups are whom it concerns, each by a saved segment or by what was written.
func (l layout) groups(all []bot.ChangeGroup) (rows []listRow, err error) {
	saved, names, err := l.segments()
	if err != nil {
		return nil, err
	}
	for i, g := range all {
		at := fmt.Sprintf("groups/%d/", i)
		tree, err := json.Marshal(g.Segment)
		if err != nil {
			return nil, fmt.Errorf("a group's people: %w", err)
		}
		chosen, named := "", g.Segment.Everyone()
		who := l.v.T("changes.everyone")
		choices := choicesView{Name: "segment", In: "group_segment", ID: idOf(at + "segment"), All: []choiceView{{Key: "changes.everyone"}}}
		for _, s := range saved {
			is := string(tree) == treeOf(s.ID)
			choices.All = append(choices.All, choiceView{s.ID, "", s.Name, is})
			if is {
				chosen, named, who = s.ID, true, s.Name
			}
		}
		row := listRow{Nr: i + 1, Drop: fmt.Sprintf("drop groups %d", i), Tree: string(tree)}
		if !named {
			row.Says = g.Segment.Text(l.v.Lang, names)
			choices.All = append(choices.All, choiceView{"=", "changes.as_written", "", true})
			chosen, who = "=", row.Says
		}
		row.Parts = []string{who}
		if g.Impact != "" && slices.Contains(bot.Impacts(), g.Impact) {
			row.Parts = append(row.Parts, l.v.T("changes.impact."+string(g.Impact)))
		}
		choices.All[0].Chosen = chosen == ""
		impact := choicesView{Name: "impact", In: "group_impact", ID: idOf(at + "impact"), All: []choiceView{{Key: "changes.ungraded", Chosen: g.Impact == ""}}}
		for _, one := range bot.Impacts() {
			impact.All = append(impact.All, choiceView{string(one), textKey("changes.impact." + one), "", g.Impact == one})
		}
		row.Choices = []choicesView{choices, impact}
		row.Words = []wordsView{
			l.words(at+"consequence", "group_consequence", "consequence", g.Consequence, 2), l.words(at+"to_do", "group_to_do", "to_do", g.ToDo, 2),
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func treeOf(segment string) string {
	tree, err := json.Marshal(bot.In("segment", segment))
	if err != nil { // strings can always be written
		panic("changes: a segment is not JSON: " + err.Error())
	}
	return string(tree)
}

// segments are those that have a name, and the names that a text of one needs.
func (l layout) segments() ([]bot.SavedSegment, bot.SegmentNames, error) {
	if l.p.Audiences == nil {
		return nil, bot.SegmentNames{}, nil
	}
	saved, err := l.p.Audiences().List(l.v.Ctx(), l.v.Actor)
	if err != nil {
		return nil, bot.SegmentNames{}, err
	}
	names, err := l.p.Audiences().Names(l.v.Ctx(), l.v.Actor, l.v.Lang)
	return saved, names, err
}
