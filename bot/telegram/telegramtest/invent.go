package telegramtest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Invention makes documents that the table allows, of whatever stands in it. Two
// with the same choices are the same.
type Invention struct {
	// Choose returns one of the numbers from 0 to n-1.
	Choose func(n int) int
	// Deep is how deep objects nest, beyond what is required.
	Deep int
	// Words are the words that were put where people read, with the path of
	// the field, as "message.poll.options[0].text".
	Words map[string]string

	table *Table
	said  int // words made
}

// Invent returns an invention that goes by the fake's own table.
func Invent(choose func(n int) int) *Invention {
	return &Invention{Choose: choose, Deep: 3, Words: map[string]string{}, table: API()}
}

// Update makes an update of the kind: a field of Update. fix says what stands in
// fields of its document, by name; nil leaves one away.
func (in *Invention) Update(id int64, kind string, fix map[string]any) map[string]any {
	f, known := FieldNamed(in.table.Types["Update"].Fields, kind)
	if !known {
		panic("fake telegram: no kind of update: " + kind)
	}
	doc := in.object(in.table.Types[f.Kinds[0]], kind, in.Deep, fix)
	return map[string]any{"update_id": id, kind: doc}
}

// Field makes the value of one field of a type, at the path.
func (in *Invention) Field(typ, name, path string) any {
	f, known := FieldNamed(in.table.Types[typ].Fields, name)
	if !known {
		panic("fake telegram: no field " + name + " of " + typ)
	}
	return in.field(f, path, in.Deep)
}

func (in *Invention) field(f Field, path string, deep int) any {
	kinds := f.Kinds
	if deep <= 0 { // what ends soonest
		kinds = Kinds{slices.MinFunc(kinds, func(a, b string) int { return nesting(least(), a) - nesting(least(), b) })}
	}
	return in.value(kinds[in.Choose(len(kinds))], f, path, deep)
}

// endless is how deep a type nests of which no document could end.
const endless = 1000

// least returns how deep the flattest document of each type nests.
var least = sync.OnceValue(func() map[string]int {
	deep := map[string]int{}
	for name := range API().Types {
		deep[name] = endless
	}
	for changed := true; changed; {
		changed = false
		for name, typ := range API().Types {
			n := 1
			for _, f := range typ.Fields {
				if !f.Optional {
					n = max(n, 1+flattest(deep, f.Kinds))
				}
			}
			if typ.OneOf != nil {
				n = flattest(deep, typ.OneOf)
			}
			if n < deep[name] {
				deep[name], changed = n, true
			}
		}
	}
	return deep
})

func flattest(deep map[string]int, kinds Kinds) int {
	n := endless
	for _, kind := range kinds {
		n = min(n, nesting(deep, kind))
	}
	return n
}

func nesting(deep map[string]int, kind string) int {
	return strings.Count(kind, "[]") + deep[Base(kind)] // a plain kind is not there
}

// value makes a value of the kind.
func (in *Invention) value(kind string, f Field, path string, deep int) any {
	kind = strings.TrimPrefix(kind, "+")
	if item, list := strings.CutSuffix(kind, "[]"); list {
		return in.list(item, f, path, deep)
	}
	switch kind {
	case "int":
		return in.number(f)
	case "float":
		return float64(in.number(f)) + float64(in.Choose(8))/8
	case "bool":
		return in.Choose(2) == 1
	case "true":
		return true
	case "string", "file":
		return fmt.Sprintf("%s_%d", f.Name, in.Choose(1000))
	case "words":
		in.said++
		word := fmt.Sprintf("слово%dї", in.said)
		in.Words[word] = path
		return word
	}
	if word, literal := strings.CutPrefix(kind, `"`); literal {
		return strings.TrimSuffix(word, `"`)
	}
	typ := in.table.Types[kind]
	if typ.OneOf != nil {
		return in.field(Field{Name: f.Name, Kinds: typ.OneOf}, path, deep)
	}
	return in.object(typ, path, deep-1, nil)
}

// number is within the limit, and on Earth.
func (in *Invention) number(f Field) int {
	switch {
	case f.Limit.Max > 0:
		return f.Limit.Min + in.Choose(min(f.Limit.Max-f.Limit.Min, 1<<20)+1)
	case f.Name == "latitude", f.Name == "longitude":
		return in.Choose(179) - 89
	}
	return 1 + in.Choose(1<<20)
}

func (in *Invention) list(item string, f Field, path string, deep int) []any {
	n, most := 1, 3
	if f.Limit.Max > 0 {
		n, most = max(f.Limit.Min, 1), min(f.Limit.Max, max(f.Limit.Min, 3))
	}
	if deep > 0 {
		n += in.Choose(most - n + 1)
	}
	all := []any{}
	for i := range n {
		all = append(all, in.field(Field{Name: f.Name, Kinds: Kinds{item}}, fmt.Sprintf("%s[%d]", path, i), deep))
	}
	return all
}

// object has what is fixed, all that is required, and some of the rest.
func (in *Invention) object(typ Type, path string, deep int, fix map[string]any) map[string]any {
	doc := map[string]any{}
	for _, f := range typ.Fields {
		if v, fixed := fix[f.Name]; fixed {
			if v != nil {
				doc[f.Name] = v
			}
			continue
		}
		if f.Optional && (deep <= 0 || in.Choose(in.rarity(typ)) > 0) {
			continue
		}
		doc[f.Name] = in.field(f, path+"."+f.Name, deep)
	}
	return doc
}

// rarity is in how many objects an optional field stands once: there is little in
// a message besides what it is.
func (in *Invention) rarity(typ Type) int { return 2 + len(typ.Fields)/12 }
