package bot

import "strings"

// Fault is one thing that is wrong with what somebody handed in.
type Fault struct {
	Field  string // as in its JSON
	Detail string // what is wrong, and what is wanted, in words
}

// String writes the fault as a sentence without its end.
func (f Fault) String() string { return f.Field + " " + f.Detail }

// InvalidError says everything that is wrong with what was handed in.
type InvalidError struct {
	Faults []Fault
}

// Error implements error.
func (e *InvalidError) Error() string {
	all := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		all[i] = f.String()
	}
	return strings.Join(all, "; ")
}
