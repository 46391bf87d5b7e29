// Package markup is the neutral form of every text that leaves: a Markdown
// subset read into blocks of styled spans, variables put into it once, and the
// splitting of what is too long for one message.
//
// It knows no messenger: each channel renders a Doc in its own way. Nothing
// here reads a clock, a network or a database, and nothing is ever executed:
// templates have variables and no functions.
package markup

import (
	"strings"
	"unicode"
)

// Doc is a text as blocks, in reading order.
type Doc []Block

// BlockKind says what a block is.
type BlockKind int

// The kinds of block.
const (
	Paragraph BlockKind = iota
	Heading
	Item  // of a list
	Quote // a paragraph, or with a Marker a list item, that is quoted
	Code  // verbatim lines
)

// Block is one block of text.
type Block struct {
	Kind BlockKind
	// Depth is the nesting: of lists for an Item (0 is the outermost), of
	// quotes for a Quote (0 is the outermost), the level less one for a Heading.
	Depth int
	// Marker stands before an item: "•", or "3." in a numbered list. It is ""
	// for a further paragraph of the same item.
	Marker string
	// Spans are the text; a line break inside the block is "\n" in Text.
	Spans []Span
}

// Span is a run of text in one style.
type Span struct {
	Text                       string
	Bold, Italic, Strike, Code bool
	// Link is an http, https, tel or mailto address, or "".
	Link string
}

// bullet is the marker of an item in a list without numbers.
const bullet = "•"

// Text returns the text of the block without its marker and styles.
func (b Block) Text() string {
	if len(b.Spans) == 1 {
		return b.Spans[0].Text
	}
	var s strings.Builder
	for _, sp := range b.Spans {
		s.WriteString(sp.Text)
	}
	return s.String()
}

// Lead is what a channel without lists of its own writes before the block: the
// indent and the marker of an item, and nothing for other blocks.
func (b Block) Lead() string {
	switch {
	case b.Kind == Item && b.Marker == "":
		return strings.Repeat("  ", b.Depth+1)
	case b.Kind == Item:
		return strings.Repeat("  ", b.Depth) + b.Marker + " "
	case b.Marker != "":
		return b.Marker + " "
	}
	return ""
}

// Gap is what stands between two neighbouring blocks: one line break between
// the items of a list, an empty line elsewhere.
func Gap(before, after Block) string {
	if before.Kind == after.Kind && (after.Kind == Item || after.Marker != "" && before.Marker != "") {
		return "\n"
	}
	return "\n\n"
}

// Plain returns the text without styles. The address of a link follows its words
// in brackets, unless the words are the address.
func (d Doc) Plain() string {
	var s strings.Builder
	for i, b := range d {
		if i > 0 {
			s.WriteString(Gap(d[i-1], b))
		}
		s.WriteString(b.Lead())
		b.Walk(func(sp Span) { s.WriteString(sp.Text) }, func(label, link string) {
			if !Same(label, link) {
				s.WriteString(" (" + link + ")")
			}
		})
	}
	return s.String()
}

// Walk calls span for every span of the block, and linked after the last span
// of every link with all the words of it.
func (b Block) Walk(span func(Span), linked func(label, link string)) {
	label := ""
	for i, sp := range b.Spans {
		span(sp)
		if sp.Link == "" {
			continue
		}
		label += sp.Text
		if i+1 == len(b.Spans) || b.Spans[i+1].Link != sp.Link {
			linked(label, sp.Link)
			label = ""
		}
	}
}

// Same reports whether the words of a link already show its address.
func Same(label, link string) bool {
	for _, scheme := range []string{"", "mailto:", "tel:", "https://", "http://"} {
		if link == scheme+label || link == scheme+label+"/" {
			return true
		}
	}
	return false
}

// Blank reports whether the document shows nothing: no messenger takes white
// space and invisible characters alone.
func (d Doc) Blank() bool {
	for _, b := range d {
		for _, sp := range b.Spans {
			if strings.ContainsFunc(sp.Text, visible) {
				return false
			}
		}
	}
	return true
}

// visible reports whether r leaves a mark.
func visible(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u2800', '\u3164', '\uffa0': // letters and symbols in name only
		return false
	}
	return !unicode.IsSpace(r) && !unicode.In(r, unicode.Cc, unicode.Cf)
}
