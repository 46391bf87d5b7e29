package viber

import (
	"sort"
	"strings"
	"unicode"

	"visnyk/bot/markup"
)

// joiner is U+2060 WORD JOINER: invisible, of no width, and no border of a
// word. Viber formats "*bold*", "_italic_" and "~struck~" where the mark stands
// at the border of a word; with a joiner on both sides it does not stand there.
// Three backticks are its mark for monospace: a joiner before the third keeps them.
const joiner = "\u2060"

// placeholder begins the literals that Viber replaces by data of the receiver.
const placeholder = "replace_me_with_"

func mark(r rune) bool { return r == '*' || r == '_' || r == '~' }

// literal writes the glyphs, line by line, keeping from formatting what is not ours.
func literal(glyphs []glyph) string {
	var out strings.Builder
	for start := 0; start < len(glyphs); {
		end := start
		for end < len(glyphs) && glyphs[end].r != '\n' {
			end++
		}
		literalLine(&out, glyphs[start:end])
		if end < len(glyphs) {
			out.WriteByte('\n')
		}
		start = end + 1
	}
	return out.String()
}

// literalLine writes one line.
func literalLine(out *strings.Builder, line []glyph) {
	opener, closer := map[rune]int{}, map[rune]int{} // where the first opens, where the last closes
	for i, g := range line {
		opens, closes := power(line, i)
		if _, found := opener[g.r]; opens && !found {
			opener[g.r] = i
		}
		if closes {
			closer[g.r] = i
		}
	}
	guarded, ticks := false, 0
	var kept []bool // looked at where it matters
	for i, g := range line {
		opens, closes := power(line, i)
		open, found := opener[g.r]
		guard := (opens || closes) && found && open < closer[g.r] && !g.ours
		if guard && kept == nil {
			kept = inAddresses(line)
		}
		guard = guard && !kept[i]
		if guard || guarded {
			out.WriteString(joiner)
		}
		if ticks++; g.r != '`' {
			ticks = 0
		} else if ticks == 3 {
			out.WriteString(joiner)
			ticks = 1
		}
		out.WriteRune(g.r)
		guarded = guard
	}
	if guarded {
		out.WriteString(joiner)
	}
}

// power reports whether Viber could take the glyph for a mark that opens
// formatting, or closes it: it touches the border of a word outside and no
// space inside. Another mark is a border, too.
func power(line []glyph, i int) (opens, closes bool) {
	if !mark(line[i].r) {
		return false, false
	}
	before, after := ' ', ' '
	if i > 0 {
		before = line[i-1].r
	}
	if i+1 < len(line) {
		after = line[i+1].r
	}
	return border(before) && !unicode.IsSpace(after), border(after) && !unicode.IsSpace(before)
}

// inAddresses reports of each glyph of the line whether it belongs to an address.
func inAddresses(line []glyph) []bool {
	var text strings.Builder
	var at []int
	for _, g := range line {
		at = append(at, text.Len())
		text.WriteRune(g.r)
	}
	kept := make([]bool, len(line))
	for _, a := range markup.Addresses(text.String()) {
		for i := sort.SearchInts(at, a[0]); i < len(at) && at[i] < a[1]; i++ {
			kept[i] = true
		}
	}
	return kept
}

// harmless takes the power from Viber's placeholders: percent-encoding in an
// address, which means the same, and a joiner anywhere else.
func harmless(s string) string {
	for at := 0; ; {
		i := strings.Index(s[at:], placeholder)
		if i < 0 {
			return s
		}
		i += at
		begin := strings.LastIndexFunc(s[:i], unicode.IsSpace) + 1
		instead := "replace" + joiner + "_me_with_"
		if strings.Contains(s[begin:i], "://") {
			instead = "%72eplace_me_with_"
		}
		s = s[:i] + instead + s[i+len(placeholder):]
		at = i + len(instead)
	}
}
