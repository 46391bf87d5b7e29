package db

import (
	"database/sql/driver"
	"encoding/json"
	"strings"

	"modernc.org/sqlite"
)

// The functions that we add to SQLite, so that reading a column of JSON costs it no
// more than it does PostgreSQL with its binary columns. No table, index or view
// speaks of them: other programs can read the file.
//
//	attribute(object, name)  the text that stands under the name; '' where none does
//	overlap(list, other)     whether the lists of texts have one in common
func init() {
	sqlite.MustRegisterDeterministicScalarFunction("attribute", 2, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		object, name := textOf(args[0]), textOf(args[1])
		return attribute(object, name), nil
	})
	sqlite.MustRegisterDeterministicScalarFunction("overlap", 2, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		return overlap(textOf(args[0]), textOf(args[1])), nil
	})
}

func textOf(v driver.Value) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}

// attribute walks over an object of texts without making anything of it; what is
// written in another way than ours is decoded.
func attribute(object, name string) string {
	rest := object
	for {
		key, after, ok := nextText(rest)
		if !ok {
			return ""
		}
		after, colon := strings.CutPrefix(strings.TrimLeft(after, " \t\r\n"), ":")
		after = strings.TrimLeft(after, " \t\r\n")
		if !colon || !strings.HasPrefix(after, `"`) {
			return decoded(object)[name]
		}
		value, end, ok := nextText(after)
		if !ok {
			return ""
		}
		if plainText(key) == name {
			return plainText(value)
		}
		rest = end
	}
}

// nextText returns what stands between the next pair of quotes, as it is written,
// and what is behind it.
func nextText(s string) (text, rest string, ok bool) {
	begin := strings.IndexByte(s, '"')
	if begin < 0 {
		return "", "", false
	}
	s = s[begin+1:]
	for i := 0; ; i++ {
		n := strings.IndexByte(s[i:], '"')
		if n < 0 {
			return "", "", false
		}
		i += n
		slashes := 0
		for i > slashes && s[i-slashes-1] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return s[:i], s[i+1:], true
		}
	}
}

// plainText returns the text that is written between quotes.
func plainText(written string) string {
	if strings.IndexByte(written, '\\') < 0 {
		return written
	}
	var s string
	_ = json.Unmarshal([]byte(`"`+written+`"`), &s) // what is no JSON says nothing
	return s
}

func decoded(object string) map[string]string {
	var all map[string]any
	_ = json.Unmarshal([]byte(object), &all)
	texts := make(map[string]string, len(all))
	for k, v := range all {
		switch v := v.(type) {
		case string:
			texts[k] = v
		case nil:
		default:
			b, _ := json.Marshal(v) // it was read from JSON
			texts[k] = string(b)
		}
	}
	return texts
}

func overlap(list, other string) bool {
	for mine, rest, ok := nextText(list); ok; mine, rest, ok = nextText(rest) {
		for theirs, left, more := nextText(other); more; theirs, left, more = nextText(left) {
			if mine == theirs || plainText(mine) == plainText(theirs) {
				return true
			}
		}
	}
	return false
}
