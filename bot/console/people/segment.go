package people

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/audience"
	"visnyk/bot/console"
	"visnyk/storage"
)

// segmentPage is the editor of a segment. Of who may not write, it is the text and what
// can be seen of the people.
type segmentPage struct {
	ID         string // "" while it has no name
	Title      string // the name that it has
	Version    int64
	Name       string
	Place      string
	Edits      bool
	Rows       []rowView
	Nodes      []node
	Abouts     []aboutChoice
	Text       string
	Was        string
	Wrong      *textPlace
	Reason     string
	Asks       bool // it asks about what may be sensitive
	Topic      string
	Topics     []segmentWay
	Other      string
	Others     []segmentWay
	Finds      bool // the reader may look for people
	Find       string
	Found      []segmentWay
	UsedBy     []segmentWay
	Changes    []string  // the titles of those whose audience names it
	Broadcasts []string  // the titles of those that are for it
	Counted    time.Time // zero: nobody has counted it since it was written
	People     int
	Counts     bool // there is something to count
	Looked     *lookedView
	Why        *whyView
	Done       deed
	Faults     console.Faults
}

// segmentDraft is a segment as somebody is writing it.
type segmentDraft struct {
	rows   []segmentRow
	tree   bot.Segment
	text   string
	wrong  *textPlace
	faults console.Faults
	whole  bool // nothing is wrong with it
}

// draft reads the editor. A text that was changed says what is meant; otherwise the
// rows do.
func (k known) draft(f segmentForm) (d segmentDraft, err error) {
	var ok bool
	if d.rows, ok = f.rows(); !ok {
		return d, console.ErrForm
	}
	d.faults = console.Faults{}
	text := strings.ReplaceAll(f.Text, "\r\n", "\n")
	if f.written(text) {
		tree, err := bot.SegmentOf(text, k.v.Lang, k.names)
		if err != nil {
			d.text = text
			return d, k.wrong(&d, text, err)
		}
		d.rows = rowsOf(tree)
	} else if rows, pressed := press(d.rows, f.Do, f.About); pressed {
		d.rows = rows
	}
	d.tree = treeOf(d.rows)
	if f.Do == "joined" {
		d.tree = withoutJoined(d.tree)
		d.rows = rowsOf(d.tree)
	}
	d.text = d.tree.Text(k.v.Lang, k.names)
	faults := d.tree.Faults("tree")
	for _, f := range faults {
		if f.Field == "tree" {
			d.faults["tree"] = faultWords(k.v, f)
		}
	}
	d.whole = len(faults) == 0
	return d, nil
}

// wrong says what is wrong with a text, and where.
func (k known) wrong(d *segmentDraft, text string, err error) error {
	var invalid *bot.InvalidError
	if !errors.As(err, &invalid) {
		return err
	}
	d.faults["text"] = faultWords(k.v, invalid.Faults[0])
	d.wrong = placeOf(text, invalid.Faults[0].Data)
	return nil
}

// withoutJoined leaves out who came within the time for which a segment wants people to
// have been silent.
func withoutJoined(tree bot.Segment) bot.Segment {
	joined, ok := audience.Lately(tree)
	switch {
	case !ok:
		return tree
	case len(tree.And) > 0:
		return bot.Segment{And: append(slices.Clone(tree.And), bot.None(joined))}
	}
	return bot.All(tree, bot.None(joined))
}

// draftOf lays out a segment that nobody has changed yet.
func (k known) draftOf(tree bot.Segment) segmentDraft {
	return segmentDraft{rows: rowsOf(tree), tree: tree, text: tree.Text(k.v.Lang, k.names), whole: true, faults: console.Faults{}}
}

// newSegment opens the editor of a segment that there is not yet.
func (p pages) newSegment(v *console.Visit) error {
	k, err := p.known(v)
	if err != nil {
		return err
	}
	page, err := p.segmentPage(k, segmentForm{}, k.draftOf(bot.Segment{}))
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, "segment", page)
}

func (p pages) segment(v *console.Visit) error {
	var query struct {
		Done string `form:"done"`
		Why  string `form:"why"` // the id of a person, of whom it says why they are in or not
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	s, err := p.Audiences().Read(v.Ctx(), v.Actor, v.Param("id"))
	if err != nil {
		return err
	}
	k, err := p.known(v)
	if err != nil {
		return err
	}
	r := segmentRequest{segmentForm{ID: s.ID, Version: s.Version, Name: s.Name}, k, k.draftOf(s.Tree)}
	page, err := p.segmentPage(k, r.form, r.draft)
	if err != nil {
		return err
	}
	page.Done = deedOf(query.Done)
	if query.Why != "" {
		if err := p.whyAtOnce(r, query.Why, &page); err != nil {
			return err
		}
	}
	return v.Page(http.StatusOK, "segment", page)
}

// segmentPage shows a draft; it counts nothing, so it is there at once.
func (p pages) segmentPage(k known, f segmentForm, d segmentDraft) (page segmentPage, err error) {
	v := k.v
	page = segmentPage{
		ID: f.ID, Version: f.Version, Name: f.Name, Place: f.Place, Edits: v.Actor.May(bot.WriteContent), Finds: v.Actor.May(bot.ReadContacts),
		Rows: k.view(d.rows), Nodes: groupNodes(), Abouts: k.abouts(), Text: d.text, Was: bot.HashText(d.text), Wrong: d.wrong, Reason: f.Reason, Asks: k.asks(d.tree) || f.Reason != "",
		Topic: f.Topic, Other: f.Other, Find: f.Find, Counts: d.whole, Faults: d.faults,
	}
	if d.faults["text"] != "" {
		page.Was = f.Was
	}
	if page.Place == "" {
		page.Place = storage.NewID()
	}
	topics, err := p.Audiences().Topics(v.Ctx(), v.Actor)
	for _, t := range topics {
		page.Topics = append(page.Topics, segmentWay{t.ID, t.Label.In(v.Lang)})
	}
	if err != nil {
		return page, err
	}
	all, err := p.Audiences().List(v.Ctx(), v.Actor)
	for _, s := range all {
		if s.ID != f.ID {
			page.Others = append(page.Others, segmentWay{s.ID, s.Name})
			continue
		}
		page.Title, page.Counted, page.People = s.Name, s.CountedAt, s.Count
	}
	if err != nil || f.ID == "" {
		return page, err
	}
	page.UsedBy = usersOf(f.ID, all)
	naming, err := p.Audiences().Naming(v.Ctx(), v.Actor)
	if err != nil {
		return page, err
	}
	addressed, err := p.Audiences().Addressed(v.Ctx(), v.Actor)
	page.Changes, page.Broadcasts = titlesOf(v.Lang, naming[f.ID]), broadcastTitles(v.Lang, addressed[f.ID])
	return page, err
}

// asks reports whether a reason may be wanted for the tree: who may not see what is
// declared is asked for every attribute, and what is in other segments nobody looks up.
func (k known) asks(tree bot.Segment) bool {
	if k.attributes == nil {
		return len(tree.Attributes())+len(tree.Within()) > 0
	}
	return len(tree.Within()) > 0 || slices.ContainsFunc(tree.Attributes(), func(name string) bool { return k.declared(name).Sensitive })
}
