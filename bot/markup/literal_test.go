package markup

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestLiteral: what is plain is shown as it was written, to the last space.
func TestLiteral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := nasty().Draw(t, "s")
		want := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\uFFFD").Replace(strings.ToValidUTF8(s, "\uFFFD"))
		d := Literal(s)
		if got := d.Plain(); got != want {
			t.Fatalf("Literal(%q) shows %q", s, got)
		}
		for _, b := range d {
			for _, sp := range b.Spans {
				if sp != (Span{Text: sp.Text}) {
					t.Fatalf("Literal(%q) styles %+v", s, sp)
				}
			}
		}
	})
}

// TestLiteralInParts: what is too long goes in several, and nothing but the white
// space at a cut is left out.
func TestLiteralInParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Repeat(nasty().Draw(t, "s"), 5)
		var shown strings.Builder
		for _, d := range Split(Literal(s), under(20)) {
			shown.WriteString(d.Plain())
		}
		blank := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if got, want := blank(shown.String()), blank(Literal(s).Plain()); Literal(s).Blank() == false && got != want && !hidden(want) {
			t.Fatalf("parts of %q show %q", s, got)
		}
	})
}

// hidden reports whether a piece may be nothing but invisible: such are left out.
func hidden(s string) bool { return strings.ContainsFunc(s, func(r rune) bool { return !visible(r) }) }

// TestStray: what an editor is asked to look at.
func TestStray(t *testing.T) {
	for src, want := range map[string][]string{
		"": nil,
		"**Ціна** *сьогодні* ~~5~~ `*`":                            nil,
		"Наберіть *111*4# або 2*2, file_name_v2, https://x.ua/*a*": nil,
		`\*без ПДВ`:         nil,
		"*без ПДВ":          {"*без"},
		"ціна* 5 грн":       {"ціна*"},
		"** важливо ** тут": {"**"},
		"**важливо":         {"**важливо"},
		"__init__":          nil,
		"за**ціна":          {"за**ціна"},
		`C:\%TEMP%\1`:       {`C:\%TEMP%\1`},
		"- *раз\n- два*":    {"*раз", "два*"},
	} {
		if got := Stray(src); !slices.Equal(got, want) {
			t.Errorf("Stray(%q) = %q, want %q", src, got, want)
		}
	}
}
