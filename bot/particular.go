package bot

import (
	"fmt"
	"slices"
	"time"
)

// ChangeLevel is how surely people have to know of a change.
type ChangeLevel string

// The levels of a change. The zero level is LevelInformation.
const (
	LevelInformation ChangeLevel = "information"      // sent is enough
	LevelShouldKnow  ChangeLevel = "should know"      // seen, where the messenger tells
	LevelAcknowledge ChangeLevel = "must acknowledge" // by a date, by a press on «Зрозуміло»
)

// ChangeLevels lists the levels, the least first.
func ChangeLevels() []ChangeLevel {
	return []ChangeLevel{LevelInformation, LevelShouldKnow, LevelAcknowledge}
}

// Impact is how strongly a change touches a group of people.
type Impact string

// The grades of impact. The zero one is none given.
const (
	ImpactHigh   Impact = "high"
	ImpactMedium Impact = "medium"
	ImpactLow    Impact = "low"
)

// Impacts lists the grades of impact, the strongest first.
func Impacts() []Impact { return []Impact{ImpactHigh, ImpactMedium, ImpactLow} }

// Particulars are what the fact sheet of a change holds beside its required texts.
type Particulars struct {
	Until time.Time `json:"until,omitzero"` // when it is over; zero: it stays
	// Groups are whom it concerns, by how it touches them; the first that a person is in
	// counts. Where there are none it is the Audience, all alike.
	Groups    []ChangeGroup `json:"groups,omitempty"`
	Sums      []Sum         `json:"sums,omitempty"`
	Dates     []NamedDate   `json:"dates,omitempty"`
	Places    []Place       `json:"addresses,omitempty"`
	Links     []NamedLink   `json:"links,omitempty"`
	Questions Bilingual     `json:"questions,omitzero"` // whom to ask, and how to reach them
	Level     ChangeLevel   `json:"level,omitempty"`
	// AcknowledgeBy is by when it has to be acknowledged, at LevelAcknowledge.
	AcknowledgeBy time.Time `json:"acknowledge_by,omitzero"`
	// ShortNotice is why it may be announced later than its kind demands; "": it may not.
	ShortNotice string `json:"short_notice,omitempty"`
	// AnnounceAt is when it is announced by itself once it is approved; zero: by a press.
	AnnounceAt time.Time `json:"announce_at,omitzero"`
	// NextNews is by when the company has promised more of it; zero: nothing is promised.
	NextNews time.Time `json:"next_news,omitzero"`
	Stages   []Stage   `json:"stages,omitempty"` // of its roll-out, in their order
	// Wrong says to those who were told an earlier version what of it was wrong; zero:
	// nothing was, and nobody is told of this version for its own sake.
	Wrong Bilingual `json:"wrong,omitzero"`
}

// ChangeGroup is a part of those whom a change concerns. Consequence and ToDo are the
// group's own; where one lacks a language it is that of the change.
type ChangeGroup struct {
	Segment     Segment   `json:"segment,omitzero"` // zero: everyone
	Impact      Impact    `json:"impact,omitempty"`
	Consequence Bilingual `json:"consequence,omitzero"`
	ToDo        Bilingual `json:"to_do,omitzero"`
	// Named is Segment as it was written, where Segment has copies of those it names.
	Named Segment `json:"segment_named,omitzero"`
}

// Sum is an amount of money that the change is about.
type Sum struct {
	What     Bilingual `json:"what"`
	Amount   string    `json:"amount"`   // with a decimal point, as in "389.50"
	Currency string    `json:"currency"` // three letters of ISO 4217
}

// NamedDate is a day or a moment that the change is about.
type NamedDate struct {
	What Bilingual `json:"what"`
	At   time.Time `json:"at"`
}

// Place is an address that the change is about.
type Place struct {
	What    Bilingual `json:"what"`
	Address Bilingual `json:"address"`
}

// NamedLink leads to more of it.
type NamedLink struct {
	What Bilingual `json:"what"`
	URL  string    `json:"url"`
}

// Stage is a step of the roll-out: what is done then.
type Stage struct {
	At   time.Time `json:"at"`
	Text Bilingual `json:"text"`
}

// AtLevel returns the level, the zero one by its name.
func (p Particulars) AtLevel() ChangeLevel {
	if p.Level == "" {
		return LevelInformation
	}
	return p.Level
}

// blanks names what is begun and lacks something in some language.
func (p Particulars) blanks() (blanks []string) {
	full := func(field string, all ...Bilingual) {
		if slices.ContainsFunc(all, func(w Bilingual) bool { return !w.Complete() }) {
			blanks = append(blanks, field)
		}
	}
	begun := func(field string, w Bilingual) {
		if w != (Bilingual{}) {
			full(field, w)
		}
	}
	for i, g := range p.Groups {
		begun(fmt.Sprintf("groups/%d/consequence", i), g.Consequence)
		begun(fmt.Sprintf("groups/%d/to_do", i), g.ToDo)
	}
	for i, s := range p.Sums {
		full(fmt.Sprintf("sums/%d/what", i), s.What)
	}
	for i, d := range p.Dates {
		full(fmt.Sprintf("dates/%d/what", i), d.What)
	}
	for i, a := range p.Places {
		full(fmt.Sprintf("addresses/%d", i), a.What, a.Address)
	}
	for i, l := range p.Links {
		full(fmt.Sprintf("links/%d/what", i), l.What)
	}
	for i, s := range p.Stages {
		full(fmt.Sprintf("stages/%d/text", i), s.Text)
		if s.At.IsZero() {
			blanks = append(blanks, fmt.Sprintf("stages/%d/at", i))
		}
	}
	begun("questions", p.Questions)
	begun("wrong", p.Wrong)
	if p.Level == LevelAcknowledge && p.AcknowledgeBy.IsZero() {
		blanks = append(blanks, "acknowledge_by")
	}
	return blanks
}

// Whom returns whom the groups concern together: everybody who is in one of them.
func Whom(groups []ChangeGroup) Segment {
	parts := make([]Segment, len(groups))
	for i, g := range groups {
		if g.Segment.Everyone() {
			return Segment{}
		}
		parts[i] = g.Segment
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return Any(parts...)
}

// GroupOf returns the first of the groups that the person is in; false where that is
// none.
func (p Particulars) GroupOf(who Person, now Calendar) (ChangeGroup, bool) {
	i := slices.IndexFunc(p.Groups, func(g ChangeGroup) bool { return g.Segment.Matches(who, now) })
	if i < 0 {
		return ChangeGroup{}, false
	}
	return p.Groups[i], true
}

// For returns the change as it is told to the person: with what it means for their group,
// and what that has to do.
func (c Change) For(who Person, now Calendar) Change {
	if g, ok := c.GroupOf(who, now); ok {
		return c.Of(g)
	}
	return c
}

// Of returns the change as people of the group are told it.
func (c Change) Of(g ChangeGroup) Change {
	if g.Consequence.Complete() {
		c.Consequence = g.Consequence
	}
	if g.ToDo.Complete() {
		c.ToDo = g.ToDo
	}
	return c
}

// Variants returns the change as each of its groups is told it, those alike once; the
// change itself, for whoever is in none, comes first.
func (c Change) Variants() []Change {
	all := []Change{c}
	for _, g := range c.Groups {
		if v := c.Of(g); !slices.ContainsFunc(all, func(is Change) bool { return is.Consequence == v.Consequence && is.ToDo == v.ToDo }) {
			all = append(all, v)
		}
	}
	return all
}

// Corrects reports whether the version says something else of its dates, sums, places or
// links than the one before: who was told that was told something wrong.
func (c Change) Corrects(before Change) bool {
	facts := func(c Change) string {
		return Particulars{
			Until: c.Until, Sums: c.Sums, Dates: c.Dates, Places: c.Places, Links: c.Links, AcknowledgeBy: c.AcknowledgeBy,
		}.text()
	}
	return moment(c.From) != moment(before.From) || facts(c) != facts(before)
}

// ChangeReviewSetting is the setting of how many days a review of a change may last.
const ChangeReviewSetting = "change.review"

// ChangeNoticeSetting returns the setting of how many days before it takes effect a change
// of the kind has to be told; unset: no time is demanded.
func ChangeNoticeSetting(kind ChangeKind) string { return "change.notice." + string(kind) }
