package console

import (
	"encoding/json"
	"fmt"
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

// jsonValues reads an object of plain values, and of lists of strings.
func jsonValues(data []byte) (url.Values, error) {
	var object map[string]any
	if json.Unmarshal(data, &object) != nil || object == nil {
		return nil, errForm
	}
	values := url.Values{}
	for name, value := range object {
		switch value := value.(type) {
		case string:
			values.Set(name, value)
		case bool, float64:
			values.Set(name, fmt.Sprint(value))
		case []any:
			values[name] = []string{}
			for _, item := range value {
				text, ok := item.(string)
				if !ok {
					return nil, errForm
				}
				values.Add(name, text)
			}
		default:
			return nil, errForm
		}
	}
	return values, nil
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
