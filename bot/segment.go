package bot

import (
	"encoding/json"
	"fmt"
	"slices"
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

// Op is how a condition compares.
type Op string

// The comparisons.
const (
	OpIn    Op = "in"    // one of the values
	OpKnown Op = "known" // anything at all; no values
)

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

// Matches reports whether the person is in the segment. It is what storage
// compiles to SQL, and the two must agree.
func (s Segment) Matches(p Person) bool {
	in := func(part Segment) bool { return part.Matches(p) }
	switch {
	case len(s.And) > 0:
		return !slices.ContainsFunc(s.And, func(part Segment) bool { return !in(part) })
	case len(s.Or) > 0:
		return slices.ContainsFunc(s.Or, in)
	case s.Not != nil:
		return !s.Not.Matches(p)
	case s.Field == "":
		return true
	}
	return s.Condition.matches(p)
}

func (c Condition) matches(p Person) bool {
	field, name, ok := FieldOf(c.Field)
	if !ok {
		return false
	}
	known := func(v string) bool { return v != "" }
	is := known
	if c.Op == OpIn {
		is = func(v string) bool { return known(v) && slices.Contains(c.Values, v) }
	}
	return slices.ContainsFunc(field.of(p, name), is)
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
