package console

import "visnyk/locales"

// Grouped writes a number as people do: 4 218.
func Grouped(n int) string { return locales.Number(n) }

// IfTold writes a number that messengers tell; of one that does not, nobody knows.
func IfTold(n int, tells bool) string {
	if n == 0 && !tells {
		return "—"
	}
	return Grouped(n)
}
