package changes

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/console"
	"visnyk/bot/console/drafting"
	"visnyk/storage"
)

// decideForm is a decision.
type decideForm struct {
	Do      string   `form:"do"`
	Version int      `form:"version"`
	Hash    string   `form:"hash"`
	Whom    string   `form:"whom"`
	People  int      `form:"people"`
	Again   string   `form:"again"` // to how many it is announced, though that was refused before
	Read    []string `form:"read"`  // the languages that were
	Note    string   `form:"note"`
	Field   []string `form:"field"` // and beside each what is noted there
	Remark  []string `form:"remark"`
}

func (f decideForm) notes() map[string]string {
	notes := map[string]string{}
	for i, field := range f.Field {
		if i < len(f.Remark) && strings.TrimSpace(f.Remark[i]) != "" {
			notes[field] = drafting.Tidy(f.Remark[i])
		}
	}
	return notes
}

// approval shows what there is to decide about.
func (p pages) approval(v *console.Visit) error {
	var q struct {
		Done string `form:"done"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	is, err := p.read(v)
	if err != nil {
		return err
	}
	page, err := p.approvalPage(v, is, decideForm{})
	if err != nil {
		return err
	}
	page.Head.Done = deedOf(q.Done)
	return v.Page(http.StatusOK, "approval", page)
}

// decide does what was decided. What cannot be done is shown with why, and with all that
// was typed.
func (p pages) decide(v *console.Visit) error {
	var form decideForm
	if err := v.Form(&form); err != nil {
		return err
	}
	if len(form.Field) != len(form.Remark) || len(form.Field) > rowsMost {
		return console.ErrForm
	}
	is, err := p.read(v)
	if err != nil {
		return err
	}
	done, err := p.decided(v, is.ID, form)
	if err == nil {
		return v.See("/changes/" + is.ID + "/approval?done=" + string(done))
	}
	return p.undecided(v, form, err)
}

func (p pages) decided(v *console.Visit, id string, form decideForm) (deed, error) {
	said := change.Said{Note: form.Note, Notes: form.notes(), Hash: form.Hash, People: form.People}
	var m bot.ChangeMove
	var done deed
	switch form.Do {
	case "approve":
		m, done = bot.ChangeApprove, "approved"
		said.Note, said.Notes = "", nil
		if err := console.Ticked(form.Read); err != nil {
			return "", err
		}
		said.Read = bot.Languages()
	case "return":
		m, done = bot.ChangeReturn, "returned"
	case "recall":
		m, done = bot.ChangeRecall, "recalled"
	case "undo":
		m, done = bot.ChangeUndo, "undone"
	case "announce":
		m, done = bot.ChangeAnnounce, "announced"
		if n, err := strconv.Atoi(form.Again); err == nil {
			said.Despite = &n
		}
	case "revise":
		m, done = bot.ChangeRevise, "revised"
	default:
		return "", console.ErrForm
	}
	_, err := p.Changes().MoveSaying(v.Ctx(), v.Actor, id, m, form.Version, said)
	return done, err
}

// undecided shows why a decision could not be made.
func (p pages) undecided(v *console.Visit, form decideForm, why error) error {
	var (
		stale   *bot.StaleError
		moved   *bot.MoveError
		refused *bot.RefusedError
	)
	is, err := p.read(v) // it may have moved on
	if err != nil {
		return err
	}
	status := http.StatusUnprocessableEntity
	faults, told := v.Faults(why)
	isStale, isMoved := errors.As(why, &stale), errors.As(why, &moved)
	if isStale || isMoved || errors.As(why, &refused) {
		status = http.StatusConflict
	} else if !told {
		return why
	}
	page, err := p.approvalPage(v, is, form)
	if err != nil {
		return err
	}
	page.Faults = faults
	if refused != nil && refused.Code == bot.FaultCrowd {
		page.Again, page.Crowd = bot.Shown(refused.Data["People"]), nil
	}
	for i, l := range page.Languages {
		page.Languages[i].Fault = faults["read/"+string(l.Language)]
	}
	switch {
	case isStale:
		page.Changed, err = p.changedSince(v, is, form.Version)
	case isMoved:
		page.Changed = &changedView{Moved: true}
	case form.Hash != "" && page.Hash != form.Hash:
		page.Changed = &changedView{Whom: page.Whom != form.Whom}
		page.Faults = nil
		for i := range page.Languages {
			page.Languages[i].Ticked = false
		}
	}
	if err != nil {
		return err
	}
	return v.Page(status, "approval", page)
}

// changedSince compares what was read with what is there.
func (p pages) changedSince(v *console.Visit, is storage.Sheet, version int) (*changedView, error) {
	changed := &changedView{Moved: is.State != bot.ChangeReview, Version: version}
	was, err := p.Changes().Version(v.Ctx(), v.Actor, is.ID, version)
	if errors.Is(err, storage.ErrNotFound) {
		return changed, nil
	}
	if err != nil {
		return nil, err
	}
	changed.Differences, err = p.differences(v, was.Unsubmitted().Change, is.Unsubmitted().Change)
	return changed, err
}
