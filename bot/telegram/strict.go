package telegram

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// maxKeys bounds the fields of one JSON object. Telegram's largest has about a
// hundred; the bound keeps the search for repeated keys short.
const maxKeys = 128

var (
	errNotJSON   = errors.New("not one JSON document")
	errNotObject = errors.New("not a JSON object")
	errKeys      = fmt.Errorf("an object with more than %d fields", maxKeys)
)

// settle gives a copy of the document in which every key means one thing: of
// repeated keys the last one counts, and a key that is not spelled in plain
// a-z 0-9 _ is an unknown field. encoding/json alone would take UPDATE_ID for
// update_id and mix the objects of repeated keys into one.
//
// The keys that do not count are overwritten with dashes in place.
func settle(body []byte) ([]byte, error) {
	if !json.Valid(body) {
		return nil, errNotJSON
	}
	doc := bytes.Clone(body)
	if doc = bytes.TrimLeft(doc, " \t\r\n"); doc[0] != '{' {
		return nil, errNotObject
	}
	type span struct{ from, to int }
	var keys []span // of all open objects
	var open []int  // where the keys of each open object begin; -1 for an array
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
			if !isKey(doc, to+1) {
				continue
			}
			key := doc[from:to]
			if !plainKey(key) {
				blank(key)
				continue
			}
			mine := keys[open[len(open)-1]:]
			for j, k := range mine {
				if earlier := doc[k.from:k.to]; bytes.Equal(earlier, key) {
					blank(earlier)
					mine[j] = span{from, to}
					key = nil
					break
				}
			}
			if key == nil {
				continue
			}
			if len(mine) == maxKeys {
				return nil, errKeys
			}
			keys = append(keys, span{from, to})
		}
	}
	return doc, nil
}

// stringEnd gives the place of the quote that closes the string begun before i.
func stringEnd(doc []byte, i int) int {
	for doc[i] != '"' {
		if doc[i] == '\\' {
			i++
		}
		i++
	}
	return i
}

// isKey tells whether a colon comes next.
func isKey(doc []byte, i int) bool {
	for i < len(doc) && (doc[i] == ' ' || doc[i] == '\t' || doc[i] == '\r' || doc[i] == '\n') {
		i++
	}
	return i < len(doc) && doc[i] == ':'
}

func plainKey(key []byte) bool {
	for _, b := range key {
		if (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '_' {
			return false
		}
	}
	return len(key) > 0
}

func blank(key []byte) {
	for i := range key {
		key[i] = '-'
	}
}

// read fills v from a settled document. The error names the field and never
// shows its value.
func read(doc []byte, v any) error {
	err := json.Unmarshal(doc, v)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if wrong.Field == "" {
			return errors.New("has the wrong type")
		}
		return fmt.Errorf("field %s has the wrong type", wrong.Field)
	}
	if err != nil {
		return errNotJSON
	}
	return nil
}
