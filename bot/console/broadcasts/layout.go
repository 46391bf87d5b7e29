package broadcasts

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/clarity"
	"visnyk/bot/console"
	"visnyk/bot/console/drafting"
	"visnyk/storage"
)

// composePage is a broadcast as it is written.
type composePage struct {
	drafting.View
	Head      headView
	Title     string
	TitleRoom drafting.Room
	Topics    []choiceView
	Changes   []choiceView
	Segments  []choiceView
	Tree      string // whom it is for, where that is no segment with a name
	Says      string // the same in words
	Text      []wordsView
	Digest    []wordsView
	Names     []nameView // what a text may say of its reader
	Slots     []nameView // of a template
	Buttons   []buttonView
	Full      bool // no more buttons fit
	Picture   pictureView
	Start     string
	Until     string
	Zone      string
	Must      bool
	Corrects  bool
	Urgent    string
	Fallback  int
	Ceiling   string
	Preview   previewView
}

// headView is what stands above every page of a broadcast.
type headView struct {
	ID, Title string
	State     stateKey
	Version   int
	Note      string
	Mends     string // the broadcast that was stopped, for whose other people it is
	Corrects  string // the one whose words were wrong, for whose people it is
	// ApprovedWith is the version of its change with which all of a draft was approved: 0
	// where somebody has to approve it.
	ApprovedWith int
	Here         pageKey
	Edits        bool
	Begun        bool
	By           string
	At           time.Time
	Done         deed
	Template     bool
	FilledOf     string // the template that it is a copy of; "" is none
}

type (
	pageKey string
	deed    string
	textKey string
	anchor  string
)

// choiceView is one of several choices.
type choiceView struct {
	Value  string
	Key    textKey // of its words
	Name   string  // its name, where it has one of its own
	Chosen bool
}

// wordsView is a text in one language.
type wordsView struct {
	Language bot.Language
	In       anchor // the name of its input, and its id
	Text     string
	Room     drafting.Room
	Drift    []driftView
	Fault    string
}

// driftView is where a text says something else than the sheet of its change.
type driftView struct {
	About      driftKey
	Words      string
	Start, End int // in UTF-16 units, as browsers count; both 0: of the whole
}

type driftKey string

// nameView is a variable.
type nameView struct{ Name, Label string }

// buttonView is a button under the message.
type buttonView struct {
	Nr      int
	Place   int // one less
	UK, RU  string
	URL     string
	Choices []choiceView
	Flows   []choiceView // that it may open
	Fault   string
}

// head is what stands above the pages of the broadcast.
func (p pages) head(v *console.Visit, m storage.Mailing, here pageKey) headView {
	of := ""
	if m.Filled != nil {
		of = m.Filled.Template.ID
	}
	return headView{
		Template: m.Template, FilledOf: of, ID: m.ID, Title: titleOf(v, m), State: stateOf(m.State), Version: m.Version, Note: m.Note, Mends: m.Mends, Corrects: m.Corrects, Here: here, Begun: begun(m),
		Edits: v.Actor.May(bot.WriteContent) && m.State == bot.BroadcastDraft, By: p.Name(v.Ctx(), m.Editor), At: m.Updated,
	}
}

// approvedWith is the version of its change with which all that the reader has before them
// was approved; 0 where somebody has to approve it, or it waits for no schedule.
func (p pages) approvedWith(v *console.Visit, m mineView) (int, error) {
	if m.Is.State != bot.BroadcastDraft {
		return 0, nil
	}
	return p.Broadcasts().ApprovedWith(v.Ctx(), v.Actor, m.Shown)
}

// page lays out a broadcast as the reader has it before them.
func (p pages) page(v *console.Visit, m mineView, as string, faults console.Faults) (page composePage, err error) {
	b := m.Shown
	b.Titles = m.Is.Titles
	head := p.head(v, m.Is, "message")
	head.Title = titleOf(v, storage.Mailing{Broadcast: b})
	if head.ApprovedWith, err = p.approvedWith(v, m); err != nil {
		return page, err
	}
	page = composePage{
		Head: head, Title: b.Title, TitleRoom: drafting.RoomIn(b.Title, broadcast.TitleMost), Start: bot.Wall(b.Start, p.zone(b)), Until: bot.Wall(b.Until, p.zone(b)), Zone: p.zone(b).String(),
		Must: b.Must, Corrects: b.Correction, Urgent: b.Urgent, Fallback: b.Fallback, Ceiling: b.Ceiling.String(),
	}
	if page.View, err = p.writing().View(v, m, faults); err != nil {
		return page, err
	}
	if page.Picture, err = p.pictureOf(v, b.Media); err != nil {
		return page, err
	}
	if err := p.choices(v, b, &page); err != nil {
		return page, err
	}
	drift, err := p.drift(v, b)
	if err != nil {
		return page, err
	}
	for _, l := range bot.Languages() {
		page.Text = append(page.Text, wordsView{l, anchor("text_" + l), b.Text.In(l), drafting.RoomIn(b.Text.In(l), broadcast.TextMost), drift[l], faults["text/"+string(l)]})
		page.Digest = append(page.Digest, wordsView{l, anchor("digest_" + l), b.Digest.In(l), drafting.RoomIn(b.Digest.In(l), broadcast.DigestMost), nil, faults["digest/"+string(l)]})
	}
	for i, button := range b.Buttons {
		page.Buttons = append(page.Buttons, buttonOf(i, button, p.Broadcasts().Doors(), faults))
	}
	page.Full = len(b.Buttons) >= buttonsMost
	if b.Template {
		for _, slot := range bot.Slots() {
			page.Slots = append(page.Slots, nameView{Name: string(slot), Label: v.T("broadcasts.slot." + string(slot))})
		}
	}
	if page.Names, err = p.names(v); err != nil {
		return page, err
	}
	if page.Preview, err = p.preview(v, b, as); err != nil {
		return page, err
	}
	return page, nil
}

// buttonsMost is how many buttons the page offers; bot/broadcast has the same bound.
const buttonsMost = 7

func buttonOf(i int, b bot.BroadcastButton, doors []bot.Door, faults console.Faults) buttonView {
	view := buttonView{Nr: i + 1, Place: i, UK: b.Label.UK, RU: b.Label.RU, URL: b.URL}
	for _, do := range append(broadcast.Lasting(), toURL) {
		view.Choices = append(view.Choices, choiceView{do, textKey("broadcasts.does." + do), "", do == b.Do || do == toURL && b.URL != ""})
	}
	known := b.Flow == ""
	for _, d := range doors {
		known = known || d.Flow == b.Flow
		view.Flows = append(view.Flows, choiceView{bot.LastingFlow(d.Flow), textKey(d.Text), "", d.Flow == b.Flow})
	}
	if !known { // it was there when that was written
		view.Flows = append(view.Flows, choiceView{bot.LastingFlow(b.Flow), "", b.Flow, true})
	}
	for _, field := range []string{"label", "do", "url", "flow"} {
		view.Fault = cmp.Or(view.Fault, faults[fmt.Sprintf("buttons/%d/%s", i, field)])
	}
	return view
}

// zone is where the author reads the moments of a broadcast.
func (p pages) zone(b bot.Broadcast) *time.Location { return bot.ZoneOf(b.Zone, p.Zone) }

// choices are the topics, the changes and the segments that there are.
func (p pages) choices(v *console.Visit, b bot.Broadcast, page *composePage) error {
	topics, err := p.Audiences().Topics(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	for _, t := range topics {
		page.Topics = append(page.Topics, choiceView{t.ID, "", t.Label.In(v.Lang), t.ID == b.Topic})
	}
	sheets, err := p.sheets(v)
	if err != nil {
		return err
	}
	page.Changes = []choiceView{{"", "broadcasts.no_change", "", b.Change == ""}}
	for _, s := range sheets {
		page.Changes = append(page.Changes, choiceView{s.ID, "", cmp.Or(strings.TrimSpace(s.Title.In(v.Lang)), s.ID), s.ID == b.Change})
	}
	saved, err := p.Audiences().List(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	tree := treeOf(b.Audience)
	named := b.Audience.Everyone()
	page.Segments = []choiceView{{"", "broadcasts.everyone", "", named}}
	for _, s := range saved {
		is := tree == treeOf(bot.In("segment", s.ID))
		named = named || is
		page.Segments = append(page.Segments, choiceView{s.ID, "", s.Name, is})
	}
	if !named {
		names, err := p.Audiences().Names(v.Ctx(), v.Actor, v.Lang)
		if err != nil {
			return err
		}
		page.Tree, page.Says = tree, b.Audience.Text(v.Lang, names)
		page.Segments = append(page.Segments, choiceView{"=", "broadcasts.as_written", "", true})
	}
	return nil
}

func treeOf(s bot.Segment) string {
	tree, err := json.Marshal(s)
	if err != nil { // strings can always be written
		panic("broadcasts: a segment is not JSON: " + err.Error())
	}
	return string(tree)
}

// names are the variables: what the company knows of everybody, and what was declared.
func (p pages) names(v *console.Visit) (all []nameView, err error) {
	for _, name := range slices.Sorted(maps.Keys(broadcast.Variables(bot.Contact{}, nil))) {
		all = append(all, nameView{Name: name, Label: v.T("broadcasts.variable." + name)})
	}
	declared, err := p.Attributes(v.Ctx(), v.Actor)
	for _, a := range declared {
		all = append(all, nameView{Name: a.Name, Label: cmp.Or(a.Label.In(v.Lang), a.Name)})
	}
	return all, err
}

// drift is where the texts say something else than the sheet of the change.
func (p pages) drift(v *console.Visit, b bot.Broadcast) (map[bot.Language][]driftView, error) {
	if b.Change == "" {
		return nil, nil
	}
	found, err := p.Broadcasts().Drifts(v.Ctx(), v.Actor, b)
	if err != nil {
		return nil, err
	}
	all := map[bot.Language][]driftView{}
	for _, f := range found {
		text := b.Text.In(f.Language)
		view := driftView{About: driftOf(f.Code, f.Reason), Words: f.Words}
		if f.End > 0 && f.End <= len(text) {
			view.Start, view.End = units(text[:f.Start]), units(text[:f.End])
		}
		all[f.Language] = append(all[f.Language], view)
	}
	return all, nil
}

func driftOf(c clarity.Code, why clarity.Reason) driftKey {
	return driftKey(string(c) + "_" + string(why))
}
