package markup

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/util"
)

// verbatimKey is where a parse keeps which runs of marks are no emphasis: where
// each begins in the source.
var verbatimKey = parser.NewContextKey()

var (
	// address is what a messenger makes a link of, or a person reads as one: with
	// a scheme, of a mailbox, of a site with a path, a @name and a #tag.
	address = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]*://[^\s<>]+|\b(?:mailto|tel):[^\s<>]+|\bwww\.[^\s<>]+` +
		`|[\pL\pN._%+-]+@[\pL\pN-]+(?:\.[\pL\pN-]+)+|\b[\pL\pN-]+(?:\.[\pL\pN-]+)+[/?#:][^\s<>]*` +
		`|[@#][\pL_][\pL\pN_]*`)
	// dialled is what is typed into a phone, a sum or another row of digits.
	dialled = regexp.MustCompile(`^(?:[*#]\+?\d[\d*#+]*|[\d*#+]*\d[*#]+\+?\d[\d*#+]*|[\d*#+]*\d[\d*#+]*#|\*#\d+)$`)
	// numbered is the beginning of what a store or a factory numbers.
	numbered = regexp.MustCompile(`^[A-Za-z0-9][\w-]*[_-]\*+[\w-]`)
	// identifier is a name that a program knows.
	identifier = regexp.MustCompile(`^[\w./:()-]*(?:__|\d|[A-Za-z]_[A-Za-z])[\w./:()-]*$`)
)

// verbatims finds the marks that are part of addresses, numbers and codes.
func verbatims(src string) map[int]bool {
	if !strings.ContainsAny(src, "*_~") {
		return nil
	}
	v := verbatim{}
	src = masked(src)
	begin := 0
	for i, r := range src + " " {
		if !unicode.IsSpace(r) {
			continue
		}
		if word := src[begin:i]; strings.ContainsAny(word, "*_~") {
			v.word(word, begin, src[min(i, len(src)):])
		}
		begin = i + utf8.RuneLen(r)
	}
	return v
}

// Addresses returns where the addresses in a line of text are, in bytes: of sites,
// mailboxes and people.
func Addresses(line string) (all [][2]int) {
	for _, m := range address.FindAllStringIndex(line, -1) {
		all = append(all, [2]int{m[0], addressEnd(line, m[0], m[1])})
	}
	return all
}

// masked makes letters of what is escaped: it is not looked at.
func masked(src string) string {
	if !strings.Contains(src, `\`) {
		return src
	}
	b := []byte(src)
	for i := 0; i+1 < len(b); i++ {
		if b[i] == '\\' && util.IsPunct(b[i+1]) {
			b[i], b[i+1] = 'a', 'a'
			i++
		}
	}
	return string(b)
}

// verbatim holds where the runs of marks begin that mean nothing.
type verbatim map[int]bool

// word looks at what stands between two spaces, with the rest of the text behind it.
func (v verbatim) word(word string, at int, rest string) {
	for _, m := range address.FindAllStringIndex(word, -1) {
		v.runs(word, m[0], addressEnd(word, m[0], m[1]), at, "*_~")
	}
	core := strings.TrimLeft(word, "([{«„“\"'")
	at += len(word) - len(core)
	core = strings.TrimRight(core, ")]}»”\"'.,;:!?…")
	inner, shift := unwrapped(core, rest)
	switch {
	case dialled.MatchString(inner), numbered.MatchString(inner):
		v.runs(inner, 0, len(inner), at+shift, "*_~")
	case identifier.MatchString(inner):
		v.runs(inner, 0, len(inner), at+shift, "_")
	}
}

// unwrapped takes the double marks off that stand around a code, at its end where the
// bold words before it end, or at its beginning where those behind it end in the rest,
// and tells how much at the beginning.
func unwrapped(s, rest string) (inner string, shift int) {
	for _, mark := range []string{"**", "~~"} {
		in, ends := strings.CutSuffix(s, mark)
		bare, begins := strings.CutPrefix(in, mark)
		switch {
		case ends && begins && bare != "":
			return bare, len(mark)
		case ends && in != "":
			return in, 0
		case begins && !ends && bare != "" && closed(rest, mark):
			return bare, len(mark)
		}
	}
	return s, 0
}

// closed reports whether words end with the mark in the text.
func closed(text, mark string) bool {
	for at := 0; ; at++ {
		i := strings.Index(text[at:], mark)
		if i < 0 {
			return false
		}
		if at += i; at > 0 && text[at-1] != ' ' && text[at-1] != '\n' {
			return true
		}
	}
}

// addressEnd returns where the address ends: marks behind it that close what was
// opened before are not its own.
func addressEnd(word string, from, to int) int {
	address := word[from:to]
	ends := strings.TrimRight(address, ").,;:!?»”\"'…")
	bare := ends
	if ends != "" && strings.IndexByte("*_~", ends[len(ends)-1]) >= 0 {
		bare = strings.TrimRight(ends, ends[len(ends)-1:])
	}
	marks := ends[len(bare):]
	switch {
	case marks == "":
		return to
	case from > 0 && strings.HasSuffix(word[:from], marks), len(marks) > 1 && marks[0] != '_':
		return from + len(bare)
	case marks == "*" && strings.Count(bare, marks)%2 == 0 && bare != "" && !strings.ContainsRune("/=?&.", rune(bare[len(bare)-1])):
		return from + len(bare)
	}
	return to
}

// runs notes the runs of the marks between two places of s, which begins at.
func (v verbatim) runs(s string, from, to, at int, marks string) {
	for i := from; i < to; i++ {
		if strings.IndexByte(marks, s[i]) < 0 {
			continue
		}
		v[at+i] = true
		for i+1 < to && s[i+1] == s[i] {
			i++
		}
	}
}
