package changes

import (
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/console/drafting"
	"visnyk/bot/draft"
	"visnyk/storage"
)

type (
	// mineView is a sheet with what of it the reader has before them.
	mineView = drafting.Mine[bot.Change, storage.Sheet]
	// request is what was sent of a sheet.
	request = drafting.Sent[bot.Change, storage.Sheet, sheetForm]
)

// writing is how a sheet is kept as one writes.
func (p pages) writing() drafting.Pages[bot.Change, storage.Sheet, sheetForm] {
	return drafting.Pages[bot.Change, storage.Sheet, sheetForm]{
		At: "/changes/",
		Drafts: func() *draft.Drafts[bot.Change, storage.Sheet] {
			if p.Changes() == nil {
				return nil
			}
			return p.Changes().Drafts()
		},
		Read:    p.posted,
		Show:    p.show,
		Within:  []string{"add", "drop", "accept", "dispute", "mended", "unmended"},
		Press:   p.pressed,
		Next:    p.submit,
		Between: p.between,
	}
}

// posted reads the form of a sheet.
func (p pages) posted(v *console.Visit, r *request) (err error) {
	r.Rev, r.Seen, r.Do = r.Form.Rev, r.Form.Seen, r.Form.Do
	r.Shown, err = r.Form.change(r.Is.ID, drafting.NewMoments(v, p.Zone, r.Faults), r.Shown)
	press(&r.Shown, r.Do)
	return err
}

// show answers with the sheet.
func (p pages) show(v *console.Visit, status int, r request) error {
	page, err := p.page(v, r.Mine, r.Faults)
	if err != nil {
		return err
	}
	return v.Page(status, "sheet", page)
}

// pressed does what was pressed at a finding or a note.
func (p pages) pressed(v *console.Visit, r request) (string, error) {
	switch verb, key, _ := strings.Cut(r.Do, " "); verb {
	case "accept":
		i := slices.Index(r.Form.Found, key)
		if i < 0 || i >= len(r.Form.Why) || drafting.Tidy(r.Form.Why[i]) == "" {
			return "", bot.Invalid("reason", bot.FaultBlank, nil)
		}
		return "", p.Changes().Accept(v.Ctx(), v.Actor, r.Is.ID, key, r.Form.Why[i])
	case "dispute":
		return "", p.Changes().Accept(v.Ctx(), v.Actor, r.Is.ID, key, "")
	case "mended", "unmended":
		return "", p.Changes().Mend(v.Ctx(), v.Actor, r.Is.ID, key, verb == "mended")
	}
	return "", nil
}

// submit submits the version that was made, where that was pressed and nothing is
// missing.
func (p pages) submit(v *console.Visit, r request) (string, error) {
	way := "/changes/" + r.Is.ID
	switch {
	case r.Do != "submit":
		return way + "?done=saved", nil
	case len(unready(r.Is.Change)) > 0:
		return way, nil
	}
	_, err := p.Changes().Move(v.Ctx(), v.Actor, r.Is.ID, bot.ChangeSubmit, r.Is.Version, "")
	return way + "?done=submitted", err
}

// between compares the version that came between with what the reader wrote.
func (p pages) between(v *console.Visit, is storage.Sheet, shown bot.Change) (by string, all []console.Difference, err error) {
	all, err = p.differences(v, is.Unsubmitted().Change, shown)
	return p.Name(v.Ctx(), is.Editor), all, err
}
