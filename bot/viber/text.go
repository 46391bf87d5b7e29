package viber

import (
	"strings"
	"unicode"

	"visnyk/bot/markup"
)

// glyph is a character of the text; ours are the marks that we put to format.
type glyph struct {
	r    rune
	ours bool
}

// formatted renders a document into Viber's formatting.
//
// Marks that belong to the words themselves stay as they are where Viber could
// not take them for formatting: inside a word ("snake_case", "5*3"), before a
// space ("* item"), without a second one to close ("*111# or *161#"). Where two
// could make a pair, joiners keep them literal. Addresses are never touched, so that links work.
func formatted(d markup.Doc) string {
	var out strings.Builder
	for i, b := range d {
		if i > 0 {
			out.WriteString(markup.Gap(d[i-1], b))
		}
		out.WriteString(literal(block(b)))
	}
	return harmless(out.String())
}

// block returns the glyphs of one block.
func block(b markup.Block) []glyph {
	var out []glyph
	margin := ""
	if b.Kind == markup.Quote {
		margin = strings.Repeat("> ", b.Depth+1)
	}
	out = write(out, margin+b.Lead())
	spans := b.Spans
	at := 0
	b.Walk(func(s markup.Span) {
		s.Bold = s.Bold || b.Kind == markup.Heading
		next := ' '
		if at+1 < len(spans) {
			next = first(spans[at+1].Text)
		}
		at++
		lines := strings.Split(s.Text, "\n")
		for i, l := range lines {
			if i > 0 {
				out = write(out, "\n"+margin)
			}
			after := next
			if i+1 < len(lines) {
				after = '\n'
			}
			out = styled(out, l, marks(s), after)
		}
	}, func(label, link string) {
		if !markup.Same(label, link) {
			out = write(out, " ("+strings.TrimPrefix(strings.TrimPrefix(link, "mailto:"), "tel:")+")")
		}
	})
	return out
}

// marks returns the marks a span opens with, the outermost first.
func marks(s markup.Span) string {
	m := ""
	if s.Code {
		return m // verbatim
	}
	if s.Bold {
		m += "*"
	}
	if s.Italic {
		m += "_"
	}
	if s.Strike {
		m += "~"
	}
	return m
}

// styled writes s between the marks. Viber shows marks as they are when they
// touch a space inside or a letter outside, and when the text holds the same
// mark; better no formatting then than stray signs.
func styled(out []glyph, s, marks string, after rune) []glyph {
	inner := strings.TrimSpace(s)
	if inner == "" || marks == "" || strings.ContainsAny(inner, marks) {
		return write(out, s)
	}
	lead, tail, _ := strings.Cut(s, inner)
	before := ' '
	if len(out) > 0 {
		before = out[len(out)-1].r
	}
	if lead == "" && !border(before) || tail == "" && !border(after) {
		return write(out, s)
	}
	out = write(out, lead)
	for _, m := range marks {
		out = append(out, glyph{m, true})
	}
	out = write(out, inner)
	for i := len(marks) - 1; i >= 0; i-- {
		out = append(out, glyph{rune(marks[i]), true})
	}
	return write(out, tail)
}

func write(out []glyph, s string) []glyph {
	for _, r := range s {
		out = append(out, glyph{r: r})
	}
	return out
}

// first returns the first character, and a space where there is none.
func first(s string) rune {
	for _, r := range s {
		return r
	}
	return ' '
}

// border reports whether r ends a word.
func border(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) }
