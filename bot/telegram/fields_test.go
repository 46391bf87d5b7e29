package telegram

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// The fields of a document are those that the library reads of its copy, but for the ones
// that do not count.
func TestFields(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	space := func() string { return strings.Repeat(string(" \t\r\n"[rnd.IntN(4)]), rnd.IntN(3)) }
	var value func(deep int) string
	object := func(deep int) string {
		var all []string
		for range rnd.IntN(5) {
			key := []string{"a", "b_1", "message", "update_id", "Message", "ключ", `a\"b`, "", "-"}[rnd.IntN(9)]
			all = append(all, space()+`"`+key+`"`+space()+":"+space()+value(deep+1)+space())
		}
		return "{" + space() + strings.Join(all, ",") + "}"
	}
	value = func(deep int) string {
		switch n := rnd.IntN(8); {
		case n == 0 && deep < 4:
			return object(deep)
		case n == 1 && deep < 4:
			return "[" + value(deep+1) + "," + value(deep+1) + "]"
		case n < 3:
			return `"` + []string{"", "x", `, \"a\":1`, `}`, `\\`}[rnd.IntN(5)] + `"`
		case n == 3:
			return "null"
		case n == 4:
			return "true"
		}
		return fmt.Sprint(rnd.IntN(1000))
	}
	for range 20_000 {
		text := space() + object(0) + space()
		doc, strange := canonical([]byte(text))
		if strange != nil {
			t.Fatalf("%s: %v", text, strange)
		}
		var want map[string]json.RawMessage
		if err := json.Unmarshal(doc, &want); err != nil {
			t.Fatalf("%s: %v", doc, err)
		}
		got := map[string]json.RawMessage{}
		for name, value := range each(bytes.TrimSpace(doc)) {
			got[string(name)] = value
		}
		for _, all := range []map[string]json.RawMessage{want, got} {
			maps.DeleteFunc(all, func(name string, _ json.RawMessage) bool {
				return strings.Trim(name, "-") == "" || !plainKey([]byte(name))
			})
		}
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("%s: %s, want %s", doc, got, want)
		}
	}
}

// What is read without the library is what it would have read.
func TestQuick(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	names := slices.Collect(maps.Keys(placesOf(reflect.TypeFor[message]())))
	slices.Sort(names)
	values := []string{
		"1", "-7", "1.5", "1e3", "99999999999999999999", "null", "true", `"так"`, `"\u0442ак\n"`, "\"\xff\"", `""`, `[]`, `[{"file_id":"a","width":2}]`, `{}`,
		`{"file_id":"a","file_size":5,"title":null}`, `{"file_id":5}`, `{"latitude":50.4,"longitude":"x"}`, `{"location":{"latitude":1},"title":"т"}`, `{"blocks":[{"text":"рядок"}]}`,
	}
	read := 0
	for range 20_000 {
		all := map[string]string{}
		for range 1 + rnd.IntN(4) {
			all[names[rnd.IntN(len(names))]] = values[rnd.IntN(len(values))]
		}
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(all)) {
			parts = append(parts, `"`+name+`": `+all[name])
		}
		doc := []byte(`{"unread":[1],` + strings.Join(parts, " ,") + `}`)
		var got, want message
		if !quick(doc, reflect.ValueOf(&got).Elem()) {
			continue
		}
		read++
		if err := json.Unmarshal(doc, &want); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: %+v, want %+v (%v)", doc, got, want, err)
		}
	}
	if read < 5_000 {
		t.Errorf("only %d were read", read)
	}
}
