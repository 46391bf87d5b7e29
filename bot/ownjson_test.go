package bot

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// What we write encoding/json reads, what it writes we read, and what we write we read
// without it.
func TestOwnJSONIsJSON(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("аї \"\\\n\x00\x7f<&>{}[]:,\u2028"))))
	button := rapid.Custom(func(t *rapid.T) Button {
		flag := rapid.Bool()
		return Button{text.Draw(t, "label"), text.Draw(t, "action"), text.Draw(t, "url"), flag.Draw(t, "phone"), flag.Draw(t, "word"), flag.Draw(t, "lasts")}
	})
	rapid.Check(t, func(t *rapid.T) {
		buttons, vars := rapid.SliceOfN(button, 0, 4).Draw(t, "buttons"), rapid.MapOf(text, text).Draw(t, "vars")
		kept := varsOf(vars)
		for _, write := range []func() (string, string){
			func() (string, string) { return string(AppendButtons(nil, buttons)), string(AppendVars(nil, kept)) },
			func() (string, string) {
				a, _ := json.Marshal(buttons)
				b, _ := json.Marshal(vars)
				return string(a), string(b)
			},
		} {
			first, second := write()
			var theirs []Button
			var theirVars map[string]string
			if err := json.Unmarshal([]byte(first), &theirs); err != nil || json.Unmarshal([]byte(second), &theirVars) != nil {
				t.Fatalf("no JSON: %s, %s", first, second)
			}
			ours, err := ReadButtons(first)
			if diff := cmp.Diff(theirs, ours); err != nil || diff != "" {
				t.Fatalf("%s: %v %s", first, err, diff)
			}
			ourVars, err := ReadVars(second)
			if diff := cmp.Diff(varsOf(theirVars), ourVars, cmpopts.EquateEmpty()); err != nil || diff != "" {
				t.Fatalf("%s: %v %s", second, err, diff)
			}
		}
	})
}

// Bytes that are no letters become what encoding/json makes of them.
func TestOwnJSONOfAnyBytes(t *testing.T) {
	odd := rapid.SliceOf(rapid.SampledFrom([]byte("a\"\\\n\xd0\xb0\xc1\xc2\xdf\xe0\xa0\x80\xed\xef\xbf\xbd\xf4\x90\xff")))
	rapid.Check(t, func(t *rapid.T) {
		words := string(odd.Draw(t, "words"))
		theirs, _ := json.Marshal(words)
		ours := AppendJSON(nil, words)
		var want, got string
		if json.Unmarshal(theirs, &want) != nil || json.Unmarshal(ours, &got) != nil || got != want || !utf8.Valid(ours) {
			t.Fatalf("%q: %q, want what %q is", words, ours, theirs)
		}
	})
}

func TestPressedIsJSON(t *testing.T) {
	text := rapid.SampledFrom([]string{"", "а\"", "7"})
	rapid.Check(t, func(t *rapid.T) {
		type pressed struct {
			ID    string `json:"id"`
			Press *Press `json:"press"`
		}
		want := pressed{ID: text.Draw(t, "id")}
		if rapid.Bool().Draw(t, "press") {
			want.Press = &Press{text.Draw(t, "press id"), rapid.IntRange(-1, 1).Draw(t, "screen"), text.Draw(t, "action"), rapid.Bool().Draw(t, "unseen")}
		}
		var got pressed
		made := AppendPressed(nil, want.ID, want.Press)
		if err := json.Unmarshal(made, &got); err != nil {
			t.Fatalf("%s: %v", made, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s: %s", made, diff)
		}
	})
}

// What AppendJSON escapes is read without encoding/json.
func TestOwnJSONReadsItsEscapes(t *testing.T) {
	all := ""
	for c := range rune(0x80) {
		all += string(c)
	}
	for _, words := range []string{all, "\n", `\`, `"`, "а\nї"} {
		r := &ownJSON{rest: string(AppendJSON(nil, words)) + ":"}
		if got := r.words(); got != words || r.other || r.rest != ":" {
			t.Errorf("%q is read as %q, of use: %v, left: %q", words, got, !r.other, r.rest)
		}
	}
	for _, s := range []string{`"\`, `"\"`, `"\u00`, `"\u001`, `"\u0430"`, `"\u00zz"`, `"\n"`} {
		if r := (&ownJSON{rest: s}); r.words() != "" || !r.other {
			t.Errorf("%s is taken as our own", s)
		}
	}
}

func varsOf(all map[string]string) (vars Vars) {
	for name, value := range all {
		vars = vars.With(name, value)
	}
	return vars
}

// With makes other variables, each name once and in its order, and leaves those it is
// asked of as they were.
func TestVars(t *testing.T) {
	name := rapid.SampledFrom([]string{"", "a", "b", "c", "d"})
	rapid.Check(t, func(t *rapid.T) {
		var vars Vars
		want := map[string]string{}
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			name, value := name.Draw(t, "name"), rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "value")
			was := slices.Clone(vars)
			next := vars.With(name, value)
			if diff := cmp.Diff(was, vars, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("they changed: %s", diff)
			}
			if vars, want[name] = next, value; vars.Get(name) != value {
				t.Fatalf("%q is %q, want %q", name, vars.Get(name), value)
			}
		}
		maps.DeleteFunc(want, func(_, value string) bool { return value == "" })
		got := map[string]string{}
		for _, is := range vars {
			got[is.Name] = is.Value
		}
		if diff := cmp.Diff(want, got); diff != "" || len(got) != len(vars) || !slices.IsSortedFunc(vars, byName) {
			t.Fatalf("%v: %s", vars, diff)
		}
	})
}

func TestOwnJSONTakesNoOther(t *testing.T) {
	for _, s := range []string{"", "[", "]", "[]]", `[{"label":"а"}`, `[{"label":"а"},]`, `[,]`, `[{"label":"а"}{"label":"б"}]`, `[{"label":а}]`, `["`} {
		if all, err := ReadButtons(s); err == nil {
			t.Errorf("%q reads as %v", s, all)
		}
	}
	for _, s := range []string{"", "{", "{}}", `{"а":"б"`, `{"а":"б",}`, `{"а"}`, `{,}`, `{"а":б}`} {
		if all, err := ReadVars(s); err == nil {
			t.Errorf("%q reads as %v", s, all)
		}
	}
	for _, s := range []string{`[ {"label":"а"}]`, `[{"action":"x","label":"а"}]`, `[{"label":"\u0430"}]`} { // as another might write it
		if all, err := ReadButtons(s); err != nil || len(all) != 1 || all[0].Label != "а" {
			t.Errorf("%q reads as %v: %v", s, all, err)
		}
	}
	const torn = "a\xffb\xed\xa0\x80c\xc3"
	theirs, err := json.Marshal(torn)
	if err != nil {
		t.Fatal(err)
	}
	var want, got string
	if err := json.Unmarshal(theirs, &want); err != nil {
		t.Fatal(err)
	}
	if s := AppendJSON(nil, torn); json.Unmarshal(s, &got) != nil || got != want || !utf8.Valid(s) {
		t.Errorf("%q is written as %q", torn, s)
	}
}
