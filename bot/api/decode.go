package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"visnyk/bot/textfile"
)

// decode reads exactly one JSON document of exactly the fields that into has,
// each once and spelt as it is, and without null: a field that has no value is
// left out. Every error is a *problem that names the place.
//
// sigs.k8s.io/json does not do: it lets null and NUL through, and of a value of
// the wrong type it tells Go's types and, within a list, not which one.
func decode(body []byte, into any) error {
	body, err := textfile.JSON(body)
	if wrong, ok := errors.AsType[*textfile.Error](err); ok {
		return problemBody("The body is not JSON in UTF-8.", fault{Field: "/", Code: wrong.Fault.Code, Detail: wrong.Detail()})
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return problemBody("The body is empty: send one JSON document.")
	}
	if !json.Valid(body) {
		return problemBody("The body is not exactly one JSON document.")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := fits(d, reflect.TypeOf(into).Elem(), "", 0); err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return problemBody("A value of the body is out of its range.")
	}
	return nil
}

// deepest is how many levels a body has at most: more than any route asks for.
const deepest = 100

// fits reads the next value of d and checks its shape against a type.
func fits(d *json.Decoder, t reflect.Type, path string, depth int) error {
	wrong := func(want string) error {
		return problemBody("A value has the wrong type.", fault{Field: place(path), Detail: "must be " + want})
	}
	if depth > deepest { // the place of each value is written out, so depth costs its square
		return problemBody("A value stands too deep.", fault{Field: place(path), Detail: fmt.Sprintf("must be at most %d levels deep", deepest)})
	}
	token, err := d.Token()
	if err != nil {
		return problemBody("The body is not exactly one JSON document.")
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	moment := t == reflect.TypeFor[time.Time]()
	switch v := token.(type) {
	case nil:
		return problemBody("There is a null: leave out what has no value.", fault{Field: place(path), Detail: "must not be null"})
	case json.Delim:
		switch {
		case v == '{' && t.Kind() == reflect.Struct && !moment:
			return fitsFields(d, fieldsOf(t), path, depth)
		case v == '{' && t.Kind() == reflect.Map:
			return fitsFields(d, func(string) (reflect.Type, bool) { return t.Elem(), true }, path, depth)
		case v == '[' && t.Kind() == reflect.Slice:
			for i := 0; d.More(); i++ {
				if err := fits(d, t.Elem(), path+"/"+strconv.Itoa(i), depth+1); err != nil {
					return err
				}
			}
			_, err := d.Token()
			return err
		}
	case string:
		if moment {
			if m, err := time.Parse(time.RFC3339, v); err != nil || m.Year() < 1 {
				return wrong("a time such as 2027-01-31T09:00:00Z")
			}
			return nil
		}
		if t.Kind() == reflect.String && strings.ContainsRune(v, 0) {
			return wrong("a text without NUL")
		}
		if t.Kind() == reflect.String {
			return nil
		}
	case json.Number:
		if t.Kind() == reflect.Int {
			if _, err := strconv.Atoi(v.String()); err == nil {
				return nil
			}
		}
	case bool:
		if t.Kind() == reflect.Bool {
			return nil
		}
	}
	return wrong(nameOf(t))
}

// fitsFields checks the fields of an object that d is in.
func fitsFields(d *json.Decoder, field func(string) (reflect.Type, bool), path string, depth int) error {
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		here := path + "/" + name
		t, known := field(name)
		switch {
		case !known:
			return problemBody("There is a field that this route does not know.", fault{Field: place(here), Detail: "is not a field here"})
		case seen[name]:
			return problemBody("A field stands twice.", fault{Field: place(here), Detail: "must stand once"})
		}
		seen[name] = true
		if err := fits(d, t, here, depth+1); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// fieldsOf finds a struct's fields by their names in JSON.
func fieldsOf(t reflect.Type) func(string) (reflect.Type, bool) {
	types := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			types[name] = f.Type
		}
	}
	return func(name string) (reflect.Type, bool) {
		ft, ok := types[name]
		return ft, ok
	}
}

// nameOf names a type in the words of JSON.
func nameOf(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return "a time such as 2027-01-31T09:00:00Z"
	case t.Kind() == reflect.Struct, t.Kind() == reflect.Map:
		return "an object"
	case t.Kind() == reflect.Slice:
		return "a list"
	case t.Kind() == reflect.Int:
		return "a whole number"
	case t.Kind() == reflect.Bool:
		return "true or false"
	}
	return "a text"
}

// place writes where a value stands, at a length that says enough. What a
// client sent is repeated to that client alone.
func place(path string) string {
	const most = 100
	if path == "" {
		return "/"
	}
	if r := []rune(path); len(r) > most {
		return fmt.Sprintf("%s…", string(r[:most]))
	}
	return path
}
