package db

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"
)

// args readies values for the driver. Every text that enters the tables passes
// here and is cleaned; times become microseconds.
func args(values []any) []any { return appendArgs(make([]any, 0, len(values)), values) }

func appendArgs(out, values []any) []any {
	for _, v := range values {
		out = append(out, arg(v))
	}
	return out
}

func arg(given any) any {
	switch v := given.(type) {
	case string:
		if clean := Clean(v); clean != v {
			return clean
		}
		return given // the same in another any would take memory
	case []byte:
		if v == nil {
			return []byte{} // no column is NULL
		}
		return given
	case int64, bool:
		return given
	case int:
		return int64(v)
	case time.Time:
		return Micros(v)
	case time.Duration:
		return v.Microseconds()
	}
	switch rv := reflect.ValueOf(given); rv.Kind() {
	case reflect.String:
		return Clean(rv.String())
	case reflect.Int, reflect.Int64:
		return rv.Int()
	}
	panic(fmt.Sprintf("storage: no column holds a %T", given))
}

// Clean returns text that both databases take: NUL and what is not UTF-8 (lone
// surrogates included) become U+FFFD.
func Clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ReplaceAll(s, "\x00", "\uFFFD")
}

// clean reports whether Clean would leave the text as it is.
func clean(s []byte) bool { return utf8.Valid(s) && bytes.IndexByte(s, 0) < 0 }

// Micros returns a moment as the tables keep it: microseconds UTC, 0 for never.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}
