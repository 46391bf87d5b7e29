package telegram

import (
	"bytes"
	"encoding/json"
	"iter"
	"reflect"
	"strconv"
	"sync"
	"unicode/utf8"
)

// each goes through the fields of an object, of valid JSON; there are none in what is no
// object. Names stand as they are written, and the values are the document's own.
func each(object json.RawMessage) iter.Seq2[[]byte, json.RawMessage] {
	return func(yield func(name []byte, value json.RawMessage) bool) {
		if !isObject(object) {
			return
		}
		var name []byte
		depth, begin := 0, 0 // begin is where the value begins; 0 between two fields
		for i := 0; i < len(object); i++ {
			switch c := object[i]; {
			case begin > 0 && depth == 1 && (c == ',' || c == '}'):
				if !yield(name, trimmed(object[begin:i])) || c == '}' {
					return
				}
				begin = 0
			case c == '{' || c == '[':
				depth++
			case c == '}' || c == ']':
				depth--
			case c == '"':
				from := i + 1
				i = stringEnd(object, from)
				if depth == 1 && begin == 0 {
					name = object[from:i]
					begin, _ = colon(object, i+1)
					i = begin - 1
				}
			}
		}
	}
}

// trimmed returns a value without the white space around it.
func trimmed(value []byte) []byte {
	for isSpace(value[0]) {
		value = value[1:]
	}
	for isSpace(value[len(value)-1]) {
		value = value[:len(value)-1]
	}
	return value
}

// within returns the value of a field of the object; nil where it is none, has none, or
// has null there. The object is of a document in which every key means one thing.
func within(object json.RawMessage, name string) json.RawMessage {
	for found, value := range each(object) {
		if string(found) == name && string(value) != "null" {
			return value
		}
	}
	return nil
}

// quick reads a struct as encoding/json would, in a third of the time; false where
// something in it does not stand in its usual form, and what was read is of no use. The
// document is one in which every key means one thing.
func quick(doc json.RawMessage, into reflect.Value) bool {
	if !isObject(doc) {
		return false
	}
	places := placesOf(into.Type())
	for name, value := range each(doc) {
		if at, known := places[string(name)]; known && !quickly(value, into.FieldByIndex(at)) {
			return false
		}
	}
	return true
}

func quickly(value json.RawMessage, into reflect.Value) bool {
	switch to := into.Addr().Interface().(type) {
	case *json.RawMessage:
		*to = value
		return true
	case *string:
		if s, plain := unescaped(value); plain {
			*to = s
			return true
		}
	case **string:
		if s, plain := unescaped(value); plain {
			*to = &s
			return true
		}
	case *int64:
		n, err := strconv.ParseInt(string(value), 10, 64)
		*to = n
		return err == nil
	}
	if t := into.Type(); t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct && !t.Implements(unmarshaler) {
		into.Set(reflect.New(t.Elem()))
		return quick(value, into.Elem())
	}
	return json.Unmarshal(value, into.Addr().Interface()) == nil
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// unescaped returns a text that stands as it is; plain is false for one that is escaped, and
// for what is none.
func unescaped(raw json.RawMessage) (s string, plain bool) {
	if len(raw) < 2 || raw[0] != '"' || bytes.IndexByte(raw, '\\') >= 0 || !utf8.Valid(raw) {
		return "", false
	}
	return string(raw[1 : len(raw)-1]), true
}

// placesOf returns where the fields of a struct stand, by their names in JSON.
func placesOf(t reflect.Type) map[string][]int {
	if known, ok := places.Load(t); ok {
		return known.(map[string][]int)
	}
	all := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		if name := f.Tag.Get("json"); name != "" {
			all[name] = f.Index
		}
	}
	places.Store(t, all)
	return all
}

var places sync.Map // of reflect.Type
