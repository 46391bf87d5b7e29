package bot

import (
	"maps"
	"slices"
	"strings"
)

// AttributeField begins the field of an attribute; its name follows, as in the
// header of a CSV file.
const AttributeField = "attributes."

// SegmentField is something a condition may ask about. Storage has the same in
// SQL, by the same name.
type SegmentField struct {
	Name   string
	Values []string // all there are; nil where any text may stand
	of     func(p Person, name string) []string
}

// segmentFields is the one table of what a condition may ask about. A field
// gives every value that the person has in it; "" is none.
func segmentFields() map[string]SegmentField {
	one := func(of func(Person) string) func(Person, string) []string {
		return func(p Person, _ string) []string { return []string{of(p)} }
	}
	var languages []string
	for _, l := range Languages() {
		languages = append(languages, string(l))
	}
	all := map[string]SegmentField{}
	for _, f := range []SegmentField{
		{Name: "kind", Values: ContactKinds(), of: one(Person.kind)},
		{Name: "tier", Values: ContactTiers(), of: one(func(p Person) string { return p.Tier })},
		{Name: "region", of: one(func(p Person) string { return p.Region })},
		{Name: "language", Values: languages, of: one(func(p Person) string { return string(p.Language) })},
		{Name: "zone", of: one(func(p Person) string { return p.Zone })},
		{Name: "tags", of: func(p Person, _ string) []string { return p.Tags }},
		{Name: "bot", of: func(p Person, _ string) []string { return p.bots() }},
		{Name: AttributeField, of: func(p Person, name string) []string { return []string{p.Attributes[name]} }},
	} {
		all[f.Name] = f
	}
	return all
}

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
