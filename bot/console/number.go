package console

import "strconv"

// Grouped writes a number as people do: 4 218.
func Grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return s
}

// IfTold writes a number that messengers tell; of one that does not, nobody knows.
func IfTold(n int, tells bool) string {
	if n == 0 && !tells {
		return "—"
	}
	return Grouped(n)
}
