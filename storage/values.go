package storage

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"
)

// args readies values for the driver. Every text that enters the tables passes
// here and is cleaned; times become microseconds.
func args(values []any) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = arg(v)
	}
	return out
}

func arg(v any) any {
	switch v := v.(type) {
	case string:
		return clean(v)
	case []byte:
		if v == nil {
			return []byte{} // no column is NULL
		}
		return v
	case int64, bool:
		return v
	case int:
		return int64(v)
	case time.Time:
		return int64(microsOf(v))
	case time.Duration:
		return v.Microseconds()
	}
	switch rv := reflect.ValueOf(v); rv.Kind() {
	case reflect.String:
		return clean(rv.String())
	case reflect.Int, reflect.Int64:
		return rv.Int()
	}
	panic(fmt.Sprintf("storage: no column holds a %T", v))
}

// clean gives text that both databases take: NUL and what is not UTF-8 (lone
// surrogates included) become U+FFFD.
func clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ReplaceAll(s, "\x00", "\uFFFD")
}

// micros is a moment as the tables keep it: microseconds UTC, 0 for never.
type micros int64

func microsOf(t time.Time) micros {
	if t.IsZero() {
		return 0
	}
	return micros(t.UnixMicro())
}

// time gives the moment back, always in UTC. One that no RFC 3339 date can tell
// is the nearest that can: a single such row must not silence a whole list.
func (m micros) time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMicro(min(max(int64(m), firstMoment), lastMoment)).UTC()
}

const (
	firstMoment = -62_135_596_800_000_000 + 1 // behind 0001-01-01T00:00:00Z, which is no moment
	lastMoment  = 253_402_300_800_000_000 - 1 // before 10000-01-01T00:00:00Z
)

// toJSON writes v for a text column. It is for our own plain types, which
// always can be written.
func toJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("storage: %T is not JSON: %v", v, err))
	}
	return string(b)
}

func fromJSON(s string, v any) error { return json.Unmarshal([]byte(s), v) }
