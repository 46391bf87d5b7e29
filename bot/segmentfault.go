package bot

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// The limits of a segment, so that judging and counting it stays cheap.
const (
	MaxSegmentDepth      = 8
	MaxSegmentConditions = 100
	MaxSegmentValues     = 5000 // of all conditions together
	maxSegmentValue      = 1000 // characters
	maxSegmentName       = 200  // characters of an attribute's name
)

// Faults returns what is wrong with the segment as somebody wrote it, each with
// its place under at: "audience.and.1.values", or "audience.regions" where it
// has a short form.
func (s Segment) Faults(at string) []Fault {
	conditions, depth, values := s.size()
	switch {
	case s.Everyone():
		return nil
	case depth > MaxSegmentDepth:
		return []Fault{{Field: at, Detail: fmt.Sprintf("must be at most %d levels deep", MaxSegmentDepth)}}
	case conditions > MaxSegmentConditions:
		return []Fault{{Field: at, Detail: fmt.Sprintf("must hold at most %d conditions", MaxSegmentConditions)}}
	case values > MaxSegmentValues:
		return []Fault{{Field: at, Detail: fmt.Sprintf("must hold at most %d values", MaxSegmentValues)}}
	}
	if a, ok := s.Audience(); ok {
		return a.faults(at)
	}
	return s.faults(at)
}

func (s Segment) faults(at string) (faults []Fault) {
	forms := 0
	for _, is := range []bool{s.And != nil, s.Or != nil, s.Not != nil, s.Field != "" || s.Op != "" || s.Values != nil} {
		if is {
			forms++
		}
	}
	if forms != 1 || s.And != nil && len(s.And) == 0 || s.Or != nil && len(s.Or) == 0 {
		return []Fault{{Field: at, Detail: "must hold exactly one of these: and or or with something in it, not, or a field with op"}}
	}
	list := func(name string, parts []Segment) {
		for i, part := range parts {
			faults = append(faults, part.faults(fmt.Sprintf("%s.%s.%d", at, name, i))...)
		}
	}
	list("and", s.And)
	list("or", s.Or)
	switch {
	case s.Not != nil:
		return s.Not.faults(at + ".not")
	case s.Field != "" || s.Op != "" || s.Values != nil:
		return s.Condition.faults(at)
	}
	return faults
}

func (c Condition) faults(at string) (faults []Fault) {
	wrong := func(field, format string, args ...any) {
		faults = append(faults, Fault{Field: at + "." + field, Detail: fmt.Sprintf(format, args...)})
	}
	field, name, ok := FieldOf(c.Field)
	if !ok || utf8.RuneCountInString(name) > maxSegmentName || !plainText(name) {
		wrong("field", "must be one of %s; after %s stands the name of an attribute",
			strings.Join(SegmentFields(), ", "), AttributeField)
	}
	switch {
	case c.Op == OpKnown && len(c.Values) > 0:
		wrong("values", "must be left out where op is %s", OpKnown)
	case c.Op == OpIn && len(c.Values) == 0:
		wrong("values", "must hold at least one value")
	case c.Op == OpIn:
		if detail := field.refuses(c.Values); detail != "" {
			wrong("values", "%s", detail)
		}
	case c.Op != OpKnown:
		wrong("op", "must be %s or %s", OpIn, OpKnown)
	}
	return faults
}

// refuses returns why the values cannot stand in a condition on the field; "" when
// they can.
func (f SegmentField) refuses(values []string) string {
	for _, v := range values {
		switch {
		case f.Values != nil && !slices.Contains(f.Values, v):
			return fmt.Sprintf("may hold only %v", f.Values)
		case v == "" || !plainText(v):
			return "must hold names"
		case utf8.RuneCountInString(v) > maxSegmentValue:
			return fmt.Sprintf("must hold values of at most %d characters", maxSegmentValue)
		}
	}
	return ""
}

// plainText reports whether both databases keep the text as it is.
func plainText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
