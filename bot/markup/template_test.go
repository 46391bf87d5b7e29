package markup

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestExpand(t *testing.T) {
	vars := map[string]string{"name": "Оля", "empty": " ", "bad": "*x* {{name}} [a](https://a.ua) `c`", "a.b-c_1": "v", "ім'я": "no", "місто": "Київ"}
	for _, tt := range []struct{ src, plain string }{
		{"", ""},
		{"без змінних {x} }}", "без змінних {x} }}"},
		{"{{name}}, {{ name }}{{місто}}", "Оля, ОляКиїв"},
		{"{{name|друже}} {{none|друже}} {{empty|друже}} {{empty}}.", "Оля друже друже ."},
		{"{{none|}}x", "x"},
		{"**{{bad}}**", "*x* {{name}} [a](https://a.ua) `c`"},
		{"`{{bad}}`", "*x* {{name}} [a](https://a.ua) `c`"},
		{"```\n{{bad}}\n```", "*x* {{name}} [a](https://a.ua) `c`"},
		{"[x](https://a.ua/{{a.b-c_1}})", "x (https://a.ua/v)"},
		{`\{{name}} \\{{name}}`, `{{name}} \Оля`},
		{"- {{name}}\n- {{bad}}", "• Оля\n• *x* {{name}} [a](https://a.ua) `c`"},
	} {
		got, err := Expand(tt.src, vars)
		if err != nil {
			t.Errorf("Expand(%q): %v", tt.src, err)
		} else if plain := Parse(got).Plain(); plain != tt.plain {
			t.Errorf("Expand(%q) = %q shows %q, want %q", tt.src, got, plain, tt.plain)
		}
	}
}

func TestTemplateDenied(t *testing.T) {
	for _, tt := range []struct {
		src  string
		want error
		says string
	}{
		{"a {{nobody}}", ErrUnknown, "nobody at byte 2"},
		{"{{name", ErrTemplate, `"{{name" at byte 0`},
		{"{{}}", ErrTemplate, "at byte 0"},
		{"{{{{name}}}}", ErrTemplate, "at byte 0"},
		{"{{{name}}}", ErrTemplate, "at byte 0"},
		{`{{env "A"}}`, ErrTemplate, "at byte 0"},
		{`{{.}}`, ErrTemplate, "at byte 0"},
		{`{{range $x := .}}{{end}}`, ErrTemplate, "at byte 0"},
		{`{{ Safe "<script>" }}`, ErrTemplate, "at byte 0"},
		{`{{name | printf "%s"}}`, nil, ""}, // a fallback like any other: words, never run
		{"{{name\n}}", ErrTemplate, "at byte 0"},
		{"{{1}}", ErrTemplate, "at byte 0"},
	} {
		got, err := Expand(tt.src, map[string]string{"name": "Оля"})
		if !errors.Is(err, tt.want) || err != nil && !strings.Contains(err.Error(), tt.says) {
			t.Errorf("Expand(%q) = %q, %v; want %v: …%s", tt.src, got, err, tt.want, tt.says)
		}
	}
}

func TestValuesAreLiteralAndExpandedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := nasty().Draw(t, "value")
		got, err := Expand("«{{a}}» {{b}}", map[string]string{"a": value, "b": "{{a}}"})
		if err != nil {
			t.Fatal(err)
		}
		want := shown("«" + strings.Join(strings.Fields(clean(value)), " ") + "» {{a}}")
		if plain := Parse(got).Plain(); plain != want {
			t.Fatalf("value %q shows %q, want %q", value, plain, want)
		}
	})
}

// What is filled stays literal, and every other variable is as it was.
func TestFillLeavesTheRest(t *testing.T) {
	values := map[string]string{"where": "*тут* {{name|x}}", "until": "", "from": " "}
	for src, want := range map[string]string{
		"{{name|друже}} {{where}}":          `{{name|друже}} \*тут\* \{\{name|x}}`,
		"{{ until | потім }}{{from}}.":      "потім.",
		`\{{where}} {{where {{{where}} x}}`: `\{{where}} {{where {` + "{{where}} x}}",
	} {
		if got := Fill(src, values); got != want {
			t.Errorf("Fill(%q) = %q, want %q", src, got, want)
		}
	}
}

func TestExpandManyVariables(t *testing.T) {
	src := strings.Repeat("{{x}} ", 10_000)
	got, err := Expand(src, map[string]string{"x": "{{x}}"})
	if err != nil || Parse(got).Plain() != strings.TrimSpace(strings.Repeat("{{x}} ", 10_000)) {
		t.Errorf("Expand: %v, %d bytes", err, len(got))
	}
}

func FuzzTemplate(f *testing.F) {
	for _, s := range []string{"{{name", "{{{{x}}}}", `{{env "A"}}`, "{{a}}{{b|c}}", `\{{a}}`, `\\{{a}}`, "{{a|👩‍💻}}", "\u202e{{a}}", "`{{a}}`", "[x]({{a}})"} {
		f.Add(s, "*v* {{b}}")
	}
	f.Fuzz(func(t *testing.T, src, value string) {
		got, err := Expand(src, map[string]string{"a": value, "b": "B"})
		if err != nil {
			if !errors.Is(err, ErrUnknown) && !errors.Is(err, ErrTemplate) {
				t.Errorf("untyped error %v", err)
			}
			return
		}
		if utf8.ValidString(src) && !utf8.ValidString(got) {
			t.Errorf("Expand(%q) broke UTF-8: %q", src, got)
		}
		// What came out is no template any more: a second pass changes nothing.
		if again, err := Expand(got, nil); err != nil || again != got {
			t.Errorf("Expand(%q, %q) = %q expands again to %q, %v", src, value, got, again, err)
		}
	})
}
