// Package consoletest tries pages of the console as a stranger would: every
// template with nothing, with everything and with hostile words, in both languages,
// and every route as every role and as nobody.
package consoletest

import (
	"bytes"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"visnyk/bot"
	"visnyk/bot/console"
)

// Hostile is what stands in every string of a hostile page.
const Hostile = `"'><x-hostile onclick="a">{{.}}</x-hostile>` + "\u202e javascript:alert(1) <!--"

// Templates executes every page that stands in the files: with the zero value of
// its struct, with the example given, and with the example whose strings are all
// hostile. What comes out is parsed and judged. Strings of a type of their own, such
// as bot.Role, are left as they are: they are no words of people. A page without
// an example fails.
func Templates(t *testing.T, c *console.Console, files fs.FS, examples map[string]any) {
	t.Helper()
	names := console.PageNames(files)
	for name := range examples {
		if !slices.Contains(names, name) {
			t.Errorf("there is an example of %q, and no such page", name)
		}
	}
	for _, name := range names {
		full, ok := examples[name]
		if !ok {
			t.Errorf("page %q has no example", name)
			continue
		}
		for what, page := range map[string]any{
			"zero": reflect.Zero(reflect.TypeOf(full)).Interface(), "full": full, "hostile": spoiled(reflect.ValueOf(full)).Interface(),
		} {
			for _, l := range bot.Languages() {
				t.Run(name+"-"+what+"-"+string(l), func(t *testing.T) {
					out, err := c.Example(l, name, page, Hostile)
					if err != nil {
						t.Fatal(err)
					}
					for _, fault := range Judge(out) {
						if what != "zero" || !strings.HasSuffix(fault, silent) { // what nobody has said names nothing
							t.Error(fault)
						}
					}
				})
			}
		}
	}
}

// spoiled copies a value with every plain string made hostile.
func spoiled(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			out.SetString(Hostile)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(spoiled(v.Field(i)))
			}
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		}
		for i := range v.Len() {
			out.Index(i).Set(spoiled(v.Index(i)))
		}
	case reflect.Map:
		if !v.IsNil() {
			out.Set(reflect.MakeMap(v.Type()))
		}
		for _, key := range v.MapKeys() {
			out.SetMapIndex(key, spoiled(v.MapIndex(key)))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(spoiled(v.Elem()))
		}
	case reflect.Interface:
		if !v.IsNil() {
			out.Set(spoiled(v.Elem()))
		}
	}
	return out
}

// Judge returns what is wrong with a whole page: anything inline, a control
// without a name, a mark that leads nowhere, words of people that became marks.
func Judge(page []byte) []string {
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return []string{err.Error()}
	}
	j := &judge{ids: map[string]int{}, labels: map[string]bool{}}
	j.collect(doc)
	j.look(doc)
	j.whole()
	slices.Sort(j.faults)
	return slices.Compact(j.faults)
}

// counted lists what a page has exactly one of.
func counted() []string { return []string{"h1", "main", "title"} }

func (j *judge) whole() {
	for _, name := range counted() {
		if n := j.elements[name]; n != 1 {
			j.fault("%d of <%s>, want one", n, name)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(j.ids)) {
		if j.ids[id] > 1 {
			j.fault("the id %q stands %d times", id, j.ids[id])
		}
	}
}
