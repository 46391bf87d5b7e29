package bot

import "slices"

// Audience is the short form of the segments that most changes concern: contacts
// that fit every list which is not empty. It is how people write them; what is
// kept and judged is the Segment.
type Audience struct {
	Kinds   []string `json:"kinds,omitempty"`
	Tiers   []string `json:"tiers,omitempty"`
	Regions []string `json:"regions,omitempty"`
}

// audienceList is a list of an audience and the field of a segment it is about.
type audienceList struct {
	name, field string
	values      *[]string
}

// lists are the lists of the audience, in the order in which its segment asks.
func (a *Audience) lists() []audienceList {
	return []audienceList{{"kinds", "kind", &a.Kinds}, {"tiers", "tier", &a.Tiers}, {"regions", "region", &a.Regions}}
}

// Segment returns the segment of the audience.
func (a Audience) Segment() Segment {
	var s Segment
	for _, l := range a.lists() {
		if len(*l.values) > 0 {
			s.And = append(s.And, In(l.field, *l.values...))
		}
	}
	return s
}

// Audience returns the short form of the segment; ok is false where it has none.
func (s Segment) Audience() (a Audience, ok bool) {
	rest := a.lists()
	for _, part := range s.And {
		i := slices.IndexFunc(rest, func(l audienceList) bool { return l.field == part.Field })
		if i < 0 || !part.isIn() {
			return Audience{}, false
		}
		*rest[i].values = part.Values
		rest = rest[i+1:]
	}
	return a, len(s.Or) == 0 && s.Not == nil && s.Condition.empty()
}

// isIn reports whether the segment is one condition that asks for values.
func (s Segment) isIn() bool {
	return s.Op == OpIn && len(s.Values) > 0 && s.And == nil && s.Or == nil && s.Not == nil
}

// faults returns what is wrong with the audience.
func (a Audience) faults(at string) (faults []Fault) {
	for _, l := range a.lists() {
		if len(*l.values) == 0 {
			continue
		}
		for _, f := range In(l.field, *l.values...).faults(at) {
			faults = append(faults, Fault{Field: at + "." + l.name, Code: f.Code, Data: f.Data})
		}
	}
	return faults
}
