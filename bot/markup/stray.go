package markup

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// Stray returns the words of src with signs that seem to be meant for markup and are
// shown as they are, or seem to be words and are not shown: a mark without its pair,
// or with a space inside, and a backslash before a sign that needs none. Each word
// stands there once, in the order of src.
func Stray(src string) []string {
	tree, source := parsed(clean(src))
	kept := verbatims(string(source))
	var found []string
	_ = ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Kind() == ast.KindCodeSpan {
			return ast.WalkSkipChildren, nil
		}
		if t, ok := n.(*ast.Text); ok && entering {
			for _, at := range strays(source, t.Segment.Start, t.Segment.Stop, kept) {
				if w := wordAt(source, at); !slices.Contains(found, w) {
					found = append(found, w)
				}
			}
		}
		return ast.WalkContinue, nil
	})
	return found
}

// strays returns where such signs stand in a stretch of the source that is shown.
func strays(source []byte, from, to int, kept map[int]bool) (found []int) {
	for i := from; i < to; i++ {
		switch c := source[i]; {
		case c == '\\' && i+1 < to && util.IsPunct(source[i+1]):
			if strings.IndexByte("*_~`[]<>{}#+-.)!\\", source[i+1]) < 0 {
				found = append(found, i)
			}
			i++
		case c == '*' || c == '_' || c == '~':
			end := i + 1
			for end < len(source) && source[end] == c {
				end++
			}
			opens, closes := borders(source, i, end-i)
			if width := end - i; !kept[i] && width <= 3 && (opens || closes || width > 1) && (c != '~' || width == 2) {
				found = append(found, i)
			}
			i = end - 1
		}
	}
	return found
}

// wordAt returns the word that a sign of the source stands in.
func wordAt(source []byte, at int) string {
	from, to := at, at+1
	for from > 0 && source[from-1] > ' ' {
		from--
	}
	for to < len(source) && source[to] > ' ' {
		to++
	}
	return excerpt(string(source[from:to]))
}
