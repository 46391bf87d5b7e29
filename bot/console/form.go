package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"reflect"
	"strconv"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
)

// Form reads what was sent into the struct that into points to: fields of string,
// bool, int, int64 and []string, each named by its tag `form`. A field that the
// struct does not have, one that stands twice, and a number that is none are
// refused with 400; a field that is missing stays zero. A module may send the same
// as a JSON object of plain values.
func (v *Visit) Form(into any) error {
	values, err := v.values()
	if err != nil {
		return err
	}
	return bind(values, into)
}

// Query reads the query of the address as Form reads a form.
func (v *Visit) Query(into any) error {
	values, err := url.ParseQuery(v.Request().URL.RawQuery)
	if err != nil {
		return errForm
	}
	return bind(values, into)
}

// Body returns what was sent as it is, until the visit ends.
func (v *Visit) Body() []byte {
	if v.body == nil {
		return nil
	}
	return v.body.Bytes()
}

// read reads what was sent, at most limit bytes of it.
func (v *Visit) read(limit int64) (err error) {
	v.body, err = v.console.bodies.Read(v.Response(), v.Request(), limit)
	return err
}

func (v *Visit) values() (url.Values, error) {
	if v.fields != nil {
		return v.fields, nil
	}
	kind, _, err := mime.ParseMediaType(v.Request().Header.Get(echo.HeaderContentType))
	if err != nil && v.Request().ContentLength != 0 {
		return nil, errForm
	}
	data := v.Body()
	switch {
	case len(data) == 0:
		return url.Values{}, nil
	case kind == echo.MIMEApplicationJSON:
		return jsonValues(data)
	case kind != echo.MIMEApplicationForm:
		return nil, errForm
	}
	values, err := url.ParseQuery(string(data))
	if err != nil {
		return nil, errForm
	}
	return values, nil
}

// jsonValues reads an object of plain values, and of lists of strings, whose names
// stand once each.
func jsonValues(data []byte) (url.Values, error) {
	values := url.Values{}
	in := json.NewDecoder(bytes.NewReader(data))
	in.UseNumber()
	if begin, err := in.Token(); err != nil || begin != json.Delim('{') || !utf8.Valid(data) {
		return nil, errForm
	}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return nil, errForm
		}
		var value any
		if in.Decode(&value) != nil || values.Has(name.(string)) { // it is one, or that is no JSON
			return nil, errForm
		}
		all, ok := plain(value)
		if !ok {
			return nil, errForm
		}
		values[name.(string)] = all
	}
	if end, err := in.Token(); err != nil || end != json.Delim('}') {
		return nil, errForm
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return nil, errForm
	}
	return values, nil
}

// plain writes a value of JSON as a form would send it.
func plain(value any) (all []string, ok bool) {
	switch value := value.(type) {
	case string:
		return []string{value}, true
	case json.Number: // as it was written: a revision has more digits than a float
		return []string{value.String()}, true
	case bool:
		return []string{strconv.FormatBool(value)}, true
	case []any:
		all = []string{}
		for _, item := range value {
			text, ok := item.(string)
			if !ok {
				return nil, false
			}
			all = append(all, text)
		}
		return all, true
	}
	return nil, false
}

// bind puts values into the fields of a struct.
func bind(values url.Values, into any) error {
	target := reflect.ValueOf(into).Elem()
	fields := map[string]reflect.Value{}
	for i := range target.NumField() {
		if name := target.Type().Field(i).Tag.Get("form"); name != "" {
			fields[name] = target.Field(i)
		}
	}
	for name, all := range values {
		field, ok := fields[name]
		if !ok {
			return errForm
		}
		if field.Kind() == reflect.Slice {
			for _, value := range all {
				if !utf8.ValidString(value) {
					return errForm
				}
			}
			field.Set(reflect.ValueOf(all))
			continue
		}
		if len(all) != 1 || !utf8.ValidString(all[0]) || !put(field, all[0]) {
			return errForm
		}
	}
	return nil
}

// put reads one value into a field, and reports whether it is one.
func put(field reflect.Value, value string) bool {
	switch field.Kind() {
	case reflect.String:
		field.SetString(value)
	case reflect.Bool:
		on := value == "on" || value == "true" || value == "1"
		if !on && value != "" && value != "false" && value != "0" && value != "off" {
			return false
		}
		field.SetBool(on)
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return false
		}
		field.SetInt(n)
	default:
		panic(fmt.Sprintf("a form has no fields of %s", field.Type()))
	}
	return true
}
