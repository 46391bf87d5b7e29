package markup

import "strings"

// Read reads the text of a message: as it is where it is plain, else the Markdown
// subset. Whoever shows what will leave, and every channel, reads it here.
func Read(src string, plain bool) Doc {
	if plain {
		return Literal(src)
	}
	return Parse(src)
}

// Literal returns words as they are: no mark in them means anything, and every space
// and empty line stays.
func Literal(src string) Doc {
	src = strings.ToValidUTF8(src, "\uFFFD")
	src = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\uFFFD").Replace(src)
	var d Doc
	for begin, at := 0, 0; at <= len(src); at++ {
		if at < len(src) && !parts(src, at) {
			continue
		}
		if words := src[begin:at]; words != "" {
			d = append(d, Block{Spans: []Span{{Text: words}}})
		}
		begin = at + len("\n\n")
	}
	return d
}

// parts reports whether exactly one empty line stands at the place: that is what
// stands between two blocks.
func parts(s string, at int) bool {
	return strings.HasPrefix(s[at:], "\n\n") && at > 0 && s[at-1] != '\n' && at+2 < len(s) && s[at+2] != '\n'
}

// WithLines returns the document with a line for each of the words beneath: the
// labels of buttons that cannot be shown as such.
func (d Doc) WithLines(lines []string) Doc {
	all := d[:len(d):len(d)]
	for _, l := range lines {
		all = append(all, Block{Kind: Item, Marker: bullet, Spans: []Span{{Text: l}}})
	}
	return all
}
