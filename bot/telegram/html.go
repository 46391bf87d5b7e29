package telegram

import (
	"html"
	"slices"
	"strings"
	"unicode/utf16"

	"visnyk/bot/markup"
)

// Telegram's limits of one message.
const (
	maxText    = 4096  // UTF-16 units that are seen, the strictest reading of its rule
	maxCaption = 1024  // the same, under a picture or file
	maxSource  = 32768 // bytes of HTML
)

// writer writes a document as Telegram's HTML, or as the text alone that
// Telegram shows of it.
type writer struct {
	strings.Builder
	bare bool
}

// toHTML returns the document in Telegram's HTML.
func toHTML(d markup.Doc) string {
	var w writer
	w.Grow(size(d))
	w.doc(d)
	return w.String()
}

// shown returns what is seen of the document: the HTML without its tags.
func shown(d markup.Doc) string {
	w := writer{bare: true}
	w.doc(d)
	return w.String()
}

// seen reports whether something of the document can be seen.
func seen(d markup.Doc) bool {
	for _, b := range d {
		if slices.ContainsFunc(b.Spans, func(s markup.Span) bool { return shows(s.Text) }) {
			return true
		}
	}
	return shows(shown(d)) // a marker, or the address of a link
}

// fits reports whether the document fits one message with so many visible units.
func fits(d markup.Doc, units int) bool {
	return size(d) <= units || length(shown(d)) <= units && len(toHTML(d)) <= maxSource
}

// size is more than the visible units of the document can be, and than a fifth of its
// HTML: five bytes escape one.
func size(d markup.Doc) (most int) {
	for _, b := range d {
		most += 32 + len(b.Lead())
		for _, s := range b.Spans {
			most += 32 + len(s.Text) + len(s.Link)
		}
	}
	return most
}

// length counts UTF-16 units.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

func (w *writer) doc(d markup.Doc) {
	for i, b := range d {
		if i > 0 {
			w.WriteString(markup.Gap(d[i-1], b))
		}
		w.block(b)
	}
}

func (w *writer) block(b markup.Block) {
	switch b.Kind {
	case markup.Code:
		w.wrap("pre", func() { w.text(b.Text()) })
	case markup.Quote:
		w.wrap("blockquote", func() { w.spans(b, false) })
	case markup.Heading:
		w.spans(b, true)
	default:
		w.spans(b, false)
	}
}

// spans writes the styled text of a block. Telegram opens only web addresses
// behind words; of other links the address itself is written out, which people
// can tap too.
func (w *writer) spans(b markup.Block, bold bool) {
	w.text(b.Lead())
	b.Walk(func(s markup.Span) {
		s.Bold = s.Bold || bold
		w.span(s)
	}, func(label, link string) {
		if !web(link) && !markup.Same(label, link) {
			_, address, _ := strings.Cut(link, ":")
			w.text(" (" + address + ")")
		}
	})
}

// span writes one run of text. Telegram lets nothing stand inside code, and
// code inside nothing.
func (w *writer) span(s markup.Span) {
	if s.Code && !web(s.Link) {
		w.wrap("code", func() { w.text(s.Text) })
		return
	}
	linked := web(s.Link) && !w.bare
	if linked {
		w.WriteString(`<a href="` + html.EscapeString(s.Link) + `">`)
	}
	styles := [...]struct {
		on  bool
		tag string
	}{{s.Bold, "b"}, {s.Italic, "i"}, {s.Strike, "s"}}
	for _, style := range styles {
		if style.on {
			w.tag("<", style.tag)
		}
	}
	w.text(s.Text)
	for _, style := range slices.Backward(styles[:]) {
		if style.on {
			w.tag("</", style.tag)
		}
	}
	if linked {
		w.WriteString("</a>")
	}
}

func (w *writer) wrap(tag string, body func()) {
	w.tag("<", tag)
	body()
	w.tag("</", tag)
}

// tag writes a tag, which begins so.
func (w *writer) tag(begins, name string) {
	if !w.bare {
		w.WriteString(begins)
		w.WriteString(name)
		w.WriteString(">")
	}
}

func (w *writer) text(s string) {
	if !w.bare {
		s = html.EscapeString(s)
	}
	w.WriteString(s)
}

func web(link string) bool {
	return strings.HasPrefix(link, "http://") || strings.HasPrefix(link, "https://")
}

// plain returns what is seen of our own HTML, for a second try without it.
func plain(s string) string {
	var out strings.Builder
	for s != "" {
		before, rest, _ := strings.Cut(s, "<")
		out.WriteString(before)
		_, s, _ = strings.Cut(rest, ">")
	}
	return html.UnescapeString(out.String())
}
