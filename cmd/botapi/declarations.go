package main

import (
	"fmt"
	"slices"
	"strings"
)

// A description is TypeScript declarations: interfaces whose fields carry a
// comment, and names for unions. So much of the language is read here and no more.

// field is a field of an interface as it is declared.
type field struct {
	name     string
	optional bool
	kinds    []string
	doc      string
}

// declarations are those of one file by name.
type declarations struct {
	interfaces map[string][]field
	names      map[string][]string // of unions, and of lists of words
}

// reader reads the tokens of one file.
type reader struct {
	all []token
	at  int
}

func (r *reader) peek() string {
	if r.at < len(r.all) {
		return r.all[r.at].text
	}
	return ""
}

func (r *reader) next() string {
	s := r.peek()
	r.at++
	return s
}

// want passes the token; the error names the line where another one stands.
func (r *reader) want(s string) error {
	if got := r.peek(); got != s {
		line := 0
		if r.at < len(r.all) {
			line = r.all[r.at].line
		}
		return fmt.Errorf("line %d: %q stands where %q should", line, got, s)
	}
	r.at++
	return nil
}

// skip passes a pair of brackets and all between them.
func (r *reader) skip(open, closing string) {
	for depth := 0; r.at < len(r.all); {
		switch r.next() {
		case open:
			depth++
		case closing:
			depth--
		}
		if depth == 0 {
			return
		}
	}
}

// declare reads a file. What is generic explains the package's own use, not the API.
func declare(src string) (declarations, error) {
	d := declarations{interfaces: map[string][]field{}, names: map[string][]string{}}
	r := &reader{all: tokens(src)}
	for r.at < len(r.all) {
		if r.next() != "export" {
			continue
		}
		what, name := r.next(), r.next()
		if r.peek() == "<" {
			continue
		}
		var err error
		switch what {
		case "interface":
			d.interfaces[ourKind(name)], err = r.fields()
		case "type":
			if err = r.want("="); err == nil {
				d.names[ourKind(name)], err = r.kinds()
			}
		}
		if err != nil {
			return d, fmt.Errorf("%s: %w", name, err)
		}
	}
	return d, nil
}

func (r *reader) fields() ([]field, error) {
	if err := r.want("{"); err != nil {
		return nil, err
	}
	var all []field
	for r.peek() != "}" {
		f := field{doc: r.all[min(r.at, len(r.all)-1)].doc, name: r.next()}
		if r.peek() == "?" {
			r.next()
			f.optional = true
		}
		if err := r.want(":"); err != nil {
			return nil, err
		}
		var err error
		if f.kinds, err = r.kinds(); err != nil {
			return nil, err
		}
		all = append(all, f)
		if r.peek() == ";" || r.peek() == "," {
			r.next()
		}
	}
	r.next()
	return all, nil
}

// kinds reads a union. An object that is only a convenience of the language, such
// as { toString(): string }, is no kind of value.
func (r *reader) kinds() ([]string, error) {
	var all []string
	if r.peek() == "|" {
		r.next()
	}
	for {
		var these []string
		switch s := r.next(); {
		case s == "{":
			r.at--
			r.skip("{", "}")
		case s == "(", s == "Array" && r.peek() == "<":
			var err error
			if these, err = r.within(s); err != nil {
				return nil, err
			}
		case strings.HasPrefix(s, `"`) || s != "" && isLetter(s[0]):
			if r.peek() == "<" { // Exclude<keyof …>: some of the words
				r.skip("<", ">")
				s = "string"
			}
			these = []string{ourKind(s)}
		case s != "" && s[0] >= '0' && s[0] <= '9': // one of some numbers
			these = []string{"number"}
		default:
			r.at--
			return nil, r.want("a kind")
		}
		for r.peek() == "[" {
			r.next()
			if err := r.want("]"); err != nil {
				return nil, err
			}
			for i := range these {
				these[i] += "[]"
			}
		}
		for _, kind := range these {
			if !slices.Contains(all, kind) {
				all = append(all, kind)
			}
		}
		if r.peek() != "|" {
			return all, nil
		}
		r.next()
	}
}

// within reads the kinds between brackets: a union's, or those of an Array.
func (r *reader) within(open string) ([]string, error) {
	closing := ")"
	if open == "Array" {
		r.next()
		closing = ">"
	}
	kinds, err := r.kinds()
	if err != nil {
		return nil, err
	}
	if open == "Array" {
		for i := range kinds {
			kinds[i] += "[]"
		}
	}
	return kinds, r.want(closing)
}

// ourKind names a kind as the table does.
func ourKind(s string) string {
	s = strings.TrimPrefix(s, "Objects.")
	s = strings.TrimPrefix(s, "Params.")
	switch s = strings.TrimPrefix(s, "Telegram"); s {
	case "boolean":
		return "bool"
	case "InputFile":
		return "file"
	}
	return s
}
