package bot

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The limits of a segment, so that judging and counting it stays cheap.
const (
	MaxSegmentDepth      = 8
	MaxSegmentConditions = 100
	MaxSegmentValues     = 5000 // of all conditions together
	MaxWholeConditions   = 500  // with those of the segments within it
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
		field = segmentFields()[AttributeField]
	}
	switch {
	case !field.Takes(c.Op):
		wrong("op", FaultChoice, Data{"Choices": Choices(field.Ops)})
		field.Ops = nil
	case c.Op == OpKnown && len(c.Values) > 0:
		wrong("values", FaultLeftOut, nil)
	case c.Op != OpKnown && len(c.Values) == 0:
		wrong("values", FaultNameless, nil)
	case c.Op.single() && len(c.Values) > 1:
		wrong("values", FaultMany, Data{"Max": 1})
	}
	for _, v := range c.Values {
		code, data := field.refuses(v)
		if code == "" && field.Ops != nil {
			code, data = c.Op.refuses(v, field)
		}
		if code != "" {
			wrong("values", code, data)
			break
		}
	}
	return faults
}

// single reports whether a comparison has one value and no more.
func (o Op) single() bool {
	return slices.Contains(orderOps, o) || slices.Contains(spanOps, o) || o == OpThis || o == OpAnniversary
}

// refuses returns why the comparison cannot be with the value.
func (o Op) refuses(v string, f SegmentField) (FaultCode, Data) {
	order := slices.Contains(orderOps, o)
	switch {
	case order && !f.Moments() && IsNumber(v):
		return "", nil
	case order && !f.Moments() && !realDay(v):
		return FaultMeasure, nil
	case (order || o == OpIn) && f.Moments() && !realDay(v):
		return FaultDay, nil
	case o == OpThis && !slices.Contains(Units(), Unit(v)):
		return FaultChoice, Data{"Choices": Choices(Units())}
	case slices.Contains(spanOps, o) || o == OpAnniversary:
		return lapseFault(v)
	}
	return "", nil
}

// lapseFault says what is wrong with what should be a lapse of days.
func lapseFault(v string) (FaultCode, Data) {
	_, unit, _ := strings.Cut(v, " ")
	is := Unit(strings.TrimSuffix(unit, "s"))
	if _, ok := LapseOf(v); ok {
		return "", nil
	}
	if is.Most() == 0 {
		return FaultUnit, Data{"Value": v, "Choices": Choices(Units())}
	}
	return FaultLapse, Data{"Max": is.Most(), "Unit": string(is)}
}

// realDay reports whether the text is a day that there is, within the years that
// conditions may be about.
func realDay(v string) bool {
	day, err := time.Parse(time.DateOnly, v)
	return err == nil && day.Year() >= 1800 && day.Year() < 3000
}

// FaultsOfAudience returns what is wrong with the segment as the audience of the
// change. Whom a change concerns is what they are, as the company writes it: what
// people do and what day it is moves nobody in or out of it, and least of all the
// change itself. A segment within it has been put in its place.
func (s Segment) FaultsOfAudience(at string) []Fault {
	faults := s.Faults(at)
	if len(faults) > 0 {
		return faults
	}
	return s.moving(at)
}

func (s Segment) moving(at string) (faults []Fault) {
	for place, part := range s.parts() {
		faults = append(faults, part.moving(at+place)...)
	}
	field, _, _ := FieldOf(s.Field)
	if field.Moving || slices.Contains(spanOps, s.Op) || s.Op == OpThis || s.Op == OpAnniversary {
		faults = append(faults, Fault{Field: at, Code: FaultMoving})
	}
	return faults
}

// Moves reports whether time or what people do moves them in and out of the segment.
func (s Segment) Moves() bool { return len(s.moving("")) > 0 }

// parts yields the parts of a node, each with its place within it.
func (s Segment) parts() iter.Seq2[string, Segment] {
	return func(yield func(string, Segment) bool) {
		for _, list := range []struct {
			name  string
			parts []Segment
		}{{"and", s.And}, {"or", s.Or}} {
			for i, part := range list.parts {
				if !yield(fmt.Sprintf(".%s.%d", list.name, i), part) {
					return
				}
			}
		}
		if s.Not != nil {
			yield(".not", *s.Not)
		}
	}
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
