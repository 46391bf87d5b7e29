package bot

import (
	"encoding/json"
	"fmt"
	"strings"
)

// FaultCode says what is wrong, in no language. Its words stand in the table of
// faults for programs and the command line, and among the texts of staff for
// pages.
type FaultCode string

// Data are the values that a fault's words name, such as Max: texts, numbers and
// lists of texts.
type Data map[string]any

// UnmarshalJSON reads values as they were written.
func (d *Data) UnmarshalJSON(text []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	*d = Data{}
	for name, value := range all {
		var number int
		var list []string
		var plain any
		switch {
		case json.Unmarshal(value, &number) == nil:
			(*d)[name] = number
		case json.Unmarshal(value, &list) == nil:
			(*d)[name] = list
		default:
			if err := json.Unmarshal(value, &plain); err != nil {
				return err
			}
			(*d)[name] = plain
		}
	}
	return nil
}

// Fault is one thing that is wrong with what somebody handed in or asked for: a
// value that whoever shows it says in the reader's language.
type Fault struct {
	Field string    `json:"field,omitempty"` // as in its JSON; "" where it is the whole
	Code  FaultCode `json:"code"`
	Data  Data      `json:"data,omitempty"`
}

// Detail returns what is wrong, and what is wanted, in English.
func (f Fault) Detail() string {
	words, ok := faultWords[f.Code]
	if !ok {
		return "is wrong: " + string(f.Code)
	}
	for name, value := range f.Data {
		words = strings.ReplaceAll(words, "{"+name+"}", Shown(value))
	}
	return words
}

// Shown returns a value of Data as a person reads it.
func Shown(value any) string {
	if list, ok := value.([]string); ok {
		return strings.Join(list, ", ")
	}
	return fmt.Sprint(value)
}

// Choices returns the values of which one must be chosen, for Data.
func Choices[T ~string](values []T) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return all
}

// String returns the fault in English, as a sentence without its end.
func (f Fault) String() string { return strings.TrimSpace(f.Field + " " + f.Detail()) }

// InvalidError says everything that is wrong with what was handed in.
type InvalidError struct {
	Faults []Fault
}

// Invalid returns an *InvalidError of one fault.
func Invalid(field string, code FaultCode, data Data) error {
	return &InvalidError{Faults: []Fault{{Field: field, Code: code, Data: data}}}
}

// Error implements error.
func (e *InvalidError) Error() string {
	all := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		all[i] = f.String()
	}
	return strings.Join(all, "; ")
}

// RefusedError says why what was asked for, though right in itself, cannot be
// done as things stand.
type RefusedError struct{ Fault }

// Refused returns a *RefusedError.
func Refused(field string, code FaultCode, data Data) error {
	return &RefusedError{Fault{Field: field, Code: code, Data: data}}
}

// Error implements error.
func (e *RefusedError) Error() string { return e.String() }
