package viber

import (
	"encoding/json"
	"strconv"
	"strings"
)

// What stands in a callback is written by many clients of many ages. A field of
// the wrong type is as good as none and never costs what stands beside it: the
// types here read what they can and never fail. What must be there for a turn at
// all, the event, the person and the message, is asked for in parse.

// words is a text; anything else is "".
type words string

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (w *words) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = ""
	}
	*w = words(s)
	return nil
}

// dialed is a telephone number, also where it comes without quotes; anything else
// is "".
type dialed string

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (d *dialed) UnmarshalJSON(b []byte) error {
	*d = ""
	s, ok := digits(b)
	if whole := strings.Trim(s, "0123456789") == ""; ok && (whole || b[0] == '"') {
		*d = dialed(s)
	}
	return nil
}

// wording is what a person wrote; odd tells that something stands there which is no
// text, so that it is not known what.
type wording struct {
	text string
	odd  bool
}

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (w *wording) UnmarshalJSON(b []byte) error {
	*w = wording{}
	w.odd = json.Unmarshal(b, &w.text) != nil
	return nil
}

// yes is true, or anything else.
type yes bool

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (y *yes) UnmarshalJSON(b []byte) error {
	*y = string(b) == "true"
	return nil
}

// object is a JSON object; there is false for anything else.
type object[T any] struct {
	value T
	there bool
}

// UnmarshalJSON implements json.Unmarshaler. It never fails. Of repeated objects
// the last one counts whole.
func (o *object[T]) UnmarshalJSON(b []byte) error {
	*o = object[T]{}
	if strings.HasPrefix(string(b), "{") {
		o.there = json.Unmarshal(b, &o.value) == nil
	}
	return nil
}

// whole is an integer of 64 bits, signed or not, kept as its decimal digits:
// message tokens lie beyond 2^53, where a float64 rounds. Viber's clients send
// it as a number or as a string; anything else, and zero, is "".
type whole string

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (w *whole) UnmarshalJSON(b []byte) error {
	*w = ""
	s, ok := digits(b)
	if !ok {
		return nil
	}
	if n, err := strconv.ParseUint(s, 10, 64); err == nil && n != 0 {
		*w = whole(strconv.FormatUint(n, 10))
	} else if n, err := strconv.ParseInt(s, 10, 64); err == nil && n < 0 {
		*w = whole(strconv.FormatInt(n, 10))
	}
	return nil
}

// int64 returns the number; 0 when there is none or it does not fit.
func (w whole) int64() int64 {
	n, err := strconv.ParseInt(string(w), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// degrees is a coordinate, as a number or a string; known is false for
// anything else.
type degrees struct {
	value float64
	known bool
}

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (d *degrees) UnmarshalJSON(b []byte) error {
	*d = degrees{}
	s, ok := digits(b)
	if !ok {
		return nil
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		*d = degrees{value: f, known: true}
	}
	return nil
}

// within reports whether the coordinate is known and lies in ±limit. A NaN lies nowhere.
func (d degrees) within(limit float64) bool {
	return d.known && d.value >= -limit && d.value <= limit
}

// digits returns the characters of a number, which may stand in quotes.
func digits(b []byte) (string, bool) {
	s := string(b)
	if strings.HasPrefix(s, `"`) && json.Unmarshal(b, &s) != nil {
		return "", false
	}
	return s, true
}
