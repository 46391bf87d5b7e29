package changes

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/console"
	"visnyk/storage"
)

// sheetPage is the fact sheet of a change.
type sheetPage struct {
	Head   headView
	Edits  bool
	Words  []wordsView // the texts that every change has
	Others []wordsView // further down
	Kinds  []choiceView
	Levels []choiceView
	Facts  []factView // moments and lines
	Owner  string
	Lists  []listView
	Base   int // the version that the form was begun from
	Rev    int
	Clash  *clashView
	Tabbed bool // another page of the reader's keeps it meanwhile
	Next   nextView
	Faults console.Faults
}

// headView is what stands above every page of a change.
type headView struct {
	ID, Title string
	State     stateKey
	Version   int
	Told      int // the version that customers hear of
	Note      string
	Here      pageKey
	Edits     bool
	Kept      bool // something is kept that no version holds
	By        string
	At        time.Time
	Unready   []missingView // what keeps it from being submitted
	Open      int           // findings that nobody has accepted
	Noted     []noteView    // that nobody has mended
	Submits   bool
	Done      deed
}

type (
	pageKey string
	textKey string
	// anchor is the id of something on the page, or the name of an input.
	anchor string
)

// missingView is a field that is not filled yet.
type missingView struct {
	Name fieldKey
	Nr   int // of the row; 0: it is in no list
	ID   anchor
}

// choiceView is one of several choices.
type choiceView struct {
	Value  string
	Key    textKey // of its words
	Name   string  // its name, where it has one of its own
	Chosen bool
}

// wordsView is a text in both languages.
type wordsView struct {
	Field          string // as findings name it
	Name           fieldKey
	Hint           fieldKey
	InUK, InRU     anchor // the names of its inputs
	UK, RU         string
	Lines          int
	FoundUK        []foundView
	FoundRU        []foundView
	Fault          string
	ID, UKID, RUID anchor
	Note           *noteView
}

// factView is a line or a moment.
type factView struct {
	Name, Hint fieldKey
	In, ID     anchor
	Value      string
	Type       string
	Shown      string // as people write it
	Fault      string
	Only       bool // it counts only where the level is the highest
	Note       *noteView
}

// listView is a list of rows.
type listView struct {
	Name fieldKey
	Rows []listRow
	Note *noteView
}

// listRow is one of a list: its texts, its lines and choices.
type listRow struct {
	Nr      int
	Drop    string
	Tree    string
	Says    string   // the people of a group in words, where they have no name
	Parts   []string // what is no text of a language, as people read it
	Words   []wordsView
	Facts   []factView
	Choices []choicesView
}

// choicesView is a list to choose from.
type choicesView struct {
	Name   fieldKey
	In, ID anchor
	All    []choiceView
}

// sheet shows the fact sheet.
func (p pages) sheet(v *console.Visit) error {
	var q struct {
		Done string `form:"done"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	page, err := p.saved(v)
	if err != nil {
		return err
	}
	page.Head.Done = deedOf(q.Done)
	return v.Page(http.StatusOK, "sheet", page)
}

// mineView is a sheet with what of it the reader has before them.
type mineView struct {
	is    storage.Sheet // what stands there
	shown bot.Change    // as the reader left it: what they have kept, or the version there is
	rev   int           // of what they have kept
	kept  bool          // they have kept something
}

func (p pages) mine(v *console.Visit) (m mineView, err error) {
	if m.is, err = p.read(v); err != nil {
		return m, err
	}
	m.shown = m.is.Unsubmitted().Change
	own, _, err := p.Changes().Drafts(v.Ctx(), v.Actor, m.is.ID)
	if own != nil && m.is.State == bot.ChangeDraft {
		m.shown, m.rev, m.kept = own.Sheet, own.Rev, true
		m.shown.ID, m.shown.Version = m.is.ID, own.Version
	}
	return m, err
}

// saved is the sheet as the reader left it.
func (p pages) saved(v *console.Visit) (sheetPage, error) {
	m, err := p.mine(v)
	if err != nil {
		return sheetPage{}, err
	}
	return p.page(v, m.is, m.shown, m.rev, m.kept, nil)
}

// read reads the change that the address names.
func (p pages) read(v *console.Visit) (storage.Sheet, error) {
	changes := p.Changes()
	if changes == nil {
		return storage.Sheet{}, console.ErrAway
	}
	return changes.Read(v.Ctx(), v.Actor, v.Param("id"))
}

// page lays out a sheet: is what stands there, shown what the reader has before them.
func (p pages) page(v *console.Visit, is storage.Sheet, shown bot.Change, rev int, kept bool, faults console.Faults) (page sheetPage, err error) {
	shown = change.Grouped(shown)
	found, err := p.found(v, is.ID, shown)
	if err != nil {
		return page, err
	}
	head := p.head(v, is, "sheet")
	head.Title, head.Kept, head.Open = titleOf(v, shown), kept, found.open
	head.Unready = unready(shown)
	head.Submits = head.Edits && len(head.Unready) == 0
	page = sheetPage{Head: head, Edits: head.Edits, Owner: shown.Owner, Base: shown.Version, Rev: rev, Faults: faults, Next: next(v, is)}
	l := layout{v: v, p: p, found: found, faults: faults, corrects: is.InForce != 0, edits: head.Edits}
	if head.State == stateOf(bot.ChangeDraft) || head.State == stateOf(bot.ChangeReview) {
		shown.ID = is.ID
		if l.notes, err = p.notes(v, shown); err != nil {
			return page, err
		}
	}
	page.Head.Noted = openNotes(l.notes)
	page.Words = l.texts(shown)
	page.Facts = l.facts(shown)
	page.Others = l.others(shown)
	if page.Lists, err = l.lists(shown); err != nil {
		return page, err
	}
	for _, k := range bot.ChangeKinds() {
		page.Kinds = append(page.Kinds, choiceView{string(k), textKey("changes.kind." + k), "", k == shown.Kind})
	}
	for _, level := range bot.ChangeLevels() {
		page.Levels = append(page.Levels, choiceView{string(level), textKey("changes.level." + levelOf(level)), "", level == shown.AtLevel()})
	}
	if kept && shown.Version != is.Version {
		page.Clash = p.clash(v, is, shown)
	}
	return page, nil
}

// head is what stands above the pages of the change.
func (p pages) head(v *console.Visit, is storage.Sheet, here pageKey) headView {
	return headView{
		ID: is.ID, Title: titleOf(v, is.Change), State: stateOf(is.State), Version: is.Version, Told: is.InForce, Note: is.Note, Here: here,
		Edits: v.Actor.May(bot.WriteContent) && is.State == bot.ChangeDraft, By: p.Name(v.Ctx(), is.Editor), At: is.Made,
	}
}

func titleOf(v *console.Visit, c bot.Change) string {
	return cmp.Or(strings.TrimSpace(c.Title.In(v.Lang)), strings.TrimSpace(c.Title.UK), strings.TrimSpace(c.Title.RU))
}

// unready says what keeps the change from being submitted, each field once.
func unready(c bot.Change) (all []missingView) {
	for _, field := range change.Unready(c) {
		m := missingView{Name: fieldKey(field), ID: idOf(field)}
		if parts := strings.Split(field, "/"); len(parts) > 1 {
			n, _ := strconv.Atoi(parts[1])
			m = missingView{fieldKey(parts[0]), n + 1, idOf(field)}
		}
		if !slices.Contains(fields(), m.Name) {
			m.Name = "what"
		}
		if !slices.ContainsFunc(all, func(other missingView) bool { return other.Name == m.Name && other.Nr == m.Nr }) {
			all = append(all, m)
		}
	}
	return all
}

// idOf is where a field stands on the page.
func idOf(field string) anchor { return anchor("at-" + strings.ReplaceAll(field, "/", "-")) }

// request is what was sent of a sheet.
type request struct {
	is     storage.Sheet // what stands there
	sent   bot.Change    // with what was pressed done to it
	form   sheetForm
	faults console.Faults // what cannot be read
}

// posted reads the form of a sheet.
func (p pages) posted(v *console.Visit) (r request, err error) {
	if err = v.Form(&r.form); err != nil {
		return r, err
	}
	if r.is, err = p.read(v); err != nil {
		return r, err
	}
	r.faults = console.Faults{}
	r.sent, err = r.form.change(r.is.ID, reader{p.Zone, r.faults, v.T("fault." + string(bot.FaultMoment))})
	press(&r.sent, r.form.Do)
	return r, err
}

// accept does what was pressed at a finding.
func (p pages) accept(v *console.Visit, id string, form sheetForm) error {
	verb, key, _ := strings.Cut(form.Do, " ")
	switch verb {
	case "accept":
		i := slices.Index(form.Found, key)
		if i < 0 || i >= len(form.Why) || tidy(form.Why[i]) == "" {
			return bot.Invalid("reason", bot.FaultBlank, nil)
		}
		return p.Changes().Accept(v.Ctx(), v.Actor, id, key, form.Why[i])
	case "dispute":
		return p.Changes().Accept(v.Ctx(), v.Actor, id, key, "")
	}
	return nil
}

// keep keeps what was written so far, does what a button says, and shows it.
func (p pages) keep(v *console.Visit) error {
	r, err := p.posted(v)
	if err != nil {
		return err
	}
	return p.kept(v, r)
}

func (p pages) kept(v *console.Visit, r request) error {
	status := http.StatusOK
	rev, err := p.Changes().Keep(v.Ctx(), v.Actor, r.sent, r.form.Rev)
	tabbed := errors.Is(err, storage.ErrConflict)
	switch {
	case tabbed:
		status, rev = http.StatusConflict, r.form.Rev
	case err == nil:
		if err = p.accept(v, r.is.ID, r.form); err == nil {
			err = p.mend(v, r.is.ID, r.form.Do)
		}
	}
	if err != nil && !tabbed {
		wrong, ok := v.Faults(err)
		if !ok {
			return err
		}
		maps.Copy(r.faults, wrong)
	}
	page, err := p.page(v, r.is, r.sent, rev, true, r.faults)
	if err != nil {
		return err
	}
	page.Tabbed = tabbed
	return v.Page(status, "sheet", page)
}

// save does what was pressed: makes a version of what was written, and submits it where
// that was it; a button within the sheet keeps it.
func (p pages) save(v *console.Visit) error {
	r, err := p.posted(v)
	if err != nil {
		return err
	}
	verb, rest, _ := strings.Cut(r.form.Do, " ")
	switch verb {
	case "add", "drop", "accept", "dispute", "mended", "unmended":
		return p.kept(v, r)
	case "theirs":
		if err := p.Changes().Discard(v.Ctx(), v.Actor, r.is.ID); err != nil {
			return err
		}
		return v.See("/changes/" + r.is.ID + "?done=discarded")
	case "mine": // it goes on from the version that they have seen
		if r.sent.Version, err = strconv.Atoi(rest); err != nil {
			return console.ErrForm
		}
	}
	if len(r.faults) > 0 {
		return p.again(v, r, nil)
	}
	return p.settle(v, r, verb == "submit")
}

// settle makes a version, and submits it where that is wanted and nothing is missing.
func (p pages) settle(v *console.Visit, r request, submit bool) error {
	if _, err := p.Changes().Keep(v.Ctx(), v.Actor, r.sent, r.form.Rev); err != nil {
		return p.again(v, r, err)
	}
	settled, err := p.Changes().Settle(v.Ctx(), v.Actor, r.is.ID)
	if err != nil {
		return p.again(v, r, err)
	}
	way := "/changes/" + r.is.ID
	switch {
	case !submit:
		return v.See(way + "?done=saved")
	case len(unready(settled.Change)) > 0:
		return v.See(way)
	}
	if _, err := p.Changes().Move(v.Ctx(), v.Actor, r.is.ID, bot.ChangeSubmit, settled.Version, ""); err != nil {
		r.sent.Version = settled.Version
		return p.again(v, r, err)
	}
	return v.See(way + "?done=submitted")
}

// again shows a sheet that could not be saved, with what is wrong.
func (p pages) again(v *console.Visit, r request, why error) error {
	status := http.StatusUnprocessableEntity
	var stale *bot.StaleError
	tabbed := errors.Is(why, storage.ErrConflict)
	switch wrong, ok := v.Faults(why); {
	case tabbed || errors.As(why, &stale):
		status = http.StatusConflict
	case ok:
		maps.Copy(r.faults, wrong)
	case why != nil:
		return why
	}
	is, err := p.read(v) // it may have moved on
	if err != nil {
		return err
	}
	rev, kept := r.form.Rev, tabbed
	if own, _, err := p.Changes().Drafts(v.Ctx(), v.Actor, is.ID); err != nil {
		return err
	} else if own != nil && !tabbed {
		rev, kept = own.Rev, true
	}
	page, err := p.page(v, is, r.sent, rev, kept, r.faults)
	if err != nil {
		return err
	}
	page.Tabbed = tabbed
	return v.Page(status, "sheet", page)
}

// leave makes a version of what is written as the reader leaves. Nobody reads what it
// answers, so what cannot be a version waits.
func (p pages) leave(v *console.Visit) error {
	r, err := p.posted(v)
	if err != nil {
		return err
	}
	own, _, err := p.Changes().Drafts(v.Ctx(), v.Actor, r.is.ID)
	if err != nil {
		return err
	}
	if own != nil || !p.Changes().Same(r.is.Unsubmitted().Change, r.sent) {
		if len(r.faults) == 0 {
			_, err = p.Changes().Keep(v.Ctx(), v.Actor, r.sent, r.form.Rev)
		}
		if err == nil {
			_, err = p.Changes().Settle(v.Ctx(), v.Actor, r.is.ID)
		}
	}
	var stale *bot.StaleError
	if _, waits := v.Faults(err); err != nil && !waits && !errors.As(err, &stale) && !errors.Is(err, storage.ErrConflict) {
		return err
	}
	return v.NoContent(http.StatusNoContent)
}
