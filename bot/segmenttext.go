package bot

import (
	"maps"
	"slices"
	"strings"
)

// SegmentNames are what segments, changes and regions are called where a person reads
// them, by their ids. The zero value calls them by their ids, whether or not they are
// there.
type SegmentNames struct {
	Segments, Changes, Areas map[string]string
	// Others are what they are called in other languages, which is read and not written.
	Others []SegmentNames
}

// of returns the names of what the values of a field are the ids of.
func (n SegmentNames) of(field string) map[string]string {
	switch field {
	case SavedField:
		return n.Segments
	case ChangeField, "ticket.about":
		return n.Changes
	case AreaField:
		return n.Areas
	}
	return nil
}

// called returns the name of an id: the id itself where the name is not its alone.
func called(names map[string]string, id string) string {
	name, ok := names[id]
	if _, isID := names[name]; !ok || name == "" || isID || len(idsOf(names, name)) != 1 {
		return id
	}
	return name
}

// id returns the id of what is called so, in whatever case and language; false where that
// is nothing, or several things.
func (n SegmentNames) id(field, name string) (string, bool) {
	names := n.of(field)
	if _, is := names[name]; is || names == nil {
		return name, true
	}
	alike := func(one string) bool { return folded(one) == folded(name) }
	for _, fits := range []func(string) bool{func(one string) bool { return one == name }, alike} {
		found := map[string]bool{}
		for _, all := range append([]SegmentNames{n}, n.Others...) {
			for id, one := range all.of(field) {
				if fits(one) {
					found[id] = true
				}
			}
		}
		if len(found) > 0 {
			ids := slices.Collect(maps.Keys(found))
			return ids[0], len(ids) == 1
		}
	}
	return "", false
}

// idsOf returns the ids of the name.
func idsOf(names map[string]string, name string) (ids []string) {
	for id, n := range names {
		if n == name {
			ids = append(ids, id)
		}
	}
	return ids
}

// Text returns the segment as a person reads and writes it, in their language.
// SegmentOf reads it back. Whatever stands together stands in brackets.
func (s Segment) Text(l Language, names SegmentNames) string {
	if s.Everyone() {
		return connectives()[wordEveryone].in(l)
	}
	w := writer{l, names}
	var b strings.Builder
	w.node(&b, s)
	return b.String()
}

// writer writes the text of a segment.
type writer struct {
	l     Language
	names SegmentNames
}

func (w writer) word(of string) string { return connectives()[of].in(w.l) }

func (w writer) node(b *strings.Builder, s Segment) {
	switch {
	case len(s.And) == 1:
		b.WriteString(w.word(wordOneAnd) + " ")
		w.bracketed(b, s.And[0])
	case len(s.Or) == 1:
		b.WriteString(w.word(wordOneOr) + " ")
		w.bracketed(b, s.Or[0])
	case len(s.And) > 0:
		w.list(b, s.And, wordAnd)
	case len(s.Or) > 0:
		w.list(b, s.Or, wordOr)
	case s.Not != nil:
		b.WriteString(w.word(wordNot) + " ")
		w.part(b, *s.Not)
	case s.Field == "":
		b.WriteString(w.word(wordEveryone))
	default:
		w.condition(b, s.Condition)
	}
}

func (w writer) list(b *strings.Builder, parts []Segment, between string) {
	for i, part := range parts {
		if i > 0 {
			b.WriteString(" " + w.word(between) + " ")
		}
		w.part(b, part)
	}
}

// part writes a node within another.
func (w writer) part(b *strings.Builder, s Segment) {
	if len(s.And) > 1 || len(s.Or) > 1 {
		w.bracketed(b, s)
		return
	}
	w.node(b, s)
}

func (w writer) bracketed(b *strings.Builder, s Segment) {
	b.WriteByte('(')
	w.node(b, s)
	b.WriteByte(')')
}

func (w writer) condition(b *strings.Builder, c Condition) {
	field, name, _ := FieldOf(c.Field)
	b.WriteString(fieldWords()[field.Name].in(w.l) + " ")
	if name != "" {
		b.WriteString(inQuotes(name) + " ")
	}
	if c.Op == OpThis && len(c.Values) == 1 {
		b.WriteString(thisWords()[Unit(c.Values[0])].in(w.l))
		return
	}
	if lapse, ok := c.lapse(); ok {
		b.WriteString(c.Op.lapsing(lapse, w.l))
		return
	}
	if sign, ok := signs()[c.Op]; ok {
		b.WriteString(sign)
	} else {
		b.WriteString(opWords()[c.Op].in(w.l))
	}
	for i, v := range c.Values {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(" " + w.value(field, c.Op, v))
	}
}

// lapse returns the lapse that the condition compares with.
func (c Condition) lapse() (Lapse, bool) {
	if len(c.Values) != 1 || !slices.Contains(spanOps, c.Op) && c.Op != OpAnniversary {
		return Lapse{}, false
	}
	return LapseOf(c.Values[0])
}

func (w writer) value(field SegmentField, op Op, v string) string {
	if word, ok := valueWords()[field.Name][v]; ok {
		return word.in(w.l)
	}
	if slices.Contains(orderOps, op) && (IsNumber(v) || IsDay(v)) || field.Moments() && IsDay(v) {
		return v
	}
	return inQuotes(called(w.names.of(field.Name), v))
}

// inQuotes writes a text as one value, whatever it holds.
func inQuotes(v string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(v) + `"`
}
