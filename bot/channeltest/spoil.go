package channeltest

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// poisons stand in the place of every value of a genuine body, one at a time.
func poisons() []json.RawMessage {
	long, _ := json.Marshal(strings.Repeat("я", 5_000))
	return []json.RawMessage{
		[]byte("null"), []byte("{}"), []byte("[]"), []byte(`""`), []byte("true"), []byte("-1"), []byte("0"), []byte("1e400"), []byte("1.5"),
		[]byte("9223372036854775808"), []byte("99999999999999999999999999"), []byte(`"\u0000\ud800` + secretWords + `"`), []byte(`"../../etc/passwd"`),
		[]byte(`"0"`), []byte(`[null]`), []byte(`[[[[]]]]`), []byte(`{"id":{}}`), []byte(`"` + "a\u202eb\u200f" + `"`), []byte(`" "`), long,
	}
}

// spoiled returns a genuine body broken in many ways.
func spoiled(genuine []byte) [][]byte {
	var all [][]byte
	for i := range 8 { // cut short
		all = append(all, genuine[:len(genuine)*i/8])
	}
	all = append(all,
		slices.Concat([]byte("\ufeff"), genuine), slices.Concat(genuine, []byte("x")), slices.Concat(genuine, genuine),
		slices.Concat(genuine, []byte("\x00")), slices.Concat([]byte("["), genuine, []byte("]")), slices.Concat([]byte(" \n"), genuine, []byte("\r\n")),
		bytes.ReplaceAll(genuine, []byte(`"`), []byte(`'`)), bytes.ToUpper(genuine), bytes.ReplaceAll(genuine, []byte("1"), []byte("-1")),
	)
	var doc any
	d := json.NewDecoder(bytes.NewReader(genuine))
	d.UseNumber()
	if d.Decode(&doc) != nil {
		return all
	}
	replaceEach(doc, func(v any) {
		if b, err := json.Marshal(v); err == nil {
			all = append(all, b)
		}
	})
	return all
}

// replaceEach calls yield with v in which one value after the other is replaced
// by each poison, left out, or doubled.
func replaceEach(v any, yield func(any)) {
	for _, p := range poisons() {
		yield(p)
	}
	switch v := v.(type) {
	case map[string]any:
		for key, old := range v {
			replaceEach(old, func(other any) {
				v[key] = other
				yield(v)
			})
			delete(v, key)
			yield(v)
			v[strings.ToUpper(key)] = old // another name than the messenger's
			yield(v)
			v[key] = old
			yield(v)
			delete(v, strings.ToUpper(key))
			v[key] = old
		}
	case []any:
		for i, old := range v {
			replaceEach(old, func(other any) {
				v[i] = other
				yield(v)
			})
			v[i] = old
		}
	}
}
