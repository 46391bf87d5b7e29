package markup

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Split cuts d into pieces that fit, in order: between blocks where it can,
// else between lines, else between words, else between graphemes, never inside
// one. Styles and links go on in both halves; the marker of an item stays with
// its first half. White space at a cut is left out. A grapheme that does not
// fit even alone is a piece of its own. A document that shows nothing gives no
// pieces.
//
// fits must be monotone: what is longer than something that does not fit does
// not fit either. It is called once with the whole document, for nearly every
// message fits as it is, and then O(log) times per piece, with documents of at
// most about twice the size of the piece.
func Split(d Doc, fits func(Doc) bool) []Doc {
	switch {
	case d.Blank():
		return nil
	case fits(d):
		return []Doc{d}
	}
	s := newSplitter(d)
	var pieces []Doc
	for from := 0; from < s.end(); {
		to := s.cut(from, s.reach(from, fits))
		if piece := s.slice(from, to); !piece.Blank() {
			pieces = append(pieces, piece)
		}
		from = to
	}
	return pieces
}

// splitter sees the document as one line of positions: every block takes the
// bytes of its text and one more for its end.
type splitter struct {
	doc    Doc
	base   []int   // base[i] is where block i begins; one more for the end
	spans  [][]int // spans[i][j] is where span j begins in the text of block i; one more for the end
	ends   []int   // where a grapheme ends: the finest cuts
	text   []string
	coarse [3][]int // the same for blocks, lines, words
}

// The kinds of cut, the better first.
const (
	atBlock = iota
	atLine
	atWord
)

func newSplitter(d Doc) *splitter {
	s := &splitter{doc: d, base: []int{0}}
	for i, b := range d {
		offset, starts := 0, make([]int, 0, len(b.Spans)+1)
		for _, sp := range b.Spans {
			starts = append(starts, offset)
			offset += len(sp.Text)
		}
		s.spans = append(s.spans, append(starts, offset))
		s.text = append(s.text, b.Text())
		s.base = append(s.base, s.base[i]+offset+1)
		s.mark(i)
	}
	return s
}

// mark finds the cuts of block i.
func (s *splitter) mark(i int) {
	text, base := s.text[i], s.base[i]
	for at, rest, state := 0, text, -1; rest != ""; {
		var g string
		g, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if at += len(g); rest == "" {
			break
		}
		s.ends = append(s.ends, base+at)
		switch {
		case g == "\n":
			s.coarse[atLine] = append(s.coarse[atLine], base+at)
		case breaks(g):
			s.coarse[atWord] = append(s.coarse[atWord], base+at)
		}
	}
	s.ends = append(s.ends, s.base[i]+len(text)+1)
	// A heading does not part from what it heads, if there is another way.
	if s.doc[i].Kind != Heading || i == len(s.doc)-1 {
		s.coarse[atBlock] = append(s.coarse[atBlock], base+len(text)+1)
	} else {
		s.coarse[atLine] = append(s.coarse[atLine], base+len(text)+1)
	}
}

// breaks reports whether a line may be cut after the grapheme.
func breaks(g string) bool {
	r, _ := utf8.DecodeRuneInString(g)
	return unicode.IsSpace(r) && r != '\u00a0' && r != '\u2007' && r != '\u202f'
}

func (s *splitter) end() int { return s.base[len(s.doc)] }

// reach returns the furthest cut such that all from from up to it fits: at least
// one grapheme.
func (s *splitter) reach(from int, fits func(Doc) bool) int {
	first := sort.SearchInts(s.ends, from+1)
	ok := func(i int) bool { return fits(s.slice(from, s.ends[i])) }
	good, step := first, 1
	for good+step < len(s.ends) && ok(good+step) {
		good += step
		step *= 2
	}
	bad := min(good+step, len(s.ends))
	good += sort.Search(bad-good-1, func(i int) bool { return !ok(good + 1 + i) })
	return s.ends[good]
}

// cut returns the best place to cut in (from, to].
func (s *splitter) cut(from, to int) int {
	if to == s.end() {
		return to
	}
	for _, cuts := range s.coarse {
		i := sort.SearchInts(cuts, to+1) - 1
		if i >= 0 && cuts[i] > from && !s.slice(from, cuts[i]).Blank() {
			return cuts[i]
		}
	}
	return to
}

// slice returns what stands between two cuts.
func (s *splitter) slice(from, to int) Doc {
	i := sort.SearchInts(s.base, from+1) - 1
	var d Doc
	for ; i < len(s.doc) && s.base[i] < to; i++ {
		b := s.doc[i]
		lo, hi := max(from-s.base[i], 0), min(to-s.base[i], len(s.text[i]))
		if lo == 0 && hi == len(s.text[i]) {
			d = append(d, b)
			continue
		}
		lo, hi = trim(s.text[i], lo, hi, b.Kind == Code)
		if lo > 0 {
			b.Marker = ""
		}
		if b.Spans = s.styled(i, lo, hi); len(b.Spans) > 0 {
			d = append(d, b)
		}
	}
	return d
}

// trim leaves out white space at a cut: the indent of code stays.
func trim(text string, lo, hi int, code bool) (int, int) {
	if lo > 0 {
		cutset := " \n"
		if code {
			cutset = "\n"
		}
		lo = hi - len(strings.TrimLeft(text[lo:hi], cutset))
	}
	if hi < len(text) {
		hi = lo + len(strings.TrimRight(text[lo:hi], " \n"))
	}
	return lo, hi
}

// styled returns the spans of block i between two offsets of its text.
func (s *splitter) styled(i, lo, hi int) []Span {
	if lo >= hi {
		return nil
	}
	starts := s.spans[i]
	var spans []Span
	for j := sort.SearchInts(starts, lo+1) - 1; j < len(s.doc[i].Spans) && starts[j] < hi; j++ {
		sp := s.doc[i].Spans[j]
		sp.Text = sp.Text[max(lo-starts[j], 0):min(hi-starts[j], len(sp.Text))]
		if sp.Text != "" {
			spans = append(spans, sp)
		}
	}
	return spans
}
