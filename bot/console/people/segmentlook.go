package people

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/audience"
	"visnyk/bot/console"
	"visnyk/bot/contact"
	"visnyk/storage"
)

const (
	// sampleShown is how many people of a segment are shown.
	sampleShown = 8
	// foundShown is how many people are offered to be asked about.
	foundShown = 5
)

// lookedView is what can be seen of a segment's people.
type lookedView struct {
	About      bool // so many, more or less: they are being counted
	People, Of int
	Blank      int // who are in only because something is not known of them; -1: nobody has counted
	Late       bool
	Whole      bool // all below is there
	Warnings   []warningView
	Sample     []glimpseView
	Reachable  int
	ForMoney   int
	Not        []notReached
	Overlap    *overlapView
	At         time.Time
	Edits      bool
	Exports    bool // the reader may have files with people
	Links      bool // personal links are made
	Fault      string
}

type warningView struct {
	Kind   audience.WarningKind
	People int
	Other  segmentWay
}

type glimpseView struct {
	ID, Initials string
	Has          []string // what the segment asks about
}

type notReached struct {
	Why    storage.Unreachable
	People int
}

type overlapView struct {
	Name             string
	One, Other, Both int
}

// segmentRequest is what was sent from the editor, and what it means.
type segmentRequest struct {
	form  segmentForm
	known known
	draft segmentDraft
}

func (r segmentRequest) question() audience.Question {
	return audience.Question{Tree: r.draft.tree, Reason: r.form.Reason, Segment: r.form.ID}
}

func (p pages) segmentRequest(v *console.Visit) (r segmentRequest, err error) {
	if err := v.Form(&r.form); err != nil {
		return r, err
	}
	if r.known, err = p.known(v); err != nil {
		return r, err
	}
	if !v.Actor.May(bot.WriteContent) { // who may not write sends no rows: it is what it is
		s, err := p.Audiences().Read(v.Ctx(), v.Actor, r.form.ID)
		r.draft = r.known.draftOf(s.Tree)
		r.form.Name, r.form.Version = s.Name, s.Version
		return r, err
	}
	r.draft, err = r.known.draft(r.form)
	return r, err
}

// segmentLook shows the editor anew, after a button of it. What is wrong with what is
// being written is part of what it shows, and no failure: nothing was to be done.
func (p pages) segmentLook(v *console.Visit) error {
	r, err := p.segmentRequest(v)
	if err != nil {
		return err
	}
	page, err := p.segmentPage(r.known, r.form, r.draft)
	if err != nil {
		return err
	}
	what, whom, _ := strings.Cut(r.form.Do, " ")
	switch {
	case !r.draft.whole:
	case what == "count":
		page.Looked, err = p.counted(r)
	case what == "why":
		page.Why, err = p.why(r, whom)
	case what == "find" && page.Finds:
		page.Found, err = p.find(v, r.form.Find)
	}
	if faults, told := v.Faults(err); told {
		page.Faults, page.Asks, err = faults, true, nil
	}
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, "segment", page)
}

// segmentCount answers with the part of the editor that says who is in it.
func (p pages) segmentCount(v *console.Visit) error { return p.showLooked(v, p.counted) }

// segmentEstimate answers with the same, about and at once.
func (p pages) segmentEstimate(v *console.Visit) error { return p.showLooked(v, p.estimated) }

func (p pages) showLooked(v *console.Visit, look func(segmentRequest) (*lookedView, error)) error {
	r, err := p.segmentRequest(v)
	if err != nil {
		return err
	}
	if !r.draft.whole {
		return console.ErrForm
	}
	view, err := look(r)
	if faults, told := v.Faults(err); told {
		view = &lookedView{Fault: anyOf(faults)}
	} else if err != nil {
		return err
	}
	part, err := v.Fragment("segment", "looked", view)
	if err != nil {
		return err
	}
	return v.HTMLBlob(http.StatusOK, part)
}

func anyOf(faults console.Faults) string {
	for _, words := range faults {
		return words
	}
	return ""
}

func (p pages) estimated(r segmentRequest) (*lookedView, error) {
	c, err := p.Audiences().Estimate(r.known.v.Ctx(), r.known.v.Actor, r.question())
	return &lookedView{About: true, People: c.People, Of: c.Of, Blank: -1, At: c.At}, err
}

func (p pages) counted(r segmentRequest) (*lookedView, error) {
	v := r.known.v
	seen, err := p.Audiences().Look(v.Ctx(), v.Actor, r.question(), audience.Wanted{
		Place: r.form.Place, Sample: sampleShown, Topic: r.form.Topic, Charge: p.Charge(), Other: r.form.Other,
	})
	if err != nil {
		return nil, err
	}
	c := seen.Count
	view := &lookedView{
		About: !c.Final, People: c.People, Of: c.Of, Blank: c.OnlyBlank, Late: seen.Late, Whole: !seen.Late, At: c.At,
		Reachable: seen.Reach.Reachable, ForMoney: seen.Reach.ForMoney, Edits: v.Actor.May(bot.WriteContent),
		Exports: v.Actor.May(bot.ExportContacts), Links: p.JoinPage != "",
	}
	for _, w := range seen.Warnings {
		view.Warnings = append(view.Warnings, warningView{w.Kind, w.People, segmentWay{w.Other.ID, w.Other.Name}})
	}
	for _, g := range seen.Sample {
		view.Sample = append(view.Sample, glimpseView{g.Contact, g.Initials, r.known.has(g.Why)})
	}
	for _, why := range unreachables() {
		if n := seen.Reach.Not[why]; n > 0 {
			view.Not = append(view.Not, notReached{why, n})
		}
	}
	if o := seen.Overlap; o != nil {
		view.Overlap = &overlapView{r.known.names.Segments[r.form.Other], o.One, o.Other, o.Both}
	}
	return view, nil
}

func unreachables() []storage.Unreachable {
	return []storage.Unreachable{storage.NoAddress, storage.Stopped, storage.BlockedUs, storage.NoConsent, storage.PausedNow}
}

func warnings() []audience.WarningKind {
	return []audience.WarningKind{audience.WarnTiny, audience.WarnHuge, audience.WarnAlmost, audience.WarnJoined, audience.WarnVariants}
}

// has says what a person has of what the segment asks about, each once.
func (k known) has(why bot.Explanation) (all []string) {
	for _, line := range k.explained(nil, why, 0) {
		if said := line.About + ": " + line.Has; line.Has != "" && !slices.Contains(all, said) {
			all = append(all, said)
		}
	}
	return all
}

// find returns people whom the words may mean.
func (p pages) find(v *console.Visit, words string) (found []segmentWay, err error) {
	all, _, err := p.Contacts().Find(v.Ctx(), v.Actor, contact.Filter{Text: strings.TrimSpace(words), Limit: foundShown})
	for _, r := range all {
		found = append(found, segmentWay{r.ID, r.Name})
	}
	return found, err
}

// saveSegment gives a segment its name and tree.
func (p pages) saveSegment(v *console.Visit) error {
	r, err := p.segmentRequest(v)
	if err != nil {
		return err
	}
	if !r.draft.whole {
		return p.showUnsaved(v, r, nil)
	}
	id, err := p.write(v.Ctx(), v.Actor, r)
	if err != nil {
		return p.showUnsaved(v, r, err)
	}
	return v.See("/segments/" + id + "?done=segment")
}

func (p pages) write(ctx context.Context, by bot.Actor, r segmentRequest) (string, error) {
	if r.form.ID == "" {
		s, err := p.Audiences().Create(ctx, by, r.form.Name, r.draft.tree)
		return s.ID, err
	}
	s, err := p.Audiences().Read(ctx, by, r.form.ID)
	if err != nil {
		return "", err
	}
	s.Name, s.Tree, s.Version = r.form.Name, r.draft.tree, r.form.Version
	return s.ID, p.Audiences().Change(ctx, by, s)
}

// showUnsaved shows the editor with what is wrong. Where somebody else has changed the
// segment meanwhile, the next press means that.
func (p pages) showUnsaved(v *console.Visit, r segmentRequest, err error) error {
	status := http.StatusUnprocessableEntity
	faults, told := v.Faults(err)
	if errors.Is(err, storage.ErrConflict) {
		s, err := p.Audiences().Read(v.Ctx(), v.Actor, r.form.ID)
		if err != nil {
			return err
		}
		r.form.Version, status = s.Version, http.StatusConflict
		faults, told = console.Faults{"": v.T("people.segment.meanwhile")}, true
	}
	if err != nil && !told {
		return err
	}
	page, err := p.segmentPage(r.known, r.form, r.draft)
	if err != nil {
		return err
	}
	for field, words := range faults {
		page.Faults[field] = words
	}
	if !r.draft.whole && page.Faults["text"] == "" && page.Faults["tree"] == "" {
		page.Faults["tree"] = v.T("people.segment.unready")
	}
	return v.Page(status, "segment", page)
}

// dropSegment removes a segment that nothing uses.
func (p pages) dropSegment(v *console.Visit) error {
	var form struct {
		ID      string `form:"id"`
		Version int64  `form:"version"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	s, err := p.Audiences().Read(v.Ctx(), v.Actor, form.ID)
	if err != nil {
		return err
	}
	tree := s.Tree
	s.Version = form.Version
	err = p.Audiences().Drop(v.Ctx(), v.Actor, s)
	if err == nil {
		return v.See("/segments?done=segment_gone")
	}
	faults, told := v.Faults(err)
	if !told {
		return err
	}
	k, err := p.known(v)
	if err != nil {
		return err
	}
	page, err := p.segmentPage(k, segmentForm{ID: s.ID, Version: form.Version, Name: s.Name}, k.draftOf(tree))
	if err != nil {
		return err
	}
	page.Faults[""] = anyOf(faults)
	return v.Page(http.StatusConflict, "segment", page)
}
