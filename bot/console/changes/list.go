package changes

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/console"
	"visnyk/storage"
)

// listPage is all changes.
type listPage struct {
	Tabs   []tabView
	Rows   []rowView
	Kinds  []kindKey
	Kind   string
	Owners []string
	Owner  string
	Tab    string
	Edits  bool
	None   bool // there is no change at all
}

// tabView is a tab of the list.
type tabView struct {
	Name  tabKey
	Here  bool
	Count int
	Query string
}

type tabKey string

// rowView is one change of the list.
type rowView struct {
	ID, Title string
	State     stateKey
	Kind      kindKey
	From      time.Time
	Owner     string
	Version   int
	Late      bool // it has promised news and told none
	Told      int  // the version that customers hear of, where it is another one
	By        string
	At        time.Time
}

// tabs are the ways to look at the list.
func tabs() []string {
	return []string{"all", "draft", "in_review", "approved", "announced", "over"}
}

// within reports whether a change is on the tab.
func within(tab string, s storage.Sheet) bool {
	switch tab {
	case "all":
		return true
	case "announced":
		return s.State == bot.ChangeAnnounced || s.InForce != 0
	case "over":
		return s.State == bot.ChangeClosed || s.State == bot.ChangeWithdrawn
	}
	return string(stateOf(s.State)) == tab
}

func (p pages) list(v *console.Visit) error {
	var q struct {
		Tab   string `form:"tab"`
		Kind  string `form:"kind"`
		Owner string `form:"owner"`
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
	page := listPage{Kind: q.Kind, Owner: q.Owner, Tab: q.Tab, Edits: v.Actor.May(bot.WriteContent), None: len(all) == 0}
	for _, k := range bot.ChangeKinds() {
		page.Kinds = append(page.Kinds, kindKey(k))
	}
	counts := map[string]int{}
	for _, s := range all {
		if s.Owner != "" && !slices.Contains(page.Owners, s.Owner) {
			page.Owners = append(page.Owners, s.Owner)
		}
		if q.Kind != "" && q.Kind != string(s.Kind) || q.Owner != "" && q.Owner != s.Owner {
			continue
		}
		for _, t := range tabs() {
			if within(t, s) {
				counts[t]++
			}
		}
		if within(q.Tab, s) {
			page.Rows = append(page.Rows, p.row(v, s))
		}
	}
	slices.Sort(page.Owners)
	for _, t := range tabs() {
		page.Tabs = append(page.Tabs, tabView{tabKey(t), t == q.Tab, counts[t], queryOf(t, q.Kind, q.Owner)})
	}
	return v.Page(http.StatusOK, "changes", page)
}

func queryOf(tab, kind, owner string) string {
	q := url.Values{}
	for name, value := range map[string]string{"tab": tab, "kind": kind, "owner": owner} {
		if value != "" && value != "all" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

func (p pages) row(v *console.Visit, s storage.Sheet) rowView {
	r := rowView{
		ID: s.ID, Title: cmp.Or(strings.TrimSpace(s.Title.In(v.Lang)), strings.TrimSpace(s.Title.UK+s.Title.RU)), State: stateIn(s), Kind: kindKey(s.Kind),
		From: s.From, Owner: s.Owner, Version: s.Version, By: p.Name(v.Ctx(), s.Editor), At: s.Made,
	}
	if s.InForce != s.Version {
		r.Told = s.InForce
	}
	r.Late = change.Late(s, time.Now())
	return r
}

// listPart is how many changes are read at once.
const listPart = 200

// all returns every change: those that take effect last, and those without a date, first.
func (p pages) all(v *console.Visit) (all []storage.Sheet, err error) {
	changes := p.Changes()
	if changes == nil {
		return nil, console.ErrAway
	}
	for cursor := ""; ; {
		some, next, err := changes.List(v.Ctx(), v.Actor, cursor, listPart)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if cursor = next; next == "" {
			break
		}
	}
	slices.SortStableFunc(all, func(a, b storage.Sheet) int {
		if a.From.IsZero() != b.From.IsZero() {
			if a.From.IsZero() {
				return -1
			}
			return 1
		}
		return b.From.Compare(a.From)
	})
	return all, nil
}
