package main

import "strings"

// token is a word of the declarations, with the comment that stands before it.
type token struct {
	text string
	doc  string
	line int
}

func tokens(src string) []token {
	var all []token
	doc, line := "", 1
	for src != "" {
		s := src[:lexeme(src)]
		src = src[len(s):]
		switch {
		case strings.HasPrefix(s, "/*"):
			doc = s
		case strings.HasPrefix(s, "//"), isSpace(s[0]):
		default:
			all = append(all, token{s, doc, line})
			doc = ""
		}
		line += strings.Count(s, "\n")
	}
	return all
}

// lexeme returns the length of the first comment, string, name, number, sign or
// space of the source, which is not empty.
func lexeme(src string) int {
	switch {
	case strings.HasPrefix(src, "/*"):
		return through(src, 2, "*/")
	case strings.HasPrefix(src, "//"):
		return through(src, 2, "\n")
	case src[0] == '"':
		return through(src, 1, `"`) // no word of an API has a quote in it
	}
	for _, kind := range []func(byte) bool{isSpace, isName} {
		n := 0
		for n < len(src) && kind(src[n]) {
			n++
		}
		if n > 0 {
			return n
		}
	}
	return 1
}

// through returns where the first such end behind the beginning is over.
func through(src string, from int, end string) int {
	if at := strings.Index(src[from:], end); at >= 0 {
		return from + at + len(end)
	}
	return len(src)
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }

// isName reports whether b may stand in a name or a number. A name has dots where
// it is another file's.
func isName(b byte) bool {
	return isLetter(b) || b >= '0' && b <= '9' || b == '_' || b == '$' || b == '.'
}

func isLetter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }
