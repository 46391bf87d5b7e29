package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"visnyk/bot/telegram/telegramtest"
)

// describe reads the description at the path into a table like ours.
func describe(at string) (*telegramtest.Table, error) {
	src, err := files(at)
	if err != nil {
		return nil, err
	}
	objects, errObjects := declare(src[objectsFile])
	params, errParams := declare(src[paramsFile])
	if err := errors.Join(errObjects, errParams); err != nil {
		return nil, fmt.Errorf("the description at %s: %w", at, err)
	}
	maps.Copy(objects.names, params.names)
	t := &telegramtest.Table{Types: map[string]telegramtest.Type{}, Methods: map[string]telegramtest.Method{}}
	for name, fields := range objects.interfaces {
		t.Types[name] = telegramtest.Type{Fields: objects.described(fields)}
	}
	delete(objects.names, "file") // a plain kind to us
	for name, kinds := range objects.names {
		if short := objects.named(name, kinds); slices.Equal(short, telegramtest.Kinds{name}) {
			t.Types[name] = telegramtest.Type{OneOf: kinds}
		}
	}
	calls, err := methods(src[methodsFile])
	if err != nil {
		return nil, fmt.Errorf("the methods at %s: %w", at, err)
	}
	for _, c := range calls {
		t.Methods[c.name] = telegramtest.Method{
			Name: c.name, Params: objects.described(params.interfaces[c.params]), Result: objects.resolved(c.result),
		}
	}
	if len(t.Methods) == 0 || t.Types["Update"].Fields == nil {
		return nil, fmt.Errorf("the description at %s knows no Update or no methods", at)
	}
	return t, nil
}

// described returns fields as the table has them.
func (d declarations) described(fields []field) []telegramtest.Field {
	all := []telegramtest.Field{} // a type without fields is a type
	for _, f := range fields {
		out := telegramtest.Field{Name: f.name, Optional: f.optional, Kinds: d.resolved(f.kinds)}
		out.Limit = limit(f.doc, out.Kinds)
		all = append(all, out)
	}
	return all
}

// resolved puts the words of a list in the place of its name.
func (d declarations) resolved(kinds []string) telegramtest.Kinds {
	var all telegramtest.Kinds
	for _, kind := range kinds {
		base := telegramtest.Base(kind)
		for _, named := range d.named(base, d.names[base]) {
			if named += strings.TrimPrefix(kind, base); !slices.Contains(all, named) {
				all = append(all, named)
			}
		}
	}
	return all
}

// maxWords is how many words a list may have that is spelled out. Longer ones,
// as of all currencies and emoji, are any string to us.
const maxWords = 30

// named returns what stands for a name: the words of a list, string for a long
// one, and the name itself for a union of types and all else.
func (d declarations) named(name string, kinds []string) telegramtest.Kinds {
	literal := func(kind string) bool { return strings.HasPrefix(kind, `"`) }
	switch {
	case len(kinds) > maxWords && literal(kinds[0]):
		return telegramtest.Kinds{"string"}
	case len(kinds) > 0 && !slices.ContainsFunc(kinds, func(k string) bool { return !literal(k) }):
		return kinds
	}
	return telegramtest.Kinds{name}
}

var (
	links   = regexp.MustCompile(`\]\([^)]*\)`)
	sizes   = regexp.MustCompile(`\b(\d+)-(\d+) (characters|[Bb]ytes)`)
	counts  = regexp.MustCompile(`\b(?:[Ll]ist of|include) (\d+)-(\d+)\b`)
	numbers = regexp.MustCompile(`\b(\d+)(?:-| and )(\d+)\b`)
)

// limit reads the limit that a comment tells of; of several for a number, as of
// dice of many kinds, the widest.
func limit(doc string, kinds telegramtest.Kinds) (l telegramtest.Limit) {
	doc = links.ReplaceAllString(doc, "]")
	form := sizes
	switch {
	case strings.HasSuffix(kinds[0], "[]"):
		form = counts
	case slices.Equal(kinds, telegramtest.Kinds{"number"}):
		form = numbers
	}
	for _, found := range form.FindAllStringSubmatch(doc, -1) {
		least, _ := strconv.Atoi(found[1])
		most, _ := strconv.Atoi(found[2])
		switch {
		case form != numbers:
			return telegramtest.Limit{Min: least, Max: most, Bytes: len(found) > 3 && strings.EqualFold(found[3], "bytes")}
		case l.Max == 0:
			l.Min, l.Max = least, most
		}
		l.Min, l.Max = min(l.Min, least), max(l.Max, most)
	}
	return l
}

// call is a method as it is declared: the name of its parameters' interface, and
// what it returns.
type call struct {
	name, params string
	result       []string
}

// methods reads the declarations of the methods.
func methods(src string) ([]call, error) {
	r := &reader{all: tokens(src)}
	for r.at < len(r.all) && (r.next() != "interface" || r.next() != "APIMethods") {
	}
	if err := r.want("{"); err != nil {
		return nil, err
	}
	var all []call
	for r.peek() != "}" {
		c, err := r.call()
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// call reads name: CallAPI<Parameters, Result>, with or without the parameters.
func (r *reader) call() (c call, err error) {
	c.name = r.next()
	if err := r.want(":"); err != nil {
		return c, err
	}
	r.next()
	if err := r.want("<"); err != nil {
		return c, err
	}
	if c.result, err = r.kinds(); err != nil {
		return c, err
	}
	if r.peek() == "," {
		r.next()
		c.params = c.result[0]
		if c.result, err = r.kinds(); err != nil {
			return c, err
		}
	}
	return c, r.want(">")
}

// reach returns the names of all types that stand in what the methods named take
// and give, and in an update.
func reach(t *telegramtest.Table, called []string) []string {
	seen := map[string]bool{}
	var visit func(kinds telegramtest.Kinds)
	visit = func(kinds telegramtest.Kinds) {
		for _, kind := range kinds {
			name := telegramtest.Base(kind)
			typ, known := t.Types[name]
			if !known || seen[name] {
				continue
			}
			seen[name] = true
			visit(typ.OneOf)
			for _, f := range typ.Fields {
				visit(f.Kinds)
			}
		}
	}
	visit(telegramtest.Kinds{"Update"})
	for _, name := range called {
		m := t.Methods[name]
		visit(m.Result)
		for _, p := range m.Params {
			visit(p.Kinds)
		}
	}
	return slices.SortedFunc(maps.Keys(seen), cmp.Compare[string])
}
