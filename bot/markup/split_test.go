package markup

import (
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"
	"pgregory.net/rapid"
)

// under fits documents of at most n UTF-16 units, as Telegram counts.
func under(n int) func(Doc) bool {
	return func(d Doc) bool { return len(utf16.Encode([]rune(d.Plain()))) <= n }
}

func plains(pieces []Doc) []string {
	var s []string
	for _, p := range pieces {
		s = append(s, p.Plain())
	}
	return s
}

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		name, src string
		limit     int
		want      []string
	}{
		{"nothing", "", 10, nil},
		{"fits", "раз\n\nдва", 10, []string{"раз\n\nдва"}},
		{"between blocks", "раз\n\nдва\n\nтри", 8, []string{"раз\n\nдва", "три"}},
		{"between lines", "раз\nдва\nтри", 8, []string{"раз\nдва", "три"}},
		{"between words", "раз два три", 8, []string{"раз два", "три"}},
		{"between graphemes", "раздватри", 4, []string{"разд", "ватр", "и"}},
		{"no-break space holds", "раз 5\u00a0грн", 8, []string{"раз", "5\u00a0грн"}},
		{"rest joins what follows", "раз два три\n\nчот", 9, []string{"раз два", "три\n\nчот"}},
		{"items", "- раз\n- два\n- три", 11, []string{"• раз\n• два", "• три"}},
		{"item in halves", "1. раз два", 7, []string{"1. раз", "  два"}},
		{"heading stays with its text", "аб\n\n# Г\n\nвг", 8, []string{"аб", "Г\n\nвг"}},
		{"code keeps its indent", "```\na {\n    b\n}\n```", 5, []string{"a {", "    b", "}"}},
		{"surrogates", "😀😀😀", 3, []string{"😀", "😀", "😀"}},
		{"family", "👨‍👩‍👧👨‍👩‍👧", 10, []string{"👨‍👩‍👧", "👨‍👩‍👧"}},
		{"too big a grapheme", "a👨‍👩‍👧b", 3, []string{"a", "👨‍👩‍👧", "b"}},
		{"flags", "🇺🇦🇺🇦", 5, []string{"🇺🇦", "🇺🇦"}},
		{"accents", "е́е́е́", 3, []string{"е́", "е́", "е́"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, plains(Split(Parse(tt.src), under(tt.limit)))); diff != "" {
				t.Errorf("pieces (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSplitKeepsStyles(t *testing.T) {
	const link = "https://a.ua"
	got := Split(Parse("- **раз [два три](https://a.ua)** чотири"), func(d Doc) bool { return utf8.RuneCountInString(d[0].Text()) <= 8 })
	want := []Doc{
		{{Kind: Item, Marker: "•", Spans: []Span{{Text: "раз ", Bold: true}, {Text: "два", Bold: true, Link: link}}}},
		{{Kind: Item, Spans: []Span{{Text: "три", Bold: true, Link: link}}}},
		{{Kind: Item, Spans: []Span{{Text: "чотири"}}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pieces (-want +got):\n%s", diff)
	}
}

// bare is what is visible of documents, without markers.
func bare(docs ...Doc) string {
	var s strings.Builder
	for _, d := range docs {
		for _, b := range d {
			for _, r := range b.Text() {
				if visible(r) {
					s.WriteRune(r)
				}
			}
		}
	}
	return s.String()
}

func TestBlank(t *testing.T) {
	for _, s := range []string{"", " \n\u00a0", "\u200b\u200f\u2060\ufeff", "\u3164", "> ", "```\n\n```"} {
		if d := Parse(s); !d.Blank() || Split(d, under(10)) != nil {
			t.Errorf("%q shows something", s)
		}
	}
	for _, s := range []string{"a", "\u0301", "- \n- b", "👍"} {
		if Parse(s).Blank() {
			t.Errorf("%q shows nothing", s)
		}
	}
}

// graphemes counts the graphemes of a document.
func graphemes(d Doc) int {
	n := 0
	for _, b := range d {
		for text := b.Text(); text != ""; n++ {
			_, text, _, _ = uniseg.FirstGraphemeClusterInString(text, -1)
		}
	}
	return n
}

func checkSplit(t interface {
	Errorf(string, ...any)
	Helper()
}, src string, limit int,
) {
	t.Helper()
	d := Parse(src)
	pieces := Split(d, under(limit))
	if got, want := bare(pieces...), bare(d); got != want {
		t.Errorf("Split(%q, %d) shows %q, want %q", src, limit, got, want)
	}
	for _, p := range pieces {
		if p.Blank() {
			t.Errorf("Split(%q, %d): blank piece", src, limit)
		}
		if !under(limit)(p) && graphemes(p) > 1 {
			t.Errorf("Split(%q, %d): %q does not fit", src, limit, p.Plain())
		}
		if !utf8.ValidString(p.Plain()) {
			t.Errorf("Split(%q, %d): %q is cut in a character", src, limit, p.Plain())
		}
	}
}

func TestSplitLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkSplit(t, nasty().Draw(t, "src"), rapid.IntRange(0, 60).Draw(t, "limit"))
	})
}

func TestSplitIsQuick(t *testing.T) {
	const size = 100 << 10
	for name, src := range map[string]string{
		"one word":    strings.Repeat("x", size),
		"words":       strings.Repeat("слово ", size/11),
		"lines":       strings.Repeat("рядок\n", size/11),
		"blocks":      strings.Repeat("а\n\n", size/4),
		"styles":      strings.Repeat("**а** б\n\n", size/12),
		"emoji":       strings.Repeat("👨‍👩‍👧", size/18),
		"one big":     "а\n\n" + strings.Repeat("x", size) + "\n\nб",
		"big, small":  strings.Repeat("а\n\n"+strings.Repeat("слово ", 800)+"\n\n", size/8800),
		"one accents": "а" + strings.Repeat("\u0301", size/2),
	} {
		for _, limit := range []int{64, 4096} {
			d := Parse(src)
			asked := 0
			began := time.Now()
			Split(d, func(d Doc) bool {
				for _, b := range d {
					for _, sp := range b.Spans {
						asked += len(sp.Text)
					}
				}
				return under(limit)(d)
			})
			if asked > 100*size {
				t.Errorf("%s, limit %d: fits read %d bytes for %d", name, limit, asked, size)
			}
			t.Logf("%s, limit %d: read %d×, %v", name, limit, asked/size, time.Since(began))
		}
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"раз два\nтри\n\n- чотири", "👨‍👩‍👧🇺🇦", "```\na\n  b\n```", "# h\n\nx", "**a [b c](https://a.ua) d**", "1. a\n\n   b"} {
		f.Add(s, 5)
		f.Add(s, 1)
	}
	f.Fuzz(func(t *testing.T, src string, limit int) { checkSplit(t, src, limit%5000) })
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		s    string
		most int
		want string
	}{
		{"", 3, ""},
		{"привіт", 6, "привіт"},
		{"привіт", 3, "при"},
		{"привіт", 0, ""},
		{"так 👨‍👩‍👧", 9, "так 👨‍👩‍👧"},
		{"так 👨‍👩‍👧", 8, "так "}, // five runes are one family
		{"🇺🇦🇺🇦", 3, "🇺🇦"},
		{"e\u0301e\u0301", 3, "e\u0301"},
		{"e\u0301\u0301\u0301\u0301", 3, "e\u0301\u0301"}, // too long even alone
	} {
		if got := Cut(tt.s, tt.most); got != tt.want {
			t.Errorf("%q to %d is %q, want %q", tt.s, tt.most, got, tt.want)
		}
	}
}
