package bot

import "slices"

// Meets reports whether somebody may be in both segments, by what is written in them: one of
// them is everyone, or they ask for the same somewhere, such as one saved segment; and
// nothing that a person has one of keeps them apart. Nobody is counted, so it says too much
// of some, and too little of those who happen to be in both.
func (s Segment) Meets(o Segment) bool {
	if s.keepsFrom(o) {
		return false
	}
	if s.Everyone() || o.Everyone() {
		return true
	}
	theirs := o.within()
	return slices.ContainsFunc(s.within(), func(a Segment) bool { return slices.ContainsFunc(theirs, a.asks) })
}

// within lists the segment and all that and, or lead to.
func (s Segment) within() []Segment {
	all := []Segment{s}
	for _, part := range slices.Concat(s.And, s.Or) {
		all = append(all, part.within()...)
	}
	return all
}

// asks reports whether the other one asks for the same, or for one value of the same.
func (s Segment) asks(o Segment) bool {
	if s.Field != "" && s.Field == o.Field && s.Op == OpIn && o.Op == OpIn {
		return slices.ContainsFunc(s.Values, func(v string) bool { return slices.Contains(o.Values, v) })
	}
	return s.text() == o.text()
}

// keepsFrom reports whether both leave nobody but those with other values of something that
// a person has one of.
func (s Segment) keepsFrom(o Segment) bool {
	for _, a := range s.within() {
		if !slices.Contains(singleFields(), a.Field) || a.Op != OpIn || !s.Only(a.Field, a.Values...) {
			continue
		}
		for _, b := range o.within() {
			if b.Field == a.Field && b.Op == OpIn && !a.asks(b) && o.Only(b.Field, b.Values...) {
				return true
			}
		}
	}
	return false
}

// singleFields are those of which a person has one value at most.
func singleFields() []string { return []string{"kind", "tier", "language"} }
