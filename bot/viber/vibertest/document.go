package vibertest

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// document is a JSON object whose fields are read one by one, each with its
// own refusal: 4 where it is missing, 3 where it is not what it must be.
type document map[string]json.RawMessage

func read(body []byte) (document, *refusal) {
	var d document
	if !utf8.Valid(body) || json.Unmarshal(body, &d) != nil || d == nil {
		return nil, refuse(3, "badData: not a JSON object in UTF-8")
	}
	return d, nil
}

// has reports whether the field is there and not null.
func (d document) has(field string) bool {
	raw, ok := d[field]
	return ok && !bytes.Equal(raw, []byte("null"))
}

// text reads a string of at most limit UTF-16 units; any length if limit is 0.
func (d document) text(field string, required bool, limit int) (string, *refusal) {
	if !d.has(field) {
		if required {
			return "", refuse(4, "missingData: %s", field)
		}
		return "", nil
	}
	var s string
	if json.Unmarshal(d[field], &s) != nil {
		return "", refuse(3, "badData: %s is not a string", field)
	}
	if n := len(utf16.Encode([]rune(s))); limit > 0 && n > limit {
		return "", refuse(3, "badData: %s has %d characters, at most %d", field, n, limit)
	}
	return s, nil
}

// filled is text that must not be empty.
func (d document) filled(field string, limit int) (string, *refusal) {
	s, refused := d.text(field, true, limit)
	if refused == nil && s == "" {
		return "", refuse(4, "missingData: %s is empty", field)
	}
	return s, refused
}

// whole reads an integer, or a string of digits as Viber does, between lo and
// hi; fallback where the field is missing.
func (d document) whole(field string, fallback, lo, hi int) (int, *refusal) {
	if !d.has(field) {
		return fallback, nil
	}
	raw := string(d[field])
	var s string
	if json.Unmarshal(d[field], &s) == nil {
		raw = s
	}
	n, err := strconv.Atoi(raw)
	if err != nil || n < lo || n > hi {
		return 0, refuse(3, "badData: %s is not a whole number from %d to %d", field, lo, hi)
	}
	return n, nil
}

// oneOf reads a string that must be one of few.
func (d document) oneOf(field, fallback string, allowed ...string) (string, *refusal) {
	s, refused := d.text(field, false, 0)
	if refused != nil {
		return "", refused
	}
	if !d.has(field) {
		return fallback, nil
	}
	for _, a := range allowed {
		if s == a {
			return s, nil
		}
	}
	return "", refuse(3, "badData: %s %q", field, s)
}

// inner reads an object.
func (d document) inner(field string) (document, *refusal) {
	if !d.has(field) {
		return nil, refuse(4, "missingData: %s", field)
	}
	in, refused := read(d[field])
	if refused != nil {
		return nil, refuse(3, "badData: %s is not an object", field)
	}
	return in, nil
}

// first returns the first refusal.
func first(refusals ...*refusal) *refusal {
	for _, r := range refusals {
		if r != nil {
			return r
		}
	}
	return nil
}
