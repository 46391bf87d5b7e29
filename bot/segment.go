package bot

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Segment is a set of people: a tree of and, or and not over conditions on what
// is known of a person. The zero segment is everyone. A node is exactly one of
// the five: everyone, And, Or, Not or a condition; where a tree came from a
// person, Faults has seen to that.
//
// Values are compared byte for byte and nothing is folded, so that Go, SQLite
// and PostgreSQL agree on every person.
type Segment struct {
	And []Segment `json:"and,omitempty"`
	Or  []Segment `json:"or,omitempty"`
	Not *Segment  `json:"not,omitempty"`
	Condition
}

// Condition asks for one thing known of a person. On what is not known every
// condition is false, so its negation is true.
type Condition struct {
	Field  string   `json:"field,omitempty"` // of SegmentFields, or AttributeField and a name
	Op     Op       `json:"op,omitempty"`
	Values []string `json:"values,omitempty"`
}

// Person is all that is known of a person: what segments may ask about.
type Person struct {
	Contact
	Attributes map[string]string // in the one form of their types
	Misfits    map[string]string // what was given and does not fit the type; no condition sees it
	Tags       []string
	RegionPath string    // the ids of the region meant and of all above it, "/a/b/"; "" where Region means none
	Phones     []string  // that the company or the messenger vouches for
	Unverified []string  // phones that nobody vouches for
	Addresses  []Address // read only: conversations know them
	Facts      Facts     `json:"-"` // read only: no row of theirs has it
}

// Facts are what a person did and was told, as far as segments ask for it.
type Facts struct {
	First   time.Time // when they first came; zero: they never did
	Last    time.Time // when they last did something; zero: they never did
	Tickets []Ticket  // of theirs: State, Reason, Topic and OpenedAt
	Changes []Aware   // one for each change they know something of
}

// Aware is what a person knows of a change, and did about it.
type Aware struct {
	Change                                                               string
	Told, OnItsWay, Unsure, Seen, Acknowledged, Knows, Asked, Complained bool
}

// All returns the segment of those who are in each of the parts.
func All(parts ...Segment) Segment { return Segment{And: parts} }

// Any returns the segment of those who are in one of the parts or more.
func Any(parts ...Segment) Segment { return Segment{Or: parts} }

// None returns the segment of those who are not in s.
func None(s Segment) Segment { return Segment{Not: &s} }

// In returns the segment of those who have one of the values in the field.
func In(field string, values ...string) Segment {
	return Segment{Condition: Condition{Field: field, Op: OpIn, Values: values}}
}

// Has returns the segment of those of whom the field is known.
func Has(field string) Segment { return Segment{Condition: Condition{Field: field, Op: OpKnown}} }

// Everyone reports whether the segment is the zero one, which leaves nobody out.
func (s Segment) Everyone() bool {
	return len(s.And) == 0 && len(s.Or) == 0 && s.Not == nil && s.Condition.empty()
}

func (c Condition) empty() bool { return c.Field == "" && c.Op == "" && len(c.Values) == 0 }

// Matches reports whether the person is in the segment as it is now. It is what
// storage compiles to SQL, and the two must agree. A segment within it must have
// been put in its place: see Whole.
func (s Segment) Matches(p Person, now Calendar) bool {
	in := func(part Segment) bool { return part.Matches(p, now) }
	switch {
	case len(s.And) > 0:
		return !slices.ContainsFunc(s.And, func(part Segment) bool { return !in(part) })
	case len(s.Or) > 0:
		return slices.ContainsFunc(s.Or, in)
	case s.Not != nil:
		return !s.Not.Matches(p, now)
	case s.Field == "":
		return true
	}
	return s.Condition.matches(p, now)
}

func (c Condition) matches(p Person, now Calendar) bool {
	field, name, ok := FieldOf(c.Field)
	if !ok || !field.Takes(c.Op) {
		return false
	}
	switch {
	case field.times != nil:
		is := c.moment(now)
		return slices.ContainsFunc(field.times(p), func(t time.Time) bool { return !t.IsZero() && is(t) })
	case field.Name == AreaField && c.Op == OpKnown:
		return p.RegionPath != ""
	case field.Name == AreaField:
		return slices.ContainsFunc(c.Values, func(region string) bool { return InRegion(p.RegionPath, region) })
	case field.Name == ChangeField:
		return c.aware(p.Facts.Changes)
	case field.of == nil:
		return false
	}
	is := c.text(now)
	return slices.ContainsFunc(field.of(p, name), func(v string) bool { return v != "" && is(v) })
}

// size returns how many conditions and values the tree holds, and how many levels
// it has: one for a condition alone. A node with nothing in it counts as a condition,
// so that a tree of many is not looked into.
func (s Segment) size() (conditions, depth, values int) {
	parts := slices.Concat(s.And, s.Or)
	if s.Not != nil {
		parts = append(parts, *s.Not)
	}
	if s.Field != "" || len(parts) == 0 {
		conditions = 1
	}
	values = len(s.Values)
	for _, part := range parts {
		c, d, v := part.size()
		conditions, depth, values = conditions+c, max(depth, d), values+v
	}
	return conditions, depth + 1, values
}

// text writes the segment for a hash; "" is everyone.
func (s Segment) text() string {
	if s.Everyone() {
		return ""
	}
	text, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("bot: a segment is not JSON: %v", err)) // it is made of strings
	}
	return string(text)
}
