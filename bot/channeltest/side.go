package channeltest

import (
	"encoding/json"
	"iter"
	"maps"
	"slices"
	"testing"
)

// Odd are values that a side field could hold instead of its own.
func Odd() []string {
	return []string{
		`null`, `true`, `false`, `0`, `-1`, `5`, `1.5`, `1e400`, `123456789012345678901234567890`,
		`""`, `"x"`, `"1763740800"`, `"\u0000"`, `"\ud83d"`, `[]`, `[[]]`, `["x",5,{}]`, `{}`,
		`{"id":5,"lat":"x","latitude":"x","name":[],"first_name":[]}`,
	}
}

// SideFields yields body with each field, and each field of an object in it,
// replaced by each odd value, with the field's path: "message.chat.id". Fields that
// are needed as they are stay so.
func SideFields(t *testing.T, body string, needed ...string) iter.Seq2[string, []byte] {
	t.Helper()
	var doc map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatal(err)
	}
	return func(yield func(string, []byte) bool) {
		replaceSides("", doc, func(b json.RawMessage) json.RawMessage { return b }, func(path string, b json.RawMessage) bool {
			return slices.Contains(needed, path) || yield(path, b)
		})
	}
}

// replaceSides yields every variation of doc within the whole body, until it is told
// to stop, and reports whether it was not.
func replaceSides(at string, doc map[string]json.RawMessage, whole func(json.RawMessage) json.RawMessage, yield func(string, json.RawMessage) bool) bool {
	for key, value := range doc {
		with := func(v json.RawMessage) json.RawMessage {
			d := maps.Clone(doc)
			d[key] = v
			raw, _ := json.Marshal(d) // of JSON alone
			return whole(raw)
		}
		for _, v := range Odd() {
			if !yield(at+key, with(json.RawMessage(v))) {
				return false
			}
		}
		var inner map[string]json.RawMessage
		if json.Unmarshal(value, &inner) == nil && inner != nil && !replaceSides(at+key+".", inner, with, yield) {
			return false
		}
	}
	return true
}
