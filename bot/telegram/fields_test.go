package telegram

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
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
		doc, own, strange := canonical([]byte(text))
		if strange != nil {
			t.Fatalf("%s: %v", text, strange)
		}
		var want map[string]json.RawMessage
		if err := json.Unmarshal(doc, &want); err != nil {
			t.Fatalf("%s: %v", doc, err)
		}
		maps.DeleteFunc(want, func(name string, _ json.RawMessage) bool { return strings.Trim(name, "-") == "" })
		if len(want) != len(own) {
			t.Fatalf("%s: %d fields, want %d", doc, len(own), len(want))
		}
		for name, v := range want {
			if got := own.of(name); string(got) != string(v) && !(got == nil && string(v) == "null") {
				t.Fatalf("%s: %s is %q, want %q", doc, name, got, v)
			}
		}
	}
}
