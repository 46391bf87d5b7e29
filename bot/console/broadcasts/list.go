package broadcasts

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/storage"
)

// listPage is all broadcasts.
type listPage struct {
	Tabs  []tabView
	Rows  []rowView
	Edits bool
	None  bool // there is no broadcast at all
}

// tabView is a tab of the list.
type tabView struct {
	Name  tabKey
	Here  bool
	Count int
}

// rowView is one broadcast of the list.
type rowView struct {
	ID, Title  string
	State      stateKey
	Owner      string // who made it
	Change     string // that it tells; "" is none
	Mends      bool   // it stands in the place of one that was stopped
	Corrects   bool   // it corrects one, to whoever that one told
	Template   bool
	Holds      time.Time // until when the approval of a template lasts
	Old        bool      // it does not last any more
	Unfit      bool      // it is not shown as it was approved any more
	Start, End time.Time
	By         string // who edited it last
	At         time.Time
}

// tabs are the ways to look at the list.
func tabs() []string {
	return []string{"all", "draft", "in_review", "ready", "under_way", "over", "templates"}
}

// within reports whether a broadcast is on the tab. A template that is approved waits for
// no start.
func within(tab string, b bot.Broadcast) bool {
	if tab == "templates" {
		return b.Template && b.State != bot.BroadcastCancelled
	}
	if b.Template && b.State == bot.BroadcastApproved {
		return tab == "all"
	}
	switch b.State {
	case bot.BroadcastApproved, bot.BroadcastScheduled:
		return tab == "all" || tab == "ready"
	case bot.BroadcastSending, bot.BroadcastPaused:
		return tab == "all" || tab == "under_way"
	case bot.BroadcastSent, bot.BroadcastCancelled:
		return tab == "all" || tab == "over"
	}
	return tab == "all" || tab == string(stateOf(b.State))
}

func (p pages) list(v *console.Visit) error {
	var q struct {
		Tab string `form:"tab"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	if q.Tab = cmp.Or(q.Tab, "all"); !slices.Contains(tabs(), q.Tab) {
		return console.ErrNothing
	}
	all, err := p.all(v)
	if err != nil {
		return err
	}
	page := listPage{Edits: v.Actor.May(bot.WriteContent), None: len(all) == 0}
	for _, t := range tabs() {
		view := tabView{Name: tabKey(t), Here: t == q.Tab}
		for _, m := range all {
			if within(t, m.Broadcast) {
				view.Count++
			}
		}
		page.Tabs = append(page.Tabs, view)
	}
	for _, m := range all {
		if within(q.Tab, m.Broadcast) {
			row := p.row(v, m)
			if row.Holds, err = p.Broadcasts().Holds(v.Ctx(), m); err != nil {
				return err
			}
			if row.Unfit, err = p.unfit(v, m); err != nil {
				return err
			}
			row.Old = !row.Holds.IsZero() && time.Now().After(row.Holds)
			page.Rows = append(page.Rows, row)
		}
	}
	return v.Page(http.StatusOK, "broadcasts", page)
}

func (p pages) row(v *console.Visit, m storage.Mailing) rowView {
	r := rowView{
		ID: m.ID, Title: titleOf(v, m), State: stateOf(m.State), Owner: p.Name(v.Ctx(), m.Author), Change: m.Change, Mends: m.Mends != "", Corrects: m.Corrects != "", Template: m.Template,
		Start: m.Start, End: m.Ended, By: p.Name(v.Ctx(), m.Editor), At: m.Updated,
	}
	if !m.Started.IsZero() {
		r.Start = m.Started
	}
	return r
}

// titleOf is what colleagues call a broadcast: by its first words where it has no title.
func titleOf(v *console.Visit, m storage.Mailing) string {
	text := m.Text.In(v.Lang)
	if m.News != nil {
		text = ""
	}
	return cmp.Or(m.Called(v.Lang), firstWords(text))
}

// firstWords is as much of a text as stands for it in a list.
func firstWords(text string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if r := []rune(first); len(r) > 80 {
		first = string(r[:79]) + "…"
	}
	return first
}

// listPart is how many broadcasts are read at once.
const listPart = 200

// all returns every broadcast: those that were touched last first.
func (p pages) all(v *console.Visit) (all []storage.Mailing, err error) {
	broadcasts := p.Broadcasts()
	if broadcasts == nil {
		return nil, console.ErrAway
	}
	for cursor := ""; ; {
		some, next, err := broadcasts.List(v.Ctx(), v.Actor, cursor, listPart)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if cursor = next; next == "" {
			break
		}
	}
	slices.SortStableFunc(all, func(a, b storage.Mailing) int { return b.Updated.Compare(a.Updated) })
	return all, nil
}
