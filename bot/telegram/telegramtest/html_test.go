package telegramtest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot/telegram/telegramtest"
)

func TestParseHTML(t *testing.T) {
	type entities = []telegramtest.Entity
	for _, test := range []struct {
		src, text string
		entities  entities
	}{
		{"просто", "просто", nil},
		{"<b>ж</b>", "ж", entities{{"b", "", 0, 1}}},
		{"😀<B>ж</b>", "😀ж", entities{{"b", "", 2, 1}}},
		{"<b><i>x</i>y</b>", "xy", entities{{"i", "", 0, 1}, {"b", "", 0, 2}}},
		{"<b></b>x", "x", nil},
		{"&lt;&gt;&amp;&quot;&#39;&#x1F600;&lt", `<>&"'😀<`, nil},
		{"&nbsp; &apos; & &#; &#0; &#x110000; &#xyz;", "&nbsp; &apos; & &#; &#0; &#x110000; &#xyz;", nil},
		{`<a href="https://a.b/?c=1&amp;d=2">x</a>`, "x", entities{{"a", "https://a.b/?c=1&d=2", 0, 1}}},
		{`<a href='x"y'>x</a>`, "x", entities{{"a", `x"y`, 0, 1}}},
		{`<a href=Abc.d>x</a>`, "x", entities{{"a", "abc.d", 0, 1}}},
		{`<pre><code class="language-go">x</code></pre>`, "x", entities{{"code", "language-go", 0, 1}, {"pre", "", 0, 1}}},
		{`<span class="tg-spoiler">x</span>`, "x", entities{{"span", "tg-spoiler", 0, 1}}},
		{"<blockquote expandable>x</blockquote>", "x", entities{{"blockquote", "expandable", 0, 1}}},
		{"<b>x</>", "x", entities{{"b", "", 0, 1}}},
		{"<b >x</b >", "x", entities{{"b", "", 0, 1}}},
	} {
		text, got, err := telegramtest.ParseHTML(test.src)
		if err != nil || text != test.text {
			t.Errorf("%s: %q, %v", test.src, text, err)
		}
		if diff := cmp.Diff(test.entities, got); diff != "" {
			t.Errorf("%s:\n%s", test.src, diff)
		}
	}
}

func TestParseHTMLRefuses(t *testing.T) {
	for src, want := range map[string]string{
		"ж<x>":                `Unsupported start tag "x" at byte offset 2`,
		"<br/>":               `Unsupported start tag "br/" at byte offset 0`,
		"a < b":               `Unsupported start tag "" at byte offset 2`,
		"a <b":                "Unclosed start tag at byte offset 2",
		"<b>x":                `Can't find end tag corresponding to start tag "b"`,
		"<b><i>x</b></i>":     `Unmatched end tag at byte offset 7, expected "</i>", found "</b>"`,
		"x</b>":               "Unexpected end tag at byte offset 1",
		"<b>x</b":             "Unclosed end tag at byte offset 4",
		"<b>x</b x>":          "Unclosed end tag at byte offset 4",
		`<a href="x`:          "Unclosed start tag at byte offset 0",
		"<a href>x</a>":       `Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0`,
		"<a =x>x</a>":         `Empty attribute name in the tag "a" at byte offset 0`,
		"<a href=x/y>x</a>":   "Unexpected end of name token at byte offset 8",
		"<span>x</span>":      `Tag "span" must have class "tg-spoiler" at byte offset 0`,
		"<span class=x>x</a>": `Tag "span" must have class "tg-spoiler" at byte offset 0`,
		"<":                   "Unclosed start tag at byte offset 0",
		"</":                  "Unexpected end tag at byte offset 0",
	} {
		if _, _, err := telegramtest.ParseHTML(src); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", src, err, want)
		}
	}
}
