package markup

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// paragraphs may begin with an indent: it is not code.
type paragraphs struct{ parser.BlockParser }

// CanAcceptIndentedLine implements parser.BlockParser.
func (paragraphs) CanAcceptIndentedLine() bool { return true }

// lists begin with "-", "*" or a number. A phone number +380…, a row of signs that
// parts two paragraphs and a lone sign do not.
type lists struct{ parser.BlockParser }

// divider reports whether a line has nothing but the signs that begin items.
func divider(line []byte) bool { return len(bytes.Trim(line, " -*+\n")) == 0 }

// Open implements parser.BlockParser.
func (l lists) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	if own := bytes.TrimLeft(line, " "); len(own) > 0 && own[0] == '+' || divider(line) {
		return nil, parser.NoChildren
	}
	return l.BlockParser.Open(parent, reader, pc)
}

// fences are of backticks: a line of tildes is a divider.
type fences struct{ parser.BlockParser }

// Trigger implements parser.BlockParser.
func (fences) Trigger() []byte { return []byte{'`'} }

// quotes begin with ">", unless a number says what is greater.
type quotes struct{ parser.BlockParser }

// Open implements parser.BlockParser.
func (q quotes) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	if own := bytes.TrimLeft(line, " >"); len(own) > 0 && (own[0] == '=' || own[0] >= '0' && own[0] <= '9') {
		return nil, parser.NoChildren
	}
	return q.BlockParser.Open(parent, reader, pc)
}

// exclamations end a sentence also before a link: only where no word ends does one
// make a picture of it.
type exclamations struct{}

// Trigger implements parser.InlineParser.
func (exclamations) Trigger() []byte { return []byte{'!'} }

// Parse implements parser.InlineParser.
func (exclamations) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	before, _ := utf8.DecodeLastRune(block.Source()[:segment.Start])
	if len(line) < 2 || line[1] != '[' || segment.Start == 0 || unicode.IsSpace(before) {
		return nil
	}
	block.Advance(1)
	return ast.NewTextSegment(segment.WithStop(segment.Start + 1))
}

// links keep how each was written behind its words: what is no address stays text.
type links struct{ parser.InlineParser }

// tail is the attribute of a link that holds it.
const tail = "tail"

// Parse implements parser.InlineParser.
func (l links) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	_, from := block.Position()
	n := l.InlineParser.Parse(parent, block, pc)
	if link, ok := n.(*ast.Link); ok {
		_, to := block.Position()
		link.SetAttributeString(tail, block.Source()[from.Start:to.Start])
	}
	return n
}

// CloseBlock implements parser.CloseBlocker.
func (l links) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	l.InlineParser.(parser.CloseBlocker).CloseBlock(parent, block, pc)
}

// tailOf returns how the link was written behind its words.
func tailOf(n *ast.Link) string {
	v, _ := n.AttributeString(tail)
	b, _ := v.([]byte)
	return string(b)
}
