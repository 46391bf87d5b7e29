package articles

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/editor"
)

// mostWanted is how many answers a page lists.
const mostWanted = 30

// wantedPage is the answers that people looked for and did not get.
type wantedPage struct {
	Rows      []wantedView
	Questions int // that ended badly
	Days      int // that were looked at
	Edits     bool
}

// askedPage is what people asked about a change.
type askedPage struct {
	ID, Title  string
	Rows       []wantedView
	Questions  int
	Missed     int
	Complaints int
	Edits      bool
}

// wantedView is one thing that people asked.
type wantedView struct {
	Examples   []string
	People     int
	Missed     int
	Complaints int
	At         time.Time
	Nearest    *otherView // the article that comes closest
	Percent    int        // how close
	State      stateKey   // of it
}

func (p pages) wanted(v *console.Visit) error {
	if p.Articles() == nil {
		return console.ErrAway
	}
	list, err := p.Articles().Wanted(v.Ctx(), v.Actor, mostWanted)
	if err != nil {
		return err
	}
	page := wantedPage{Questions: list.Questions, Days: list.Days, Edits: v.Actor.May(bot.WriteContent)}
	for _, w := range list.Items {
		page.Rows = append(page.Rows, p.wantedView(v, w))
	}
	return v.Page(http.StatusOK, "wanted", page)
}

// asked shows what people asked about a change.
func (p pages) asked(v *console.Visit) error {
	if p.Articles() == nil || p.Changes() == nil {
		return console.ErrAway
	}
	sheet, err := p.Changes().Read(v.Ctx(), v.Actor, v.Param("change"))
	if err != nil {
		return err
	}
	of, err := p.Articles().OfChange(v.Ctx(), v.Actor, sheet.ID, mostWanted)
	if err != nil {
		return err
	}
	page := askedPage{
		ID: sheet.ID, Title: cmp.Or(strings.TrimSpace(sheet.Title.In(v.Lang)), strings.TrimSpace(sheet.Title.UK+sheet.Title.RU)),
		Questions: of.Questions, Missed: of.Missed, Complaints: of.Complaints, Edits: v.Actor.May(bot.WriteContent),
	}
	for _, item := range of.Items {
		row := p.wantedView(v, item.Wanted)
		row.Missed, row.Complaints = item.Missed, item.Complaints
		page.Rows = append(page.Rows, row)
	}
	return v.Page(http.StatusOK, "asked", page)
}

func (p pages) wantedView(v *console.Visit, w editor.Wanted) wantedView {
	row := wantedView{Examples: w.Examples, People: w.People, At: w.LastAt}
	if w.Nearest != nil {
		row.Nearest, row.Percent, row.State = p.other(v, w.Nearest.Article), w.Nearest.Confidence, stateOf(w.Nearest.State)
	}
	return row
}
