package telegramtest

import (
	"embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Table is what we know of the Bot API: the types that an update or a call of
// ours can hold, and the methods we call. The head of api/types.txt tells its
// notation.
type Table struct {
	Types   map[string]Type
	Methods map[string]Method
	// Uncalled names the methods we know of and never call.
	Uncalled []string
}

// Type is an object with fields, or one of several kinds.
type Type struct {
	Fields []Field
	OneOf  Kinds // of a union; nil for an object
}

// Method is a method of the API, what it takes and what it gives.
type Method struct {
	Name   string
	Params []Field
	Result Kinds
}

// Field is a field of an object, or a parameter of a method.
type Field struct {
	Name     string
	Optional bool
	Kinds    Kinds
	Limit    Limit
}

// Kinds are the kinds of value that may stand somewhere: int, float, string,
// words, bool, true, file, a literal in quotes, the name of a type, and with [] behind
// it a list of one. A kind that begins with + is known of the platform and not
// described.
type Kinds []string

// Limit bounds a value: the characters or bytes of a string, the items of a
// list, the number itself. The zero Limit bounds nothing.
type Limit struct {
	Min, Max int
	Bytes    bool
	// Ours marks what the platform does and its description does not say.
	Ours bool
}

// String writes the limit as the table does; "" when there is none.
func (l Limit) String() string {
	if l.Max == 0 {
		return ""
	}
	s := fmt.Sprintf("%d..%d", l.Min, l.Max)
	if l.Bytes {
		s += " bytes"
	}
	if l.Ours {
		s = "+" + s
	}
	return s
}

// String writes the field as the table does.
func (f Field) String() string {
	s := f.Name
	if f.Optional {
		s += "?"
	}
	return strings.TrimSpace(s + " " + strings.Join(f.Kinds, "|") + " " + f.Limit.String())
}

//go:embed api/*.txt
var apiFiles embed.FS

// API returns the table that the fake is strict by.
var API = sync.OnceValue(func() *Table {
	types, _ := apiFiles.ReadFile("api/types.txt")
	methods, _ := apiFiles.ReadFile("api/methods.txt")
	t, err := ReadTable(string(types) + "\n" + string(methods))
	if err != nil { // a test reads it first
		panic("fake telegram: " + err.Error())
	}
	return t
})

// ReadTable reads the notation of a table. The error names what is wrong in it.
func ReadTable(src string) (*Table, error) {
	t := &Table{Types: map[string]Type{}, Methods: map[string]Method{}}
	for _, entry := range entries(src) {
		if err := t.entry(entry); err != nil {
			head, _, _ := strings.Cut(entry, ":")
			return nil, fmt.Errorf("the table of the Bot API: %q: %w", head, err)
		}
	}
	return t, t.whole()
}

// entries joins the lines of each entry: those after the first are indented.
func entries(src string) []string {
	var all []string
	for line := range strings.Lines(src) {
		switch trimmed := strings.TrimSpace(line); {
		case trimmed == "" || strings.HasPrefix(trimmed, "#"):
		case line[0] == ' ' && len(all) > 0:
			all[len(all)-1] += " " + trimmed
		default:
			all = append(all, trimmed)
		}
	}
	return all
}

func (t *Table) entry(entry string) error {
	if name, kinds, ok := strings.Cut(entry, " = "); ok && !strings.Contains(name, ":") {
		t.Types[name] = Type{OneOf: readKinds(kinds)}
		return nil
	}
	name, rest, ok := strings.Cut(entry, ":")
	if !ok {
		return errors.New("is neither name: fields nor name = kinds")
	}
	if name == "uncalled" {
		t.Uncalled = strings.Fields(rest)
		return nil
	}
	method, result, isMethod := strings.Cut(name, " -> ")
	fields, err := readFields(rest)
	switch {
	case err != nil:
		return err
	case isMethod:
		t.Methods[method] = Method{Name: method, Params: fields, Result: readKinds(result)}
	default:
		t.Types[name] = Type{Fields: fields}
	}
	return nil
}

func readFields(src string) ([]Field, error) {
	var fields []Field
	for part := range strings.SplitSeq(src, ";") {
		words := strings.Fields(part)
		switch {
		case len(words) == 0:
			continue
		case len(words) == 1:
			return nil, fmt.Errorf("%q has no kind", words[0])
		}
		f := Field{Name: strings.TrimSuffix(words[0], "?"), Optional: strings.HasSuffix(words[0], "?"), Kinds: readKinds(words[1])}
		if len(words) > 2 {
			limit, err := readLimit(words[2:])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", f.Name, err)
			}
			f.Limit = limit
		}
		if slices.ContainsFunc(fields, func(g Field) bool { return g.Name == f.Name }) {
			return nil, fmt.Errorf("%s is there twice", f.Name)
		}
		fields = append(fields, f)
	}
	return fields, nil
}

func readKinds(src string) Kinds {
	var kinds Kinds
	for kind := range strings.SplitSeq(src, "|") {
		kinds = append(kinds, strings.TrimSpace(kind))
	}
	return kinds
}

func readLimit(words []string) (l Limit, err error) {
	from, to, ok := strings.Cut(strings.TrimPrefix(words[0], "+"), "..")
	if !ok {
		return l, fmt.Errorf("%q is no limit", words[0])
	}
	l.Ours = strings.HasPrefix(words[0], "+")
	l.Bytes = len(words) == 2 && words[1] == "bytes"
	var errTo error
	l.Min, err = strconv.Atoi(from)
	l.Max, errTo = strconv.Atoi(to)
	return l, errors.Join(err, errTo)
}

// whole reports every kind that nothing in the table explains.
func (t *Table) whole() error {
	var errs []error
	explained := func(where string, kinds Kinds) {
		for _, kind := range kinds {
			if base := Base(kind); !plain(base) && t.Types[base].Fields == nil && t.Types[base].OneOf == nil {
				if _, empty := t.Types[base]; !empty {
					errs = append(errs, fmt.Errorf("%s: there is no type %s", where, base))
				}
			}
		}
	}
	for name, typ := range t.Types {
		explained(name, typ.OneOf)
		for _, f := range typ.Fields {
			explained(name+"."+f.Name, f.Kinds)
		}
	}
	for name, m := range t.Methods {
		explained(name, m.Result)
		for _, f := range m.Params {
			explained(name+"."+f.Name, f.Kinds)
		}
	}
	return errors.Join(errs...)
}

// Base returns the kind without the marks of a list and of what is not described.
func Base(kind string) string {
	return strings.TrimPrefix(strings.ReplaceAll(kind, "[]", ""), "+")
}

// plain reports whether a kind is no type of the table.
func plain(kind string) bool {
	return strings.HasPrefix(kind, `"`) || slices.Contains([]string{"int", "float", "string", "words", "bool", "true", "file"}, kind)
}

// FieldNamed finds a field by its name.
func FieldNamed(fields []Field, name string) (Field, bool) {
	i := slices.IndexFunc(fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return fields[i], true
}
