package web

import "testing"

// Nothing that means something is lost: words in strings, descendants of a selector, what
// stands before a pseudo-class, conditions.
func TestTight(t *testing.T) {
	for sheet, want := range map[string]string{
		"": "",
		"/* The look. */\n@layer parts {\n  .a :is(b, i) > c,\n  .d { color: red; margin: 0 4px; }\n}\n":                    "@layer parts{.a :is(b,i) > c,.d{color:red;margin:0 4px}}",
		".a::before { content: \"; {  ·  } : \"; font: 13px/1.5 'Segoe  UI', sans-serif; }":                                 ".a::before{content:\"; {  ·  } : \";font:13px/1.5 'Segoe  UI',sans-serif}",
		"@media (min-width: 700px) { /* wide */ .a { width: calc(100% - 8px) } }":                                           "@media (min-width: 700px){.a{width:calc(100% - 8px)}}",
		"@layer tokens, base;\n:root { --ground: light-dark(#fff, #000); }\n[data-of=\"a  b\"]:not(.c) .d { top: -1px; }\n": "@layer tokens,base;:root{--ground:light-dark(#fff,#000)}[data-of=\"a  b\"]:not(.c) .d{top:-1px}",
	} {
		if got := tight(sheet); got != want {
			t.Errorf("%q\nis  %s\nnot %s", sheet, got, want)
		}
	}
}
