package console

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestBind reads forms and objects into the same struct.
func TestBind(t *testing.T) {
	type form struct {
		Words string   `form:"words"`
		Seen  int64    `form:"seen"`
		Count int      `form:"count"`
		On    bool     `form:"on"`
		Files []string `form:"files"`
		Other string   // no field of the form
	}
	want := form{Words: "так, ні", Seen: 9007199254740993, Count: -2, On: true, Files: []string{"a", "b"}}
	fromForm, err := url.ParseQuery("words=так, ні&seen=9007199254740993&count=-2&on=on&files=a&files=b")
	if err != nil {
		t.Fatal(err)
	}
	fromJSON, err := jsonValues([]byte(`{"words":"так, ні","seen":9007199254740993,"count":-2,"on":true,"files":["a","b"]}`))
	if err != nil {
		t.Fatal(err)
	}
	for what, values := range map[string]url.Values{"form": fromForm, "json": fromJSON} {
		var got form
		if err := bind(values, &got); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	for _, text := range []string{`{"Other":"x"}`, `{"":"x"}`, `{"count":1e3}`, `{"count":2.0}`, `{"seen":9223372036854775808}`, `{"on":"yes"}`, `{"words":["a","b"]}`} {
		values, err := jsonValues([]byte(text))
		if err == nil {
			err = bind(values, &form{})
		}
		if err == nil {
			t.Errorf("%s is taken", text)
		}
	}
}
