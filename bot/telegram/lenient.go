package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// readParts is read for a document in which a field of the wrong type must not cost
// what stands beside it: such a field is as good as none, and an object keeps what
// can be read of it. Only the fields in needs must be what they should be.
func readParts(doc []byte, v any, needs ...string) error {
	err := read(doc, v)
	var fields map[string]json.RawMessage
	if err == nil || errors.Is(err, errSizes) || read(doc, &fields) != nil {
		return err
	}
	into := reflect.ValueOf(v).Elem()
	into.SetZero()
	return fill(into, fields, needs)
}

// fill reads each field of a struct by itself.
func fill(into reflect.Value, fields map[string]json.RawMessage, needs []string) error {
	for i := range into.NumField() {
		f, to := into.Type().Field(i), into.Field(i)
		if f.Anonymous {
			if err := fill(to, fields, needs); err != nil {
				return err
			}
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		raw, ok := fields[name]
		if !ok {
			continue
		}
		err := json.Unmarshal(raw, to.Addr().Interface())
		wrong, typed := errors.AsType[*json.UnmarshalTypeError](err)
		switch {
		case err == nil:
		case !typed:
			return err
		case slices.Contains(needs, name):
			return fmt.Errorf("field %s has the wrong type", strings.TrimSuffix(name+"."+wrong.Field, "."))
		case wrong.Field == "" && to.Kind() == reflect.Pointer: // not even an empty one
			to.SetZero()
		}
	}
	return nil
}

// isObject reports whether a field holds an object.
func isObject(raw json.RawMessage) bool { return len(raw) > 0 && raw[0] == '{' }

// degrees is a coordinate; known is false for anything that is none.
type degrees struct {
	value float64
	known bool
}

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (d *degrees) UnmarshalJSON(raw []byte) error {
	value, err := strconv.ParseFloat(string(raw), 64)
	*d = degrees{value, err == nil}
	return nil
}

// within reports whether the coordinate is known and lies in ±limit.
func (d degrees) within(limit float64) bool {
	return d.known && d.value >= -limit && d.value <= limit
}
