package markup

import "strings"

// Parsing takes quadratic time where thousands of marks stand in one paragraph
// or hundreds of quotes and lists stand inside each other. No text for people
// does that, so such a stretch is taken as literal.
const (
	maxMarks = 1000 // in lines without an empty one, a heading or an item between them
	maxNest  = 32   // containers opened by one line
)

// tame makes the hopeless stretches of src literal.
func tame(src string) string {
	if len(src) <= maxNest {
		return src
	}
	var out strings.Builder
	out.Grow(len(src))
	run, marks := 0, 0 // where the stretch begins, and its marks
	flush := func(to int) {
		if marks > maxMarks {
			out.WriteString(Escape(src[run:to]))
		} else {
			out.WriteString(src[run:to])
		}
		run, marks = to, 0
	}
	for at := 0; at < len(src); {
		end := len(src)
		if i := strings.IndexByte(src[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		line := src[at:end]
		if own := strings.TrimLeft(line, " "); own == "" || strings.ContainsAny(own[:1], "\n#-+") {
			flush(at)
		}
		marks += countMarks(line)
		if countNest(line) > maxNest {
			marks = maxMarks + 1
		}
		at = end
	}
	flush(len(src))
	return out.String()
}

// countMarks counts what may begin or end a style or a link.
func countMarks(line string) int {
	n := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '[', '*', '_', '~':
			n++
		}
	}
	return n
}

// countNest counts the quotes and lists that the line may open.
func countNest(line string) int {
	n := 0
	for i := 0; i+1 < len(line); i++ {
		switch c := line[i]; {
		case c == '>', strings.IndexByte("-+*.)", c) >= 0 && line[i+1] == ' ':
			n++
		case strings.IndexByte(" 0123456789", c) < 0:
			return n
		}
	}
	return n
}
