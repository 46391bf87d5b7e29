package bot

import "slices"

// Sure returns the segment of those who are in s by what is known of them: who is
// in s but not there is in only because something is not known. A person without
// a tag, a chat, a ticket or a telling surely has none.
func (s Segment) Sure() Segment { return s.surely(true) }

// surely returns who is surely in s, or surely is not.
func (s Segment) surely(in bool) Segment {
	all := func(parts []Segment) []Segment {
		sure := make([]Segment, len(parts))
		for i, part := range parts {
			sure[i] = part.surely(in)
		}
		return sure
	}
	switch {
	case len(s.And) > 0 && in, len(s.Or) > 0 && !in:
		return Segment{And: all(append(s.And[:len(s.And):len(s.And)], s.Or...))}
	case len(s.And) > 0, len(s.Or) > 0:
		return Segment{Or: all(append(s.And[:len(s.And):len(s.And)], s.Or...))}
	case s.Not != nil:
		return s.Not.surely(!in)
	case in:
		return s
	case s.Field == "" || s.Op == OpKnown:
		return None(s)
	}
	if field, _, ok := FieldOf(s.Field); ok && field.Sure {
		return None(s)
	}
	return All(Has(s.Field), None(s))
}

// Explanation says of a node of a segment whether a person is in it.
type Explanation struct {
	Form      string // "everyone", "and", "or", "not" or "condition"
	Condition Condition
	In        bool
	// Missing says that a condition is false because nothing is known there.
	Missing bool
	Has     []string // what the person has there; days of moments
	Parts   []Explanation
}

// Explain says why the person is in the segment, or is not: a line for each node.
// missing says that they are in only because something is not known of them.
func (s Segment) Explain(p Person, now Calendar) (why Explanation, missing bool) {
	why = s.explain(p, now)
	return why, why.In && !s.Sure().Matches(p, now)
}

func (s Segment) explain(p Person, now Calendar) Explanation {
	why := Explanation{In: s.Matches(p, now)}
	for _, part := range s.parts() {
		why.Parts = append(why.Parts, part.explain(p, now))
	}
	switch {
	case len(s.And) > 0:
		why.Form = "and"
	case len(s.Or) > 0:
		why.Form = "or"
	case s.Not != nil:
		why.Form = "not"
	case s.Field == "":
		why.Form = "everyone"
	default:
		field, name, ok := FieldOf(s.Field)
		why.Form, why.Condition, why.Has = "condition", s.Condition, field.has(p, name, now)
		why.Missing = ok && !field.Sure && !why.In && !Has(s.Field).Matches(p, now)
	}
	return why
}

// has returns what the person has in the field, as it is shown.
func (f SegmentField) has(p Person, name string, now Calendar) (all []string) {
	if f.times != nil {
		for _, t := range f.times(p) {
			if !t.IsZero() {
				all = append(all, now.Day(t))
			}
		}
		return all
	}
	if f.of == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(f.of(p, name)), func(v string) bool { return v == "" })
}

// Conditions calls f with every condition of the tree, from the left.
func (s Segment) Conditions(f func(Condition)) {
	if s.Field != "" {
		f(s.Condition)
	}
	for _, part := range s.parts() {
		part.Conditions(f)
	}
}
