package bot

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// AttributeField begins the field of an attribute; its name follows, as in the
// header of a CSV file.
const AttributeField = "attributes."

const (
	// AreaField is the region, or one above it; its values are ids of regions.
	AreaField = "area"
	// ChangeField is what a person knows of changes; its values are their ids.
	ChangeField = "change"
	// SavedField is whether the person is in other segments; its values are their ids.
	SavedField = "segment"
)

// SegmentField is something a condition may ask about. Storage has the same in
// SQL, by the same name.
type SegmentField struct {
	Name   string
	Values []string // all there are; nil where any text may stand
	// Ops are how it may be compared.
	Ops []Op
	// Sure says that who has nothing there surely has not what is asked for: such as
	// a tag. Of other fields nobody knows, where nothing stands.
	Sure bool
	// Moving says that time or what people do moves them in and out, with no write of
	// the contact.
	Moving bool
	needs  Needs // of who is asked for it
	of     func(p Person, name string) []string
	times  func(p Person) []time.Time
}

// Takes reports whether the field may be compared so.
func (f SegmentField) Takes(op Op) bool { return slices.Contains(f.Ops, op) }

// Moments reports whether the field holds moments, and is asked for by days.
func (f SegmentField) Moments() bool { return f.times != nil }

// segmentFields is the one table of what a condition may ask about. A field
// gives every value that the person has in it; "" is none. Nobody changes it.
var segmentFields = sync.OnceValue(func() map[string]SegmentField {
	one := func(of func(Person) string) func(Person, string) []string {
		return func(p Person, _ string) []string { return []string{of(p)} }
	}
	var languages []string
	for _, l := range Languages() {
		languages = append(languages, string(l))
	}
	all := map[string]SegmentField{}
	tickets := func(of func(Ticket) string) func(Person, string) []string {
		return func(p Person, _ string) (all []string) {
			for _, t := range p.Facts.Tickets {
				all = append(all, of(t))
			}
			return all
		}
	}
	moment := func(of func(Facts) time.Time) func(Person) []time.Time {
		return func(p Person) []time.Time { return []time.Time{of(p.Facts)} }
	}
	for _, f := range []SegmentField{
		{Name: "kind", Values: ContactKinds(), Ops: plainOps, of: one(Person.kind)},
		{Name: "tier", Values: ContactTiers(), Ops: plainOps, of: one(func(p Person) string { return p.Tier })},
		{Name: "region", Ops: textOps, of: one(func(p Person) string { return p.Region })},
		{Name: AreaField, Ops: plainOps, needs: NeedsRow},
		{Name: "language", Values: languages, Ops: plainOps, of: one(func(p Person) string { return string(p.Language) })},
		{Name: "zone", Ops: plainOps, of: one(func(p Person) string { return p.Zone })},
		{Name: "tags", Ops: textOps, Sure: true, needs: NeedsRow, of: func(p Person, _ string) []string { return p.Tags }},
		{Name: "bot", Ops: plainOps, Sure: true, needs: NeedsAddresses, of: func(p Person, _ string) []string { return p.bots() }},
		{Name: AttributeField, Ops: attributeOps, needs: NeedsRow, of: func(p Person, name string) []string { return []string{p.Attributes[name]} }},
		{Name: "first", Ops: momentOps, Moving: true, needs: NeedsChats, times: moment(func(f Facts) time.Time { return f.First })},
		{Name: "last", Ops: momentOps, Moving: true, needs: NeedsChats, times: moment(func(f Facts) time.Time { return f.Last })},
		{
			Name: "ticket", Values: Choices(ticketStates), Ops: plainOps, Sure: true, Moving: true, needs: NeedsTickets,
			of: tickets(func(t Ticket) string { return string(t.State) }),
		},
		{
			Name: "ticket.reason", Values: Choices(Reasons()), Ops: plainOps, Sure: true, Moving: true, needs: NeedsTickets,
			of: tickets(func(t Ticket) string { return string(t.Reason) }),
		},
		{
			Name: "ticket.about", Ops: plainOps, Sure: true, Moving: true, needs: NeedsTickets,
			of: tickets(func(t Ticket) string { return t.Topic }),
		},
		{Name: "ticket.opened", Ops: momentOps, Sure: true, Moving: true, needs: NeedsTickets, times: func(p Person) (all []time.Time) {
			for _, t := range p.Facts.Tickets {
				all = append(all, t.OpenedAt)
			}
			return all
		}},
		{Name: ChangeField, Ops: awareOps, Sure: true, Moving: true, needs: NeedsChanges},
		{Name: SavedField, Ops: savedOps, Sure: true, Moving: true},
	} {
		all[f.Name] = f
	}
	return all
})

// SegmentFields lists the names of what a condition may ask about, sorted;
// AttributeField stands for every attribute.
func SegmentFields() []string { return slices.Sorted(maps.Keys(segmentFields())) }

// FieldOf returns the field that a condition names, and the name of the
// attribute where it is one.
func FieldOf(named string) (field SegmentField, attribute string, ok bool) {
	if name, is := strings.CutPrefix(named, AttributeField); is {
		return segmentFields()[AttributeField], name, name != ""
	}
	field, ok = segmentFields()[named]
	return field, "", ok
}

// kind returns the person's kind; a blank one counts as the first there is.
func (p Person) kind() string {
	if p.Kind == "" {
		return ContactKinds()[0]
	}
	return p.Kind
}

// bots returns the bots the person has a chat with.
func (p Person) bots() []string {
	bots := make([]string, len(p.Addresses))
	for i, a := range p.Addresses {
		bots[i] = a.Bot
	}
	return bots
}
