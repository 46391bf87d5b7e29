package changes

import (
	"net/http"
	"time"

	"visnyk/bot/change"
	"visnyk/bot/console"
	"visnyk/storage"
)

// versionsPage is the versions of a change, and what two of them have differently.
type versionsPage struct {
	Head        headView
	Versions    []versionView
	From, To    int
	Differences []console.Difference
}

// versionView is one version.
type versionView struct {
	Version  int
	State    stateKey
	By       string
	At       time.Time
	Note     string
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
	is, err := p.read(v)
	if err != nil {
		return err
	}
	all, err := p.Changes().Versions(v.Ctx(), v.Actor, is.ID)
	if err != nil {
		return err
	}
	page := versionsPage{Head: p.head(v, is, "versions"), From: q.From, To: q.To}
	if q.To == 0 {
		page.To = all[0].Version
	}
	if q.From == 0 && len(all) > 1 {
		page.From = all[1].Version
	}
	var before, after *storage.Sheet
	for i, s := range all {
		view := versionView{s.Version, stateIn(s), p.Name(v.Ctx(), s.Editor), s.Made, change.NoteIn(v.Lang, s.Note), s.Version == page.From, s.Version == page.To}
		page.Versions = append(page.Versions, view)
		if view.From {
			before = &all[i]
		}
		if view.To {
			after = &all[i]
		}
	}
	if before != nil && after != nil {
		if page.Differences, err = p.differences(v, before.Unsubmitted().Change, after.Unsubmitted().Change); err != nil {
			return err
		}
	}
	return v.Page(http.StatusOK, "versions", page)
}
