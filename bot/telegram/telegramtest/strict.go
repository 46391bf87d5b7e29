package telegramtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Check says how a JSON document breaks the kind of the table, naming the field;
// nil when it does not.
func (t *Table) Check(kind string, doc []byte) error {
	if why := t.json(Kinds{kind}, doc, Limit{}); why != "" {
		return errors.New(strings.TrimPrefix(kind+why, "."))
	}
	return nil
}

// breach says how the parameters of a call break the table; "" when they do not.
// What a server measures in its own way, a text after its markup is read, is left
// to the method.
func (t *Table) breach(method string, v values) string {
	m := t.Methods[method]
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if v[name] == "" { // as good as not there
			continue
		}
		f, there := FieldNamed(m.Params, name)
		if !there {
			return "there is no parameter " + name
		}
		if why := t.param(f, v[name]); why != "" {
			return name + why
		}
	}
	for _, f := range m.Params {
		if v[f.Name] == "" && !f.Optional {
			return f.Name + " is missing"
		}
	}
	return ""
}

// most is the limit of a parameter that is measured when it is read.
func most(method, name string) int {
	f, _ := FieldNamed(API().Methods[method].Params, name)
	return f.Limit.Max
}

// param checks one parameter: as a form carries it, a string without quotes.
func (t *Table) param(f Field, given string) string {
	var why string
	for _, kind := range f.Kinds {
		switch kind {
		case "string":
			return measure(given, f.Limit)
		case "words", "file": // measured when it is read
			return ""
		}
		if strings.HasPrefix(kind, `"`) {
			if strings.EqualFold(kind, strconv.Quote(given)) {
				return ""
			}
			why = fmt.Sprintf(" %q is none of %s", given, strings.Join(f.Kinds, "|"))
		}
	}
	if why != "" {
		return why
	}
	return t.json(f.Kinds, []byte(given), f.Limit)
}

// json checks a document that must be of one of the kinds.
func (t *Table) json(kinds Kinds, doc []byte, l Limit) string {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return " is no " + strings.Join(kinds, "|")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return " has something after it"
	}
	if _, object := v.(map[string]any); object && l.Max > 0 && len(doc) > l.Max {
		return fmt.Sprintf(" has %d bytes, at most %d may", len(doc), l.Max)
	}
	return t.value(kinds, v, l)
}

// value checks a value against several kinds; of those that do not fit it tells
// why the nearest does not.
func (t *Table) value(kinds Kinds, v any, l Limit) string {
	why, nearest := " is no "+strings.Join(kinds, "|"), 0
	for _, kind := range kinds {
		fault := t.one(strings.TrimPrefix(kind, "+"), v, l)
		if fault == "" {
			return ""
		}
		if near := t.likeness(kind, v); near > nearest || len(kinds) == 1 {
			why, nearest = fault, near
		}
	}
	return why
}

// likeness is how many fields of an object the kind knows; 1 for a list of a list
// kind, whose items tell more.
func (t *Table) likeness(kind string, v any) int {
	switch v := v.(type) {
	case []any:
		if strings.HasSuffix(kind, "[]") {
			return 1
		}
	case map[string]any:
		typ := t.Types[strings.TrimPrefix(kind, "+")]
		if typ.OneOf != nil {
			return 1
		}
		n := 0
		for _, f := range typ.Fields {
			if got, there := v[f.Name]; there {
				n++
				if len(f.Kinds) == 1 && f.Kinds[0] == fmt.Sprintf("%q", got) {
					n += 10 // what names the type
				}
			}
		}
		return n
	}
	return 0
}

func (t *Table) one(kind string, v any, l Limit) string {
	if item, list := strings.CutSuffix(kind, "[]"); list {
		return t.list(item, v, l)
	}
	fits := false
	switch kind {
	case "int":
		n, number := v.(json.Number)
		if number {
			if i, err := n.Int64(); err == nil {
				return within(int(i), l, "is")
			}
		}
	case "float":
		_, fits = v.(json.Number)
	case "string", "words":
		if s, is := v.(string); is {
			return measure(s, l)
		}
	case "bool":
		_, fits = v.(bool)
	case "true":
		fits = v == true
	default:
		if strings.HasPrefix(kind, `"`) {
			s, is := v.(string)
			fits = is && kind == strconv.Quote(s)
			break
		}
		typ := t.Types[kind]
		if typ.OneOf != nil {
			return t.value(typ.OneOf, v, Limit{})
		}
		if fields, object := v.(map[string]any); object {
			return t.object(typ, fields)
		}
	}
	if fits {
		return ""
	}
	return " is no " + kind
}

func (t *Table) list(item string, v any, l Limit) string {
	items, is := v.([]any)
	if !is {
		return " is no " + item + "[]"
	}
	for i, one := range items {
		if why := t.value(Kinds{item}, one, Limit{}); why != "" {
			return fmt.Sprintf("[%d]%s", i, why)
		}
	}
	return within(len(items), l, "has")
}

func (t *Table) object(typ Type, fields map[string]any) string {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		f, there := FieldNamed(typ.Fields, name)
		if !there {
			return "." + name + " is no field of it"
		}
		if why := t.value(f.Kinds, fields[name], f.Limit); why != "" {
			return "." + name + why
		}
	}
	for _, f := range typ.Fields {
		if _, there := fields[f.Name]; !there && !f.Optional {
			return "." + f.Name + " is missing"
		}
	}
	return ""
}

// measure holds a string to its limit: characters are UTF-16 units, as Telegram
// counts them.
func measure(s string, l Limit) string {
	if l.Bytes {
		return within(len(s), l, "has")
	}
	return within(len(utf16.Encode([]rune(s))), l, "has")
}

func within(n int, l Limit, verb string) string {
	if l.Max > 0 && (n < l.Min || n > l.Max) {
		return fmt.Sprintf(" %s %d, not %d to %d", verb, n, l.Min, l.Max)
	}
	return ""
}
