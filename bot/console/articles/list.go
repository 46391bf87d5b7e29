package articles

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/editor"
)

// listRows is how many articles a page shows.
const listRows = 50

// listQuery is what somebody chose on the page, as the address says it.
type listQuery struct {
	Words  string `form:"q"`
	Tab    string `form:"tab"`
	Change string `form:"change"`
	Valid  string `form:"valid"`
	Lack   string `form:"lack"`
	After  string `form:"after"`
	Done   string `form:"done"`
	Count  int    `form:"n"` // how many were begun with
}

// listPage is all articles.
type listPage struct {
	Query    listQuery
	Tabs     []tabView
	Rows     []rowView
	Changes  []changeView
	Valids   []validKey
	Lacks    []lackKey
	Edits    bool
	Asks     bool // the reader may see what people asked
	None     bool // there is no article at all
	Chosen   bool
	Unfilled int    // drafts with blanks
	Next     string // the address of more
	First    string // of the first ones, where others are shown
	Done     deed
}

// tabView is a tab of the list.
type tabView struct {
	Name  tabKey
	Here  bool
	Count int
	Path  string
}

// rowView is one article of the list.
type rowView struct {
	ID, Title   string
	State       stateKey
	Valid       validKey
	From, Until time.Time
	Change      string // what it is called; "" of none
	Blanks      int    // that are left
	NoAliases   bool
}

// changeView is a change that may be chosen.
type changeView struct {
	ID, Title string
	Here      bool
}

// tabs are the ways to look at the list.
func tabs() []tabKey { return []tabKey{"all", "draft", "in_review", "approved", "retired"} }

func (q listQuery) filter() editor.Filter {
	f := editor.Filter{Words: q.Words, Change: q.Change, Validity: editor.Validity(q.Valid), Lack: editor.Lack(q.Lack)}
	if q.Tab != "all" {
		f.State = bot.ArticleState(strings.ReplaceAll(q.Tab, "_", " "))
	}
	return f
}

// path is the address of the list as it is chosen.
func (q listQuery) path() string {
	all := url.Values{}
	for name, value := range map[string]string{"q": q.Words, "tab": q.Tab, "change": q.Change, "valid": q.Valid, "lack": q.Lack, "after": q.After} {
		if value != "" && !(name == "tab" && value == "all") {
			all.Set(name, value)
		}
	}
	if len(all) == 0 {
		return console.Prefix + "/articles"
	}
	return console.Prefix + "/articles?" + all.Encode()
}

// known reports whether there is what the address names.
func (q listQuery) known() bool {
	return slices.Contains(tabs(), tabKey(q.Tab)) &&
		(q.Valid == "" || slices.Contains(editor.Validities(), editor.Validity(q.Valid))) &&
		(q.Lack == "" || slices.Contains(editor.Lacks(), editor.Lack(q.Lack)))
}

func (p pages) list(v *console.Visit) error {
	var q listQuery
	if err := v.Query(&q); err != nil {
		return err
	}
	if q.Tab = cmp.Or(q.Tab, "all"); !q.known() {
		return console.ErrNothing
	}
	articles := p.Articles()
	if articles == nil {
		return console.ErrAway
	}
	found, err := articles.Find(v.Ctx(), v.Actor, q.filter(), v.Lang, q.After, listRows)
	if err != nil {
		return err
	}
	page := listPage{
		Query: q, Edits: v.Actor.May(bot.WriteContent), Asks: v.Actor.May(bot.ReadQuestions), None: found.All == 0,
		Unfilled: found.Unfilled, Done: deedOf(q.Done), Chosen: q.Words+q.Change+q.Valid+q.Lack != "",
	}
	if page.Changes, err = p.changes(v, q.Change); err != nil {
		return err
	}
	titles := map[string]string{}
	for _, c := range page.Changes {
		titles[c.ID] = c.Title
	}
	for _, a := range found.Articles {
		page.Rows = append(page.Rows, row(v, a, titles))
	}
	page.lay(found)
	return v.Page(http.StatusOK, "articles", page)
}

// lay adds the ways that lead from the list.
func (page *listPage) lay(found editor.Found) {
	all := 0
	for _, n := range found.States {
		all += n
	}
	for _, t := range tabs() {
		q := page.Query
		q.Tab, q.After = string(t), ""
		n := found.States[q.filter().State]
		if t == "all" {
			n = all
		}
		page.Tabs = append(page.Tabs, tabView{t, page.Query.Tab == q.Tab, n, q.path()})
	}
	for _, one := range editor.Validities() {
		page.Valids = append(page.Valids, validKey(one))
	}
	for _, one := range editor.Lacks() {
		page.Lacks = append(page.Lacks, lackKey(one))
	}
	q := page.Query
	if q.After != "" {
		q.After = ""
		page.First = q.path()
	}
	if q.After = found.Next; q.After != "" {
		page.Next = q.path()
	}
}

func row(v *console.Visit, a bot.Article, changes map[string]string) rowView {
	r := rowView{
		ID: a.ID, Title: titleOf(v, a), State: stateOf(a.State), From: a.From, Until: a.Until, Valid: validKey(editor.ValidityOf(a, time.Now())),
		NoAliases: len(a.Aliases.UK) == 0 || len(a.Aliases.RU) == 0,
	}
	if a.Change != "" {
		r.Change = cmp.Or(changes[a.Change], a.Change)
	}
	for _, wrong := range editor.Unfilled(a) {
		if all, ok := wrong.Data["Blanks"].([]string); ok {
			r.Blanks += len(all)
		}
	}
	return r
}

func titleOf(v *console.Visit, a bot.Article) string {
	return cmp.Or(strings.TrimSpace(a.Question.In(v.Lang)), strings.TrimSpace(a.Question.UK), strings.TrimSpace(a.Question.RU))
}

// listPart is how many changes are read at once.
const listPart = 200

// changes lists the changes by what they are called.
func (p pages) changes(v *console.Visit, chosen string) (all []changeView, err error) {
	if p.Changes() == nil {
		return nil, console.ErrAway
	}
	for cursor := ""; ; {
		some, next, err := p.Changes().List(v.Ctx(), v.Actor, cursor, listPart)
		if err != nil {
			return nil, err
		}
		for _, s := range some {
			all = append(all, changeView{s.ID, cmp.Or(strings.TrimSpace(s.Title.In(v.Lang)), strings.TrimSpace(s.Title.UK+s.Title.RU), s.ID), s.ID == chosen})
		}
		if cursor = next; next == "" {
			return all, nil
		}
	}
}
