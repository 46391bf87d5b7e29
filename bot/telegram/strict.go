package telegram

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of one update, so that a hostile one costs little. Telegram queues none
// of more than 512 KiB (a letter that is not English takes six bytes or twelve,
// and a reply carries the message it answers), its largest object has about a
// hundred fields, and a photo comes in less than ten sizes.
const (
	maxUpdate = 1 << 20 // bytes
	maxKeys   = 128
	maxSizes  = 64
)

var (
	errLarge     = errors.New("larger than any update of Telegram")
	errSizes     = errors.New("a photo in too many sizes")
	errNotJSON   = errors.New("not one JSON document")
	errNotObject = errors.New("not a JSON object")
	errKeys      = fmt.Errorf("an object with more than %d fields", maxKeys)
)

// canonical returns the document in a form in which every key means one thing: of
// repeated keys the last one counts, and a key that is not spelled in plain
// a-z 0-9 _ is an unknown field. encoding/json alone would take UPDATE_ID for
// update_id and mix the objects of repeated keys into one.
//
// The keys that do not count are overwritten with dashes, in a copy where there are any.
// Of an object with too many keys the first ones count, and errKeys comes with the
// document; with any other error there is none. The fields are the document's own.
func canonical(body []byte) (doc []byte, own fields, strange error) {
	if len(body) > maxUpdate {
		return nil, nil, errLarge
	}
	if !json.Valid(body) {
		return nil, nil, errNotJSON
	}
	body = bytes.TrimLeft(body, " \t\r\n")
	if doc = body; doc[0] != '{' {
		return nil, nil, errNotObject
	}
	keys := make([]keyAt, 0, maxKeys/2) // of all open objects
	open := make([]int, 0, 8)           // where the keys of each open object begin; -1 for an array
	field, value := "", 0               // of the document's own the one in whose value we are; "" in none
	for i := 0; i < len(doc); i++ {
		if len(open) == 1 && field != "" && (doc[i] == ',' || doc[i] == '}') {
			own.set(field, bytes.Trim(doc[value:i], " \t\r\n"))
			field = ""
		}
		switch doc[i] {
		case '{':
			open = append(open, len(keys))
		case '[':
			open = append(open, -1)
		case '}', ']':
			last := len(open) - 1
			if open[last] >= 0 {
				keys = keys[:open[last]]
			}
			open = open[:last]
		case '"':
			from := i + 1
			to := stringEnd(doc, from)
			i = to
			behind, isKey := colon(doc, to+1)
			if !isKey {
				continue
			}
			key := doc[from:to]
			if !plainKey(key) {
				doc = blanked(doc, body, from, to)
				continue
			}
			this := keyAt{from, to, sum(key)}
			mine := keys[open[len(open)-1]:]
			if k := this.among(mine, doc); k >= 0 {
				doc = blanked(doc, body, mine[k].from, mine[k].to)
				mine[k] = this
			} else if len(mine) == maxKeys {
				doc = blanked(doc, body, from, to)
				strange = errKeys
				continue
			} else {
				keys = append(keys, this)
			}
			if len(open) == 1 {
				field, value = string(key), behind
			}
		}
	}
	return doc, own, strange
}

// fields are those of a document, each once.
type fields []field

type field struct {
	name  string
	value json.RawMessage
}

func (f *fields) set(name string, value json.RawMessage) {
	*f = append(slices.DeleteFunc(*f, func(o field) bool { return o.name == name }), field{name, value})
}

// of returns the value of the field; nil where there is none, or null.
func (f fields) of(name string) json.RawMessage {
	for _, o := range f {
		if o.name == name && string(o.value) != "null" {
			return o.value
		}
	}
	return nil
}

// within returns the value of a field of the object; nil where it is none, has none, or
// has null there. The object is of a document in which every key means one thing.
func within(object json.RawMessage, name string) json.RawMessage {
	if !isObject(object) {
		return nil
	}
	depth, value := 0, 0 // where the value begins; 0 while it is not found
	for i := 0; i < len(object); i++ {
		if value > 0 && depth == 1 && (object[i] == ',' || object[i] == '}') {
			if found := bytes.Trim(object[value:i], " \t\r\n"); string(found) != "null" {
				return found
			}
			return nil
		}
		switch object[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			from := i + 1
			i = stringEnd(object, from)
			if depth == 1 && value == 0 && string(object[from:i]) == name {
				if behind, isKey := colon(object, i+1); isKey {
					value, i = behind, behind-1
				}
			}
		}
	}
	return nil
}

// unescaped returns a text that stands as it is; plain is false for one that is escaped, and
// for what is none.
func unescaped(raw json.RawMessage) (s string, plain bool) {
	if len(raw) < 2 || raw[0] != '"' || bytes.IndexByte(raw, '\\') >= 0 || !utf8.Valid(raw) {
		return "", false
	}
	return string(raw[1 : len(raw)-1]), true
}

// keyAt is where a key stands. The sum makes comparing cheap.
type keyAt struct {
	from, to int
	sum      uint32
}

// among finds the same key; -1 when it is not there.
func (k keyAt) among(keys []keyAt, doc []byte) int {
	for i, other := range keys {
		if other.sum == k.sum && bytes.Equal(doc[other.from:other.to], doc[k.from:k.to]) {
			return i
		}
	}
	return -1
}

// sum is the FNV-1a hash.
func sum(key []byte) uint32 {
	h := uint32(2166136261)
	for _, b := range key {
		h = (h ^ uint32(b)) * 16777619
	}
	return h
}

// stringEnd returns the place of the quote that closes the string begun before i.
func stringEnd(doc []byte, i int) int {
	for doc[i] != '"' {
		if doc[i] == '\\' {
			i++
		}
		i++
	}
	return i
}

// colon returns the place behind the colon that comes next, if one does.
func colon(doc []byte, i int) (behind int, ok bool) {
	for i < len(doc) && (doc[i] == ' ' || doc[i] == '\t' || doc[i] == '\r' || doc[i] == '\n') {
		i++
	}
	return i + 1, i < len(doc) && doc[i] == ':'
}

func plainKey(key []byte) bool {
	for _, b := range key {
		if (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '_' {
			return false
		}
	}
	return len(key) > 0
}

// blanked returns the document with a key overwritten, in a copy if it is still the body.
func blanked(doc, body []byte, from, to int) []byte {
	if &doc[0] == &body[0] {
		doc = bytes.Clone(doc)
	}
	for i := from; i < to; i++ {
		doc[i] = '-'
	}
	return doc
}

// read fills v from a settled document. The error names the field and never
// shows its value.
func read(doc []byte, v any) error { return readAt("", doc, v) }

// readAt is read for what stands under a name.
func readAt(name string, doc []byte, v any) error {
	err := json.Unmarshal(doc, v)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if name = strings.Trim(name+"."+wrong.Field, "."); name == "" {
			return errors.New("has the wrong type")
		}
		return fmt.Errorf("field %s has the wrong type", name)
	}
	if errors.Is(err, errSizes) {
		return errSizes
	}
	if err != nil {
		return errNotJSON
	}
	return nil
}
