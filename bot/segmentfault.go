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
	case s.Everyone() && s.And == nil && s.Or == nil && s.Values == nil:
		return nil
	case depth > MaxSegmentDepth:
		return []Fault{{Field: at, Code: FaultDeep, Data: Data{"Max": MaxSegmentDepth}}}
	case conditions > MaxSegmentConditions:
		return []Fault{{Field: at, Code: FaultMany, Data: Data{"Max": MaxSegmentConditions}}}
	case values > MaxSegmentValues:
		return []Fault{{Field: at, Code: FaultMany, Data: Data{"Max": MaxSegmentValues}}}
	}
	if a, ok := s.Audience(); ok && !s.Everyone() {
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
		return []Fault{{Field: at, Code: FaultNode}}
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
	wrong := func(field string, code FaultCode, data Data) {
		faults = append(faults, Fault{Field: at + "." + field, Code: code, Data: data})
	}
	field, name, ok := FieldOf(c.Field)
	if !ok || utf8.RuneCountInString(name) > maxSegmentName || !plainText(name) {
		wrong("field", FaultChoice, Data{"Choices": append(slices.DeleteFunc(SegmentFields(), func(f string) bool {
			return f == AttributeField
		}), AttributeField+"NAME")})
	}
	switch {
	case c.Op != OpIn && c.Op != OpKnown:
		wrong("op", FaultChoice, Data{"Choices": Choices([]Op{OpIn, OpKnown})})
	case c.Op == OpKnown && len(c.Values) > 0:
		wrong("values", FaultLeftOut, nil)
	case c.Op == OpIn && len(c.Values) == 0:
		wrong("values", FaultNameless, nil)
	}
	for _, v := range c.Values {
		if code, data := field.refuses(v); code != "" {
			wrong("values", code, data)
			break
		}
	}
	return faults
}

// refuses returns why the value cannot stand in a condition on the field; "" when
// it can.
func (f SegmentField) refuses(v string) (FaultCode, Data) {
	switch {
	case f.Values != nil && !slices.Contains(f.Values, v):
		return FaultChoice, Data{"Choices": f.Values}
	case v == "":
		return FaultNameless, nil
	case !plainText(v):
		return FaultNotText, nil
	case utf8.RuneCountInString(v) > maxSegmentValue:
		return FaultLongPart, Data{"Max": maxSegmentValue}
	}
	return "", nil
}

// plainText reports whether both databases keep the text as it is.
func plainText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
