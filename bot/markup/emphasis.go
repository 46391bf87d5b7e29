package markup

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// emphasis reads *italic*, _italic_, **bold**, __bold__ and ~~struck~~. CommonMark
// takes a mark for one wherever it can; people write *111*4#, 5*3*2 and footnotes*.
// So a mark counts at the border of a word alone, and never inside of what
// verbatims finds.
type emphasis struct{}

// Trigger implements parser.InlineParser.
func (emphasis) Trigger() []byte { return []byte{'*', '_', '~'} }

// Parse implements parser.InlineParser.
func (emphasis) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	width := 1
	for width < len(line) && line[width] == line[0] {
		width++
	}
	run := segment.WithStop(segment.Start + width)
	source := block.Source()
	opens, closes := borders(source, run.Start, width)
	kept, _ := pc.Get(verbatimKey).(map[int]bool)
	block.Advance(width)
	if kept[run.Start] || !opens && !closes || width > 3 || line[0] == '~' && width != 2 {
		return ast.NewTextSegment(run)
	}
	d := parser.NewDelimiter(opens, closes, width, line[0], pairing{source, line[0]})
	d.Segment = run
	pc.PushDelimiter(d)
	return d
}

// pairing says which marks belong together.
type pairing struct {
	source []byte
	mark   byte
}

// IsDelimiter implements parser.DelimiterProcessor.
func (pairing) IsDelimiter(b byte) bool { return b == '*' || b == '_' || b == '~' }

// CanOpenCloser implements parser.DelimiterProcessor. A single mark does not pair
// with a double one, nor with one on another line: those are two footnotes.
func (p pairing) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	if opener.Char != closer.Char {
		return false
	}
	least, most := min(opener.OriginalLength, closer.OriginalLength), max(opener.OriginalLength, closer.OriginalLength)
	if least == 1 && most == 2 {
		return false
	}
	return least > 1 || bytes.IndexByte(p.source[opener.Segment.Start:closer.Segment.Start], '\n') < 0
}

// OnMatch implements parser.DelimiterProcessor.
func (p pairing) OnMatch(consumes int) ast.Node {
	if p.mark == '~' {
		return extast.NewStrikethrough()
	}
	return ast.NewEmphasis(consumes)
}

// borders reports whether a run of marks stands where a word begins, or ends. Of
// two and more marks less is asked than of one, which people write for other things.
func borders(source []byte, at, width int) (opens, closes bool) {
	before, near := lastSeen(source[:at])
	after, next := firstSeen(source[at+width:])
	if next == '\uFE0F' || next == '\u20E3' { // the key *️⃣
		return false, false
	}
	strong := width > 1
	opens = borderBefore(before, strong) && beginsWord(after, next, strong)
	closes = borderAfter(after, strong) && endsWord(before, near, strong)
	return opens, closes
}

// maxDressed is how many signs that change another are looked through.
const maxDressed = 16

// lastSeen returns the last character of s and the last that is seen as one of its
// own: what only changes a letter or a sign before it is not. Zero is none.
func lastSeen(s []byte) (seen, last rune) {
	for range maxDressed {
		if len(s) == 0 {
			break
		}
		r, n := utf8.DecodeLastRune(s)
		s = s[:len(s)-n]
		if last == 0 {
			last = r
		}
		if r == '\u20E3' { // a digit in a key is a picture
			return r, last
		}
		if !unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Sk) || r == '`' || r == '^' {
			return r, last
		}
	}
	return 0, last
}

// firstSeen is lastSeen the other way round.
func firstSeen(s []byte) (seen, next rune) {
	for range maxDressed {
		if len(s) == 0 {
			break
		}
		r, n := utf8.DecodeRune(s)
		s = s[n:]
		if next == 0 {
			next = r
		}
		if !unicode.Is(unicode.Cf, r) {
			return r, next
		}
	}
	return 0, next
}

func nothing(r rune) bool { return r == 0 || unicode.IsSpace(r) }

// picture reports whether r is an emoji, an arrow or another sign that is no part of
// a code.
func picture(r rune) bool {
	return unicode.In(r, unicode.So, unicode.Me) || r >= '←' && r <= '⇿' || r == '‼' || r == '⁉'
}

func otherMark(r rune) bool {
	return r == '*' || r == '_' || r == '~' || r == '`' || r == '[' || r == ']'
}

// borderBefore reports whether a word may begin behind r and a mark.
func borderBefore(r rune, strong bool) bool {
	return nothing(r) || picture(r) || otherMark(r) || unicode.In(r, unicode.Ps, unicode.Pi) || strings.ContainsRune(`"'”»–—…:;,.!?)>`, r) ||
		strong && strings.ContainsRune("-/", r)
}

// borderAfter reports whether a word may end before a mark and r.
func borderAfter(r rune, strong bool) bool {
	return nothing(r) || picture(r) || otherMark(r) || unicode.In(r, unicode.Pe, unicode.Pf) || strings.ContainsRune(`"'“«–—….,:;!?\`, r) ||
		strong && strings.ContainsRune("-/(", r)
}

// beginsWord reports whether r, with next before it, may stand behind the opening mark.
func beginsWord(r, next rune, strong bool) bool {
	if strong {
		return !nothing(next)
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || picture(r) || otherMark(r) ||
		unicode.In(r, unicode.Ps, unicode.Pi, unicode.Sc) || strings.ContainsRune(`"'\+-–—№@<`, r)
}

// endsWord reports whether r, with last behind it, may stand before the closing mark.
func endsWord(r, last rune, strong bool) bool {
	if strong {
		return !nothing(last)
	}
	return !nothing(r) && !unicode.IsSpace(last) && !unicode.In(r, unicode.Ps, unicode.Pi)
}
