package markup

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Why a template is refused.
var (
	// ErrUnknown says that a variable has no value and no fallback.
	ErrUnknown = errors.New("unknown variable")
	// ErrTemplate says that {{…}} is not a variable; there is nothing else.
	ErrTemplate = errors.New("not a variable")
)

// variable is the whole grammar of templates: {{name}} or {{name|fallback}}.
var variable = regexp.MustCompile(`^\{\{[ \t]*([\pL_][\pL\pN_.-]*)[ \t]*(\|[^{}\n]*)?\}\}`)

// Expand puts the values of variables into src: {{name}}, or {{name|fallback}}
// with the words to use when the value is missing or blank. Values are escaped,
// so they stay literal, stand in one line without spaces around, so that marks may
// touch them, and are never expanded again. Braces written \{{ are
// literal. The error names what is unknown or malformed and its byte offset.
func Expand(src string, vars map[string]string) (string, error) {
	var out strings.Builder
	for at := 0; ; {
		i := strings.Index(src[at:], "{{")
		if i < 0 {
			out.WriteString(src[at:])
			return out.String(), nil
		}
		out.WriteString(src[at : at+i])
		at += i
		if escapes(src[:at])%2 == 1 {
			out.WriteString(`{\{`)
			at += len("{{")
			continue
		}
		m := variable.FindStringSubmatch(src[at:])
		if m == nil {
			return "", fmt.Errorf("%w: %q at byte %d", ErrTemplate, excerpt(src[at:]), at)
		}
		value, known := vars[m[1]]
		switch {
		case Value(value) != "":
			out.WriteString(Value(value))
		case m[2] != "":
			out.WriteString(strings.TrimSpace(m[2][1:]))
		case !known:
			return "", fmt.Errorf("%w: %s at byte %d", ErrUnknown, m[1], at)
		}
		at += len(m[0])
	}
}

// Fill puts the values of some variables into src, as Expand does, and leaves everything
// else in it as it is written: what comes out is a template still. A variable whose value
// is blank has its fallback, or nothing.
func Fill(src string, values map[string]string) string {
	var out strings.Builder
	for at := 0; ; {
		i := strings.Index(src[at:], "{{")
		if i < 0 {
			out.WriteString(src[at:])
			return out.String()
		}
		out.WriteString(src[at : at+i])
		at += i
		m := variable.FindStringSubmatch(src[at:])
		if m == nil || escapes(src[:at])%2 == 1 {
			out.WriteString("{{")
			at += len("{{")
			continue
		}
		switch value, ours := values[m[1]]; {
		case !ours:
			out.WriteString(m[0])
		case Value(value) != "":
			out.WriteString(Value(value))
		case m[2] != "":
			out.WriteString(strings.TrimSpace(m[2][1:]))
		}
		at += len(m[0])
	}
}

// Value returns what a value is within a template: literal, and fit to stand between
// marks that style it.
func Value(s string) string { return Escape(strings.Join(strings.Fields(clean(s)), " ")) }

// escapes counts the backslashes that s ends with.
func escapes(s string) int { return len(s) - len(strings.TrimRight(s, `\`)) }

// excerpt is the beginning of s, short enough for an error.
func excerpt(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}
