package markup

import (
	"bytes"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// subset is CommonMark without what surprises people who write chat messages:
// no HTML, no entities, no code by indentation, no headings by underlining, no
// rules, no reference definitions, and marks that style at the borders of words
// alone; with ~~strike~~.
var subset = sync.OnceValue(func() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(lists{parser.NewListParser()}, 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(fences{parser.NewFencedCodeBlockParser()}, 700),
			util.Prioritized(quotes{parser.NewBlockquoteParser()}, 800),
			util.Prioritized(paragraphs{parser.NewParagraphParser()}, 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(codeSpans{}, 100),
			util.Prioritized(exclamations{}, 150),
			util.Prioritized(links{parser.NewLinkParser()}, 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(emphasis{}, 500),
		),
	)
})

// Parse reads the Markdown subset. Every string is a document: what is not
// markup is text, and so is raw HTML. A backslash before an ASCII punctuation
// mark makes it literal everywhere, in code too.
func Parse(src string) Doc {
	src = clean(src)
	if doc, ok := unmarked(src); ok {
		return doc
	}
	tree, source := parsed(src)
	r := reader{source: source}
	r.blocks(tree, frame{})
	return r.doc
}

// unmarked returns the document of a clean text in which no sign can be markup, as
// most of what a bot says has none; false where one may be.
func unmarked(src string) (d Doc, ok bool) {
	if strings.ContainsAny(src, "\\`*_~[<") {
		return nil, false
	}
	begin, at := 0, 0 // of the paragraph and the line
	for line := range strings.Lines(src) {
		words := strings.TrimSuffix(line, "\n")
		if words != strings.Trim(words, " ") || words != "" && strings.IndexByte("#>+-0123456789", words[0]) >= 0 {
			return nil, false
		}
		if at += len(line); words == "" || at == len(src) {
			if paragraph := strings.Trim(src[begin:at], "\n"); paragraph != "" {
				d = append(d, Block{Spans: []Span{{Text: paragraph}}})
			}
			begin = at
		}
	}
	return d, true
}

// parsed returns the tree of a clean text, and the source it speaks of.
func parsed(src string) (ast.Node, []byte) {
	source := []byte(tame(src))
	pc := parser.NewContext()
	pc.Set(verbatimKey, map[int]bool(verbatims(string(source))))
	return subset().Parse(text.NewReader(source), parser.WithContext(pc)), source
}

// clean makes valid UTF-8 with "\n" line ends and without control characters.
func clean(s string) string {
	if utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f }) {
		return s // as nearly all are
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = ends.Replace(s)
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

var ends = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", "    ", "\x00", "\uFFFD")

// frame is what stands around a block.
type frame struct {
	lists, quotes int
	marker        string
}

// reader turns goldmark's tree into a Doc.
type reader struct {
	source []byte
	doc    Doc
	spans  []Span
}

func (r *reader) blocks(parent ast.Node, f frame) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.List:
			r.list(n, f)
		case *ast.Blockquote:
			f := f
			f.quotes++
			r.blocks(n, f)
		case *ast.Heading:
			r.inline(n, Span{})
			r.add(Block{Kind: Heading, Depth: n.Level - 1})
		case *ast.FencedCodeBlock:
			r.put(Span{Code: true}, joined(behindFence(n, r.source), rawLines(r.source, n.Lines())))
			r.add(Block{Kind: Code})
		default: // Paragraph, TextBlock
			r.inline(n, Span{})
			r.add(f.block())
		}
		f.marker = "" // the first block of an item carries it
	}
}

// block returns the empty block for text inside the frame.
func (f frame) block() Block {
	switch {
	case f.quotes > 0:
		return Block{Kind: Quote, Depth: f.quotes - 1, Marker: f.marker}
	case f.lists > 0:
		return Block{Kind: Item, Depth: f.lists - 1, Marker: f.marker}
	}
	return Block{Kind: Paragraph}
}

func (r *reader) list(l *ast.List, f frame) {
	f.lists++
	number := l.Start
	for item := l.FirstChild(); item != nil; item = item.NextSibling() {
		f.marker = bullet
		if l.IsOrdered() {
			written := numberOf(item, r.source)
			if n, err := strconv.Atoi(written); err == nil {
				number = n
			} else {
				written = strconv.Itoa(number)
			}
			f.marker = written + string(l.Marker)
			number++
		}
		if c := item.FirstChild(); c == nil || c.Kind() != ast.KindParagraph && c.Kind() != ast.KindTextBlock {
			r.add(f.block()) // nothing of its own: the marker still shows
			f.marker = ""
		}
		r.blocks(item, f)
	}
}

// numberOf returns the number of an item as it is written; "" where it has no words.
func numberOf(item ast.Node, source []byte) string {
	n := item
	for n.Type() == ast.TypeBlock && n.Lines().Len() == 0 && n.FirstChild() != nil {
		n = n.FirstChild()
	}
	if n.Type() == ast.TypeBlock && n.Lines().Len() > 0 {
		before := source[:n.Lines().At(0).Start]
		line := before[bytes.LastIndexByte(before, '\n')+1:]
		if m := itemNumber.FindSubmatch(line); m != nil {
			return string(m[1])
		}
	}
	return ""
}

// itemNumber is what stands before the words of a numbered item.
var itemNumber = regexp.MustCompile(`(?:^|[ >])(\d+)[.)] +(?:[#>]+ *)?$`)

// add closes the block with the spans gathered so far.
func (r *reader) add(b Block) {
	b.Spans = r.spans
	r.spans = nil
	r.doc = append(r.doc, b)
}

// put adds text in a style, joining it to a neighbour of the same style.
func (r *reader) put(style Span, s string) {
	if s == "" {
		return
	}
	if k := len(r.spans) - 1; k >= 0 {
		last := r.spans[k]
		last.Text = ""
		if last == style {
			r.spans[k].Text += s
			return
		}
	}
	style.Text = s
	r.spans = append(r.spans, style)
}

func (r *reader) inline(parent ast.Node, style Span) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		s := style
		switch n := n.(type) {
		case *ast.Text:
			r.put(s, unescape(string(n.Segment.Value(r.source))))
			if n.SoftLineBreak() || n.HardLineBreak() {
				r.put(s, "\n")
			}
		case *ast.CodeSpan:
			s.Code = true
			r.put(s, unescape(strings.ReplaceAll(raw(n, r.source), "\n", " ")))
		case *ast.Emphasis:
			if n.Level == 1 {
				s.Italic = true
			} else {
				s.Bold = true
			}
			r.inline(n, s)
		case *extast.Strikethrough:
			s.Strike = true
			r.inline(n, s)
		case *ast.Link:
			if to := unescape(string(n.Destination)); s.Link == "" && allowed(to) {
				s.Link = to
			}
			if s.Link == "" && style.Link == "" && !bytes.Contains(n.Destination, []byte(":")) { // no address: what was written stays
				r.put(s, "[")
				r.inline(n, s)
				r.put(s, unescape(tailOf(n)))
				continue
			}
			r.inline(n, s)
		case *ast.AutoLink:
			if to := unescape(string(n.URL(r.source))); s.Link == "" {
				if n.AutoLinkType == ast.AutoLinkEmail {
					to = "mailto:" + to
				}
				if allowed(to) {
					s.Link = to
				}
			}
			r.put(s, unescape(string(n.Label(r.source))))
		default: // an image is its alternative text
			r.inline(n, s)
		}
	}
}

// raw returns the source of a code span.
func raw(n ast.Node, source []byte) string {
	var s strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		s.Write(c.(*ast.Text).Segment.Value(source))
	}
	return s.String()
}

// behindFence returns the words that stand behind the opening fence of a block of
// code, unless they name a language; then only where there is nothing else.
func behindFence(n *ast.FencedCodeBlock, source []byte) string {
	if n.Info == nil {
		return ""
	}
	words := string(n.Info.Segment.Value(source))
	if n.Lines().Len() > 0 && languageName.MatchString(words) {
		return ""
	}
	return unescape(words)
}

// languageName is how the language of a block of code is named.
var languageName = regexp.MustCompile(`^[A-Za-z][\w+#.-]*$`)

// joined returns the lines of both.
func joined(first, rest string) string {
	if first == "" || rest == "" {
		return first + rest
	}
	return first + "\n" + rest
}

// rawLines returns the lines of a code block.
func rawLines(source []byte, lines *text.Segments) string {
	var s strings.Builder
	for i := range lines.Len() {
		line := lines.At(i)
		s.Write(line.Value(source))
	}
	return unescape(strings.TrimSuffix(s.String(), "\n"))
}

// allowed reports whether a link may leave: the schemes a messenger opens
// without harm, written in full.
func allowed(link string) bool {
	if strings.ContainsFunc(link, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return false
	}
	u, err := url.Parse(link)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "http", "https":
		return u.Host != ""
	case "tel", "mailto":
		return u.Opaque != ""
	}
	return false
}
