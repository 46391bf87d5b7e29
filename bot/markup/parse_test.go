package markup

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		name, src string
		want      Doc
	}{
		{"nothing", "", nil},
		{"text", "Привіт", Doc{{Spans: []Span{{Text: "Привіт"}}}}},
		{"lines stay lines", "раз\nдва  \nтри", Doc{{Spans: []Span{{Text: "раз\nдва\nтри"}}}}},
		{"paragraphs", "раз\n\n\n\nдва", Doc{{Spans: []Span{{Text: "раз"}}}, {Spans: []Span{{Text: "два"}}}}},
		{"styles", "**b** *i* ~~s~~ `c` ***bi***", Doc{{Spans: []Span{
			{Text: "b", Bold: true},
			{Text: " "},
			{Text: "i", Italic: true},
			{Text: " "},
			{Text: "s", Strike: true},
			{Text: " "},
			{Text: "c", Code: true},
			{Text: " "},
			{Text: "bi", Bold: true, Italic: true},
		}}}},
		{"heading", "## Тариф ##\nтекст", Doc{
			{Kind: Heading, Depth: 1, Spans: []Span{{Text: "Тариф"}}}, {Spans: []Span{{Text: "текст"}}},
		}},
		{"list", "- раз\n- два\n  - три\n\n3. чотири\n4. п'ять", Doc{
			{Kind: Item, Marker: "•", Spans: []Span{{Text: "раз"}}},
			{Kind: Item, Marker: "•", Spans: []Span{{Text: "два"}}},
			{Kind: Item, Marker: "•", Depth: 1, Spans: []Span{{Text: "три"}}},
			{Kind: Item, Marker: "3.", Spans: []Span{{Text: "чотири"}}},
			{Kind: Item, Marker: "4.", Spans: []Span{{Text: "п'ять"}}},
		}},
		{"item of two paragraphs", "- раз\n\n  ще", Doc{
			{Kind: Item, Marker: "•", Spans: []Span{{Text: "раз"}}},
			{Kind: Item, Spans: []Span{{Text: "ще"}}},
		}},
		{"quote", "> раз\n> два\n>\n> - три", Doc{
			{Kind: Quote, Spans: []Span{{Text: "раз\nдва"}}},
			{Kind: Quote, Marker: "•", Spans: []Span{{Text: "три"}}},
		}},
		{"code", "```sh\nif a\n  *b*\n```", Doc{{Kind: Code, Spans: []Span{{Text: "if a\n  *b*", Code: true}}}}},
		{"words behind a fence", "``` Увага, ціни\nраз\n```", Doc{{Kind: Code, Spans: []Span{{Text: "Увага, ціни\nраз", Code: true}}}}},
		{"words behind a fence alone", "``` код", Doc{{Kind: Code, Spans: []Span{{Text: "код", Code: true}}}}},
		{"a language without code", "```sh", Doc{{Kind: Code, Spans: []Span{{Text: "sh", Code: true}}}}},
		{"indent is not code", "    text", Doc{{Spans: []Span{{Text: "text"}}}}},
		{"raw HTML is text", "<b>x</b>\n<script>alert(1)</script> &amp;", Doc{{Spans: []Span{
			{Text: "<b>x</b>\n<script>alert(1)</script> &amp;"},
		}}}},
		{"underlines and rules are text", "раз\n---\n***", Doc{{Spans: []Span{{Text: "раз\n---\n***"}}}}},
		{"reference definitions are text", "[a]: https://a.ua\n[a]", Doc{{Spans: []Span{{Text: "[a]: https://a.ua\n[a]"}}}}},
		{"link", "[**тариф** тут](https://a.ua/x_y?z=1&w=2)", Doc{{Spans: []Span{
			{Text: "тариф", Bold: true, Link: "https://a.ua/x_y?z=1&w=2"}, {Text: " тут", Link: "https://a.ua/x_y?z=1&w=2"},
		}}}},
		{"link in brackets", "<https://a.ua> <i@a.ua>", Doc{{Spans: []Span{
			{Text: "https://a.ua", Link: "https://a.ua"}, {Text: " "}, {Text: "i@a.ua", Link: "mailto:i@a.ua"},
		}}}},
		{"phone", "[call](tel:+380441112233)", Doc{{Spans: []Span{{Text: "call", Link: "tel:+380441112233"}}}}},
		{"other schemes", "[a](javascript:alert(1)) [b](/path) [c](https:) <ftp://x.ua> [d](<https://a b>)", Doc{{Spans: []Span{
			{Text: "a [b](/path) c ftp://x.ua d"},
		}}}},
		{"image", "![**план** дій](https://a.ua/1.png)", Doc{{Spans: []Span{{Text: "план", Bold: true}, {Text: " дій"}}}}},
		{"escapes", `\*a\* \# \[x\] \a \\`, Doc{{Spans: []Span{{Text: `*a* # [x] \a \`}}}}},
		{"escapes in code", "`a\\`b` `\\*`", Doc{{Spans: []Span{{Text: "a`b", Code: true}, {Text: " "}, {Text: "*", Code: true}}}}},
		{"double backticks", "``a`b``", Doc{{Spans: []Span{{Text: "a`b", Code: true}}}}},
		{"open backtick", "a `b", Doc{{Spans: []Span{{Text: "a `b"}}}}},
		{"dirt", "a\x00b\r\nc\xff\x1b[0m", Doc{{Spans: []Span{{Text: "a\uFFFDb\nc\uFFFD [0m"}}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Parse(tt.src)); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", tt.src, diff)
			}
		})
	}
}

func TestPlain(t *testing.T) {
	const src = "# Тариф\n**Ціна** [тут](https://a.ua), [a.ua](https://a.ua)\n\n- раз\n- два\n  1. три\n\n> цитата\n\n`код`"
	const want = "Тариф\n\nЦіна тут (https://a.ua), a.ua\n\n• раз\n• два\n  1. три\n\nцитата\n\nкод"
	if diff := cmp.Diff(want, Parse(src).Plain()); diff != "" {
		t.Errorf("Plain (-want +got):\n%s", diff)
	}
}

// shown is what Escape promises to show of s.
func shown(s string) string {
	lines := strings.Split(clean(s), "\n")
	for i := range lines {
		lines[i] = strings.Trim(lines[i], " ")
	}
	s = strings.Join(lines, "\n")
	for strings.Contains(s, "\n\n\n") {
		s = strings.ReplaceAll(s, "\n\n\n", "\n\n")
	}
	return strings.Trim(s, "\n")
}

// nasty draws texts that look like markup.
func nasty() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		piece := rapid.OneOf(
			rapid.SampledFrom([]string{
				"\n", "\n\n", " ", "  ", "    ", "\t", "*", "**", "_", "~~", "`", "```", "\n```\n", "#", "# ", "> ", "- ", "+ ", "1. ", "1)",
				"[", "](", ")", "!", "<", ">", "&amp;", `\`, "{{", "}}", "{{name}}", "---", "===", "|", "https://a.ua", "<b>", "і", "👩‍💻", "\r\n", "\x00",
				"\u200f", "\u00a0", "\xff", "\v", "\f",
			}),
			rapid.String(),
		)
		return strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "pieces"), "")
	})
}

func TestEscapeMakesLiteral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := nasty().Draw(t, "s")
		if got, want := Parse(Escape(s)).Plain(), shown(s); got != want {
			t.Fatalf("Parse(Escape(%q)).Plain() = %q, want %q", s, got, want)
		}
	})
}

func TestParseTakesHopelessTextAsItIs(t *testing.T) {
	for _, s := range []string{
		strings.Repeat("*a_", 500), strings.Repeat("> ", 50) + "x", strings.Repeat("[", 2000), strings.Repeat("1. ", 40) + "x",
	} {
		if got := Parse(s).Plain(); got != s {
			t.Errorf("Parse(%.20q…).Plain() = %.80q", s, got)
		}
		if got := Parse(Escape(s)).Plain(); got != s {
			t.Errorf("Parse(Escape(%.20q…)).Plain() = %.80q", s, got)
		}
	}
	const divider = "----------------------------------------"
	if got := Parse("**раз**\n" + divider).Plain(); got != "раз\n"+divider {
		t.Errorf("a divider took the styles away: %q", got)
	}
}

func TestParseIsQuick(t *testing.T) {
	const size = 100 << 10
	for _, unit := range []string{"a", "*", "*a ", "**a* ", "[", "![", "[a](", "`", "` `` ", ">", "> ", "- ", "~~a ", "<", "\\", "#", "*a_", "(", "\n", "- a\n", "1.", "_a*", "]", "[a]("} {
		t.Run(unit, func(t *testing.T) {
			whole, quarter := strings.Repeat(unit, size/len(unit)), strings.Repeat(unit, size/4/len(unit))
			took := quickest(whole, 1)
			if took < time.Second {
				return // of whatever growth
			}
			took = min(took, quickest(whole, 2))
			if part := quickest(quarter, 3); took > 10*part { // in even growth 4, in quadratic 16
				t.Errorf("100 KB of %q took %v, a quarter of it %v", unit, took, part)
			}
		})
	}
}

// quickest returns the shortest time of several that parsing took, on this machine
// as it is now.
func quickest(src string, times int) time.Duration {
	least := time.Duration(math.MaxInt64)
	for range times {
		began := time.Now()
		Parse(src)
		least = min(least, time.Since(began))
	}
	return least
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "**b** *i*", "- a\n  - b\n\n> c", "```\nx\n```", "[x](https://a.ua)", "<b>", "`\\``", "# h", "1. a\n2. b", "\x00\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, b := range Parse(s) {
			for _, sp := range b.Spans {
				if sp.Text == "" || !utf8.ValidString(sp.Text) || strings.ContainsAny(sp.Text, "\x00\r") {
					t.Errorf("span %q", sp.Text)
				}
				if sp.Link != "" && !allowed(sp.Link) {
					t.Errorf("link %q", sp.Link)
				}
			}
		}
		if got, want := Parse(Escape(s)).Plain(), shown(s); got != want {
			t.Errorf("Parse(Escape(%q)).Plain() = %q, want %q", s, got, want)
		}
	})
}

// What cannot be markup is not looked through for it, and reads the same.
func TestUnmarkedReadsTheSame(t *testing.T) {
	same := func(t interface{ Fatalf(string, ...any) }, src string) (quick bool) {
		src = clean(src)
		got, quick := unmarked(src)
		tree, source := parsed(src)
		r := reader{source: source}
		r.blocks(tree, frame{})
		if diff := cmp.Diff(r.doc, got); quick && diff != "" {
			t.Fatalf("%q without the tree (-want +got): %s", src, diff)
		}
		return quick
	}
	for src, want := range map[string]bool{
		"": true, "Вітаємо, Олено.\n\nОберіть:": true, "\n\n\nраз\nдва\n\n\n\nтри!\n": true, "Ціна: 5 > 3 + 1 - 0. А | Б &amp; В": true,
		"**жирне**": false, "- раз": false, "1. раз": false, "# раз": false, "слова\n> чужі": false, " відступ": false, `\*`: false, "[а](б)": false, "<https://a.ua>": false,
	} {
		if got := same(t, src); got != want {
			t.Errorf("%q is read at once: %v, want %v", src, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) { same(t, nasty().Draw(t, "s")) })
	words := rapid.SampledFrom([]string{"слово", " ", "\n", "\n\n", "!", "]", "> ", "- ", "+", "1", ".", ")", "#", "===", "|", ":", "&lt;", "\t", "https://a.ua", "a@b.ua", "\u00a0", "\u2028", "(с)"})
	rapid.Check(t, func(t *rapid.T) { same(t, strings.Join(rapid.SliceOfN(words, 0, 9).Draw(t, "words"), "")) })
}
