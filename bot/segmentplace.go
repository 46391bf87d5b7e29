package bot

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// fault says what is wrong at the rune of the text.
func (p *segmentReader) fault(at int, code FaultCode, data Data) error {
	line, column := 1, 1
	for _, c := range p.runes[:at] {
		if column++; c == '\n' {
			line, column = line+1, 1
		}
	}
	if data == nil {
		data = Data{}
	}
	data["Line"], data["Column"], data["At"] = line, column, at
	return Invalid("text", code, data)
}

// found returns what stands here, as it is shown.
func (p *segmentReader) found() string {
	t := p.now()
	switch {
	case t.kind == tokenEnd && p.l == Russian:
		return "конец текста"
	case t.kind == tokenEnd:
		return "кінець тексту"
	}
	text := []rune(t.text)
	if len(text) > 40 {
		text = append(text[:40], '…')
	}
	return "«" + string(text) + "»"
}

// wanted says that something else is wanted here. Of several, one is.
func (p *segmentReader) wanted(what ...string) error {
	what = slices.DeleteFunc(what, func(s string) bool { return s == "" })
	return p.fault(p.now().at, FaultTextWanted, Data{"Found": p.found(), "Wanted": strings.Join(what, ", ")})
}

// called returns the word for a connective in the reader's language.
func (p *segmentReader) called(of string) string { return "«" + connectives()[of].in(p.l) + "»" }

// fieldNames lists what conditions may be about.
func (p *segmentReader) fieldNames() string {
	var names []string
	for _, field := range SegmentFields() {
		names = append(names, "«"+fieldWords()[field].in(p.l)+"»")
	}
	return strings.Join(names, ", ")
}

// opNames lists the comparisons of a field.
func (p *segmentReader) opNames(field SegmentField) (names []string) {
	for _, op := range field.Ops {
		switch sign, ok := signs()[op]; {
		case ok:
			names = append(names, sign)
		case op == OpThis:
			names = append(names, "«"+thisWords()[UnitMonth].in(p.l)+"»")
		default:
			names = append(names, "«"+opWords()[op].in(p.l)+"»")
		}
	}
	return names
}

func (p *segmentReader) unitNames() (names []string) {
	for _, u := range Units() {
		names = append(names, "«"+u.counted(5, p.l)+"»")
	}
	return names
}

// choices lists the values of a field that has but some.
func (p *segmentReader) choices(field SegmentField) (names []string) {
	words := valueWords()[field.Name]
	for _, v := range slices.Sorted(maps.Keys(words)) {
		names = append(names, words[v].in(p.l))
	}
	return names
}

// namesShown is how many names a fault lists.
const namesShown = 12

// nameChoices lists what the values of a field are called, those first that begin as
// what stands here.
func (p *segmentReader) nameChoices(field SegmentField) []string {
	is := []rune(folded(p.now().text))
	begins := func(name string) int {
		n := 0
		for i, c := range []rune(folded(name)) {
			if i >= len(is) || is[i] != c {
				break
			}
			n++
		}
		return n
	}
	named := p.names.of(field.Name)
	var all []string
	for id := range named {
		all = append(all, "«"+called(named, id)+"»")
	}
	slices.SortFunc(all, func(a, b string) int {
		return cmp.Or(begins(strings.Trim(b, "«»"))-begins(strings.Trim(a, "«»")), strings.Compare(a, b))
	})
	if len(all) > namesShown {
		all = append(all[:namesShown], "…")
	}
	return all
}
