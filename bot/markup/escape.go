package markup

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Escape makes any text literal: Parse(Escape(s)) shows s without markup, with
// spaces at the ends of lines and more than one empty line in a row left out.
func Escape(s string) string {
	s = clean(s)
	var out strings.Builder
	out.Grow(len(s) + len(s)/8)
	for i := range len(s) {
		if util.IsPunct(s[i]) {
			out.WriteByte('\\')
		}
		out.WriteByte(s[i])
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
// so that the escaped value of a variable stays literal inside code.
type codeSpans struct{}

// Trigger implements parser.InlineParser.
func (codeSpans) Trigger() []byte { return []byte{'`'} }

// Parse implements parser.InlineParser.
func (codeSpans) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, opening := block.PeekLine()
	width := ticks(line)
	opening = opening.WithStop(opening.Start + width)
	block.Advance(width)
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
				if n == width {
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

// ticks counts the backticks that line begins with.
func ticks(line []byte) int {
	n := 0
	for n < len(line) && line[n] == '`' {
		n++
	}
	return n
}
