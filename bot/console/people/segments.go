package people

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
)

// segmentsPage is the segments that have a name.
type segmentsPage struct {
	Rows  []segmentListed
	Edits bool
	Done  deed
}

// segmentListed is one segment of the list.
type segmentListed struct {
	ID, Name, Text string
	Counted        time.Time // zero: nobody has counted it since it was written
	People         int
	OnlyBlank      int
	UsedBy         []segmentWay
	Changes        []string // the titles of those whose audience names it
	Broadcasts     []string // the titles of those that are for it
}

// segmentWay is the way to a segment.
type segmentWay struct{ ID, Name string }

func (p pages) segments(v *console.Visit) error {
	var query struct {
		Done string `form:"done"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	all, err := p.Audiences().List(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	names, err := p.Audiences().Names(v.Ctx(), v.Actor, v.Lang)
	if err != nil {
		return err
	}
	naming, err := p.Audiences().Naming(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	addressed, err := p.Audiences().Addressed(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	page := segmentsPage{Edits: v.Actor.May(bot.WriteContent), Done: deedOf(query.Done)}
	for _, s := range all {
		page.Rows = append(page.Rows, segmentListed{
			ID: s.ID, Name: s.Name, Text: s.Tree.Text(v.Lang, names), Counted: s.CountedAt, People: s.Count, OnlyBlank: s.OnlyBlank, UsedBy: usersOf(s.ID, all),
			Changes: titlesOf(v.Lang, naming[s.ID]), Broadcasts: broadcastTitles(v.Lang, addressed[s.ID]),
		})
	}
	return v.Page(http.StatusOK, "segments", page)
}

// usersOf returns the segments that the segment is within.
func usersOf(id string, all []bot.SavedSegment) (users []segmentWay) {
	for _, s := range all {
		if slices.Contains(s.Tree.Within(), id) {
			users = append(users, segmentWay{s.ID, s.Name})
		}
	}
	return users
}

// broadcastTitles are what colleagues know the broadcasts by.
func broadcastTitles(l bot.Language, all []bot.Broadcast) (titles []string) {
	for _, b := range all {
		titles = append(titles, cmp.Or(b.Called(l), b.ID))
	}
	return titles
}

// titlesOf are what the changes are called in the language.
func titlesOf(l bot.Language, all []bot.Change) (titles []string) {
	for _, c := range all {
		titles = append(titles, cmp.Or(c.Title.In(l), c.ID))
	}
	return titles
}
