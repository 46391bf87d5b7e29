package console_test

import (
	"testing"

	"visnyk/bot/console"
)

// Nothing that turns a text round, or has no width, stays unseen; what people really
// write stays as it is.
func TestBidi(t *testing.T) { // S70
	for in, want := range map[string]string{
		"Олена\nз ім’ям\tта пробілом\u00a0": "Олена\nз ім’ям\tта пробілом\u00a0",
		"gpj.\u202eexe":                  "gpj.‹U+202E›exe",
		"a\u2066b\u2069c\u200fd\u061ce":  "a‹U+2066›b‹U+2069›c‹U+200F›d‹U+061C›e",
		"pay\u200bpal\ufeff\u2060\u034f": "pay‹U+200B›pal‹U+FEFF›‹U+2060›‹U+034F›",
		"\x00\x1b[31m\x7f\u0085":         "‹U+0000›‹U+001B›[31m‹U+007F›‹U+0085›",
		"👩\u200d💻 ❤\ufe0f 🇺🇦 ґ":          "👩\u200d💻 ❤\ufe0f 🇺🇦 ґ",
		"a\u200db \u200d":                "a‹U+200D›b ‹U+200D›",
		"\U000e0041tag":                  "‹U+E0041›tag",
		"":                               "",
	} {
		if got := console.Visible(in); got != want {
			t.Errorf("Visible(%q) = %q, want %q", in, got, want)
		}
	}
}
