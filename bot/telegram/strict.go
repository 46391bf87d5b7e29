package telegram

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
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
// document; with any other error there is none.
func canonical(body []byte) (doc []byte, strange error) {
	if len(body) > maxUpdate {
		return nil, errLarge
	}
	if !json.Valid(body) {
		return nil, errNotJSON
	}
	body = bytes.TrimLeft(body, " \t\r\n")
	if doc = body; doc[0] != '{' {
		return nil, errNotObject
	}
	keys := make([]keyAt, 0, maxKeys/2) // of all open objects
	open := make([]int, 0, 8)           // where the keys of each open object begin; -1 for an array
	for i := 0; i < len(doc); i++ {
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
			if _, isKey := colon(doc, to+1); !isKey {
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
		}
	}
	return doc, strange
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
	if into := reflect.ValueOf(v).Elem(); into.Kind() == reflect.Struct {
		if quick(doc, into) {
			return nil
		}
		into.SetZero()
	}
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
