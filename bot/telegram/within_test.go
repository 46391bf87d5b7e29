package telegram

import "testing"

// What stands within an object is found at its own level alone, however it is written.
func TestWithin(t *testing.T) {
	for object, want := range map[string]string{
		`{"a":1}`: `1`, `{"a":-1.5,"b":2}`: `-1.5`, " {\"a\"}": "", `{}`: "", `[]`: "", `[{"a":1}]`: "", `"a"`: "", ``: "",
		"{ \"b\" : 2 ,\n \"a\" :\t{ \"c\" : [1, {\"a\": 2}] } }": `{ "c" : [1, {"a": 2}] }`,
		`{"b":{"a":1}}`: "", `{"b":{"a":1},"a":2}`: `2`, `{"b":["a",{"a":1}],"a":[]}`: `[]`,
		`{"b":"a","a":"b"}`: `"b"`, `{"b":"\"a\":1,","a":"x,}\"y"}`: `"x,}\"y"`, `{"a":null}`: "", `{"a":null,"b":1}`: "",
		`{"b":"a"}`: "", `{"aa":1,"a":2}`: `2`,
	} {
		if got := string(within([]byte(object), "a")); got != want {
			t.Errorf("%s: %q, want %q", object, got, want)
		}
	}
}
