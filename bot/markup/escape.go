package markup

import (
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Escape makes any text literal: Parse(Escape(s)) shows s without markup, with
// spaces at the ends of lines and more than one empty line in a row left out. So it
// does among other text, and between marks. What cannot mean anything is left as it
// is, for people read the source too.
func Escape(s string) string {
	s = clean(s)
	var out strings.Builder
	out.Grow(len(s) + len(s)/8)
	fresh, digits := true, false // at the beginning of a line; behind its number
	for i := range len(s) {
		c := s[i]
		begins := fresh && strings.IndexByte("#>+-", c) >= 0 || digits && (c == '.' || c == ')')
		if begins || strings.IndexByte("\\*_~`[]<{", c) >= 0 {
			out.WriteByte('\\')
		}
		out.WriteByte(c)
		digits = (fresh || digits) && c >= '0' && c <= '9'
		fresh = c == '\n' || fresh && c == ' '
	}
	return out.String()
}

// unescape drops the backslashes that make punctuation literal.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return string(util.UnescapePunctuations([]byte(s)))
}

// codeSpans reads `code`. Unlike CommonMark, a backslash is an escape here too,
// so that the escaped value of a variable stays literal inside code; and none begins
// or ends inside a word, where people write an apostrophe so.
type codeSpans struct{}

// Trigger implements parser.InlineParser.
func (codeSpans) Trigger() []byte { return []byte{'`'} }

// Parse implements parser.InlineParser.
func (codeSpans) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, opening := block.PeekLine()
	width := ticks(line)
	opening = opening.WithStop(opening.Start + width)
	block.Advance(width)
	if before, _ := lastSeen(block.Source()[:opening.Start]); unicode.IsLetter(before) || unicode.IsNumber(before) {
		return ast.NewTextSegment(opening)
	}
	row, position := block.Position()
	node := ast.NewCodeSpan()
	for {
		line, segment := block.PeekLine()
		if line == nil { // never closed: the backticks are text
			block.SetPosition(row, position)
			return ast.NewTextSegment(opening)
		}
		for i := 0; i < len(line); i++ {
			switch line[i] {
			case '\\':
				i++
			case '`':
				n := ticks(line[i:])
				if n == width && !inWord(line[i+n:]) {
					node.AppendChild(node, ast.NewRawTextSegment(segment.WithStop(segment.Start+i)))
					block.Advance(i + n)
					return node
				}
				i += n - 1
			}
		}
		node.AppendChild(node, ast.NewRawTextSegment(segment))
		block.AdvanceLine()
	}
}

// inWord reports whether a word goes on here.
func inWord(line []byte) bool {
	r, _ := firstSeen(line)
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

// ticks counts the backticks that line begins with.
func ticks(line []byte) int {
	n := 0
	for n < len(line) && line[n] == '`' {
		n++
	}
	return n
}
