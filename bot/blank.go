package bot

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Blank is a place in a text that somebody has still to fill in: what to put there, in two
// square brackets, "[[ціна підключення]]". Starter bases are full of them, and no customer
// may read one.
type Blank struct{ Start, End int } // in bytes

var (
	// escaped is what a backslash lets stand as it is.
	escaped = regexp.MustCompile(`\\[\[\]\\]`)
	// note is a link of which the words are a number in brackets.
	note = regexp.MustCompile(`\[\[\d{1,3}\]\]\(\s*<?[a-zA-Z][a-zA-Z+.-]*:[^\s\[\]]`)
)

// Blanks returns the blanks of the text, in their order. One bracket is no blank, nor is
// what LiteralBrackets leaves out; a blank of which the end was lost is one, to the end of
// the text. Signs that nobody sees part no brackets.
func Blanks(text string) (all []Blank) {
	seen, at := visibleOf(LiteralBrackets(text))
	ends := closings(seen)
	for from := 0; ; {
		next := strings.Index(seen[from:], "[[")
		if next < 0 {
			return all
		}
		start := from + next
		from = start + 1
		end := ends[start]
		if strings.HasPrefix(seen[start:], "[[[") || end > 0 && !strings.HasSuffix(seen[start:end], "]]") {
			continue // brackets within brackets
		}
		if end == 0 {
			end = len(seen)
		}
		from = end
		all = append(all, Blank{at[start], at[end-1] + 1})
	}
}

// LiteralBrackets returns the text, as long as it was, without the brackets that leave
// nothing to fill in: those behind a backslash, and the number of a note that is a link,
// [[1]](https://…).
func LiteralBrackets(text string) string {
	text = escaped.ReplaceAllString(text, "  ")
	return note.ReplaceAllStringFunc(text, func(found string) string {
		end := strings.Index(found, "]]") + len("]]")
		return strings.Repeat(" ", end) + found[end:]
	})
}

// visibleOf returns the text without signs that nobody sees, and where each of its bytes
// stands in the text.
func visibleOf(text string) (seen string, at []int) {
	var b strings.Builder
	for i, r := range text {
		if unicode.Is(unicode.Cf, r) {
			continue
		}
		n := 1
		if r != utf8.RuneError {
			n = utf8.RuneLen(r)
		}
		b.WriteString(text[i : i+n])
		for j := range n {
			at = append(at, i+j)
		}
	}
	return b.String(), at
}

// closings returns for every opening bracket where the text goes on behind its
// closing one; 0 where it has none.
func closings(text string) []int {
	ends := make([]int, len(text))
	var open []int
	for i := range len(text) {
		switch {
		case text[i] == '[':
			open = append(open, i)
		case text[i] == ']' && len(open) > 0:
			ends[open[len(open)-1]] = i + 1
			open = open[:len(open)-1]
		}
	}
	return ends
}
