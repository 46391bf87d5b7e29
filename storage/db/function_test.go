package db

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
)

func TestAttributeOfJSON(t *testing.T) {
	odd := map[string]string{`a`: `1`, `b"`: `q"u\`, `c\`: `,"a":"2"`, `ї <b>`: "рядок\nдругий", ``: `empty`, `d`: ``}
	text, err := json.Marshal(odd)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range odd {
		if got := attribute(string(text), name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	for object, want := range map[string]string{
		`{}`: ``, ``: ``, `{"b":"a"}`: ``, `{"b":"\"a\":\"x\""}`: ``, ` { "a" : "v" } `: `v`, `{"b":1,"a":"v"}`: `v`,
		`{"a":null}`: ``, `{"a":"\u0457"}`: `ї`, `{"a":"v`: ``, `{"a"`: ``,
	} {
		if got := attribute(object, "a"); got != want {
			t.Errorf("%s: %q, want %q", object, got, want)
		}
	}
}

func FuzzAttributeOfJSON(f *testing.F) {
	f.Add("a", "1", "b", "2")
	f.Add(`a"`, `\`, `,"a`, `":"`)
	f.Fuzz(func(t *testing.T, k1, v1, k2, v2 string) {
		text, err := json.Marshal(map[string]string{k1: v1, k2: v2})
		if err != nil { // a map of texts always is JSON
			t.Fatal(err)
		}
		var want map[string]string
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		for name := range want {
			if got := attribute(string(text), name); got != want[name] {
				t.Errorf("%s of %q: %q", text, name, got)
			}
		}
		list, _ := json.Marshal([]string{k1, k2})
		other, _ := json.Marshal([]string{v1, v2})
		var a, b []string
		_, _ = json.Unmarshal(list, &a), json.Unmarshal(other, &b)
		if got, want := overlap(string(list), string(other)), slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) }); got != want {
			t.Error(fmt.Sprint(a, b, got, want))
		}
	})
}
