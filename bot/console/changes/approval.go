package changes

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/audience"
	"visnyk/bot/change"
	"visnyk/bot/console"
	"visnyk/storage"
)

// approvalPage is what whoever approves a change reads before they decide.
type approvalPage struct {
	Head    headView
	Who     string // has submitted it
	People  int    // whom it concerns; -1: no number may be told
	About   bool   // it is so many, more or less
	Review  bool   // it waits for a decision
	Decides bool   // of the reader
	Own     bool   // who wrote some of it, so somebody else decides
	Button  textKey
	// Hash is what would be approved, Whom the people it would be told to.
	Hash, Whom  string
	Facts       []factView
	Level       textKey
	Until       time.Time // when it goes back by itself
	Short       string    // why it comes later than its kind demands
	Passed      bool      // the day on which it takes effect has
	Void        time.Time // when its approval is void unless it is announced; zero: never
	Compared    int       // the version that Differences are against; 0: it is the first
	Returned    bool      // which was returned; else it is the one that customers hear of
	Differences []console.Difference
	Notes       []noteView
	Stands      []standView
	Tightest    tightView
	Languages   []languageView
	Fault       string // why nothing can be shown
	Fields      []remarkView
	Remarked    bool // something was typed beside one of them
	Changed     *changedView
	Undo        bool // the reader may take their approval back
	Announces   bool
	Again       string // how many it is announced to on purpose by the next press; "" before it was refused
	Crowd       *crowdView
	Revises     bool
	Note        string // as it was typed
	Faults      console.Faults
}

// crowdView is that a version concerns many more or fewer people than it was approved for.
type crowdView struct{ Approved, People int }

// standView is a finding that its author lets stand.
type standView struct {
	Name     fieldKey
	About    foundKey
	Words    string
	Why, Who string
}

// remarkView is a field of the sheet, and what is to be noted there.
type remarkView struct {
	Name   fieldKey
	ID     anchor
	Both   bool // it says something in each language
	UK, RU string
	Value  string
	Remark string // as it was typed
}

// changedView is what became another since the page was read.
type changedView struct {
	Moved       bool // somebody has moved it on
	Version     int  // the one that was read, where another is there now
	Whom        bool // it concerns others
	Differences []console.Difference
}

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
			notes[field] = tidy(f.Remark[i])
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

// approvalPage lays out what there is to decide about, with what was typed.
func (p pages) approvalPage(v *console.Visit, is storage.Sheet, typed decideForm) (page approvalPage, err error) {
	page = approvalPage{Head: p.head(v, is, "approval"), Review: is.State == bot.ChangeReview, People: -1, Note: typed.Note}
	page.Whom = bot.HashText(is.Audience.Text(bot.Ukrainian, bot.SegmentNames{}))
	review, err := p.Changes().Review(v.Ctx(), v.Actor, is)
	if err != nil {
		return page, err
	}
	page.Who, page.Until = cmp.Or(review.By, page.Head.By), review.Until
	page.Decides = page.Review && review.Judged == nil
	var forbidden *bot.ForbiddenError
	page.Own = page.Review && errors.As(review.Judged, &forbidden) && forbidden.Same
	if review.Short {
		page.Short = is.ShortNotice
	}
	until, err := p.Changes().Undoable(v.Ctx(), v.Actor, is)
	if err != nil {
		return page, err
	}
	page.Undo = !until.IsZero()
	page.Passed = !is.From.IsZero() && is.From.Before(time.Now())
	if is.State == bot.ChangeApproved && is.Approved.Before(is.From) {
		page.Void = is.From
	}
	page.Announces = is.State == bot.ChangeApproved && v.Actor.May(bot.WriteContent)
	page.Revises = is.State == bot.ChangeApproved && (page.Announces || v.Actor.May(bot.ApproveContent))
	if !page.Review && is.State != bot.ChangeApproved {
		return page, nil
	}
	if page.People, page.About, err = p.concerns(v, is); err != nil {
		return page, err
	}
	if page.Crowd, err = p.crowd(v, is, page); err != nil {
		return page, err
	}
	page.Button = buttonOf(is, time.Now())
	return page, p.lookedAt(v, is, review, typed, &page)
}

// crowd compares whom an approved version concerns with whom it was approved for; nil
// where that is about the same, or no number may be told.
func (p pages) crowd(v *console.Visit, is storage.Sheet, page approvalPage) (*crowdView, error) {
	if is.State != bot.ChangeApproved || page.People < 0 || page.About {
		return nil, nil
	}
	approved, ok, err := p.Changes().ApprovedFor(v.Ctx(), v.Actor, is)
	if err != nil || !ok || !bot.Beyond(approved, page.People) {
		return nil, err
	}
	return &crowdView{approved, page.People}, nil
}

// lookedAt adds all that is to be read of the version.
func (p pages) lookedAt(v *console.Visit, is storage.Sheet, review change.Review, typed decideForm, page *approvalPage) (err error) {
	now := is.Unsubmitted().Change
	if err := p.since(v, is, review, page); err != nil {
		return err
	}
	if page.Notes, err = p.notes(v, now); err != nil {
		return err
	}
	found, err := p.Changes().Found(v.Ctx(), v.Actor, now, p.Zone)
	if err != nil {
		return err
	}
	for _, f := range found {
		if a := f.Accepted; a != nil {
			page.Stands = append(page.Stands, standView{rootOf(f.Field), foundOf(f.Code, f.Reason), short(f.Words), a.Reason, p.Name(v.Ctx(), a.User)})
		}
	}
	l := layout{v: v, p: p}
	lines, err := l.lines(change.Grouped(now))
	if err != nil {
		return err
	}
	page.Fields, page.Remarked = remarks(lines, typed.notes()), len(typed.notes()) > 0
	page.Level = textKey("changes.level." + levelOf(now.AtLevel()))
	for _, f := range l.facts(now) {
		if f.Shown != "" && f.Name != "short_notice" && (f.Name != "acknowledge_by" || now.AtLevel() == bot.LevelAcknowledge) {
			page.Facts = append(page.Facts, f)
		}
	}
	if is.Hash != "" {
		page.Hash = is.Hash
	} else if page.Hash, err = p.Changes().Approvable(is); err != nil {
		return err
	}
	if p.Show == nil {
		return nil
	}
	all, err := p.toldTo(v, is.Change)
	if err != nil {
		wrong, ok := v.Faults(err)
		if !ok {
			return err
		}
		page.Fault = strings.Join(slices.Sorted(maps.Values(wrong)), " ")
		return nil
	}
	page.Languages = languages(all, typed.Read)
	if tight := tightest(all); len(tight) > 0 {
		page.Tightest = tight[0]
	}
	return nil
}

// since compares the version with the one that was returned last, and where none was,
// with the one that customers hear of.
func (p pages) since(v *console.Visit, is storage.Sheet, review change.Review, page *approvalPage) error {
	page.Compared, page.Returned = review.Returned, review.Returned > is.InForce
	if !page.Returned {
		page.Compared = is.InForce
	}
	if page.Compared == 0 {
		return nil
	}
	before, err := p.Changes().Version(v.Ctx(), v.Actor, is.ID, page.Compared)
	if err != nil {
		return err
	}
	page.Differences, err = p.differences(v, before.Unsubmitted().Change, is.Unsubmitted().Change)
	return err
}

// countPatience is how long a page waits for the people to be counted; then it is about
// so many.
const countPatience = time.Second

// concerns counts whom the version concerns; -1 where no number may be told, because it
// would tell of values that are sensitive.
func (p pages) concerns(v *console.Visit, is storage.Sheet) (people int, about bool, err error) {
	if p.Audiences == nil {
		return -1, false, nil
	}
	q := audience.Question{Tree: is.Audience}
	ctx, stop := context.WithTimeout(v.Ctx(), countPatience)
	defer stop()
	c, err := p.Audiences().Count(ctx, v.Actor, q, "approval of "+is.ID)
	if err != nil && ctx.Err() != nil && v.Ctx().Err() == nil {
		c, err = p.Audiences().Estimate(v.Ctx(), v.Actor, q)
	}
	if _, told := v.Faults(err); told || errors.Is(err, context.Canceled) && v.Ctx().Err() == nil {
		return -1, false, nil
	}
	return c.People, !c.Final, err
}

// buttonOf is the key of what an approval makes true: people may hear of it by a press
// after that, by itself at its moment, or at once.
func buttonOf(is storage.Sheet, now time.Time) textKey {
	switch {
	case is.AnnounceAt.IsZero():
		return "changes.approve_press"
	case is.AnnounceAt.After(now):
		return "changes.approve_moment"
	}
	return "changes.approve_once"
}

// rootOf is the field of the sheet in which something was found.
func rootOf(field string) fieldKey {
	name, _, _ := strings.Cut(field, "/")
	if !slices.Contains(fields(), fieldKey(name)) {
		return "what"
	}
	return fieldKey(name)
}

// remarks are the fields that say something, with what was typed beside them.
func remarks(lines []line, typed map[string]string) (all []remarkView) {
	for _, l := range lines {
		i := slices.IndexFunc(all, func(r remarkView) bool { return r.Name == l.name })
		if i < 0 {
			i = len(all)
			all = append(all, remarkView{Name: l.name, ID: idOf(string(l.name)), Both: l.language != "", Remark: typed[string(l.name)]})
		}
		switch l.language {
		case bot.Ukrainian:
			all[i].UK = l.text
		case bot.Russian:
			all[i].RU = l.text
		default:
			all[i].Value = l.text
		}
	}
	return slices.DeleteFunc(all, func(r remarkView) bool { return r.UK+r.RU+r.Value == "" })
}
