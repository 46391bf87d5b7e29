package bot

import "unicode/utf8"

// shortLabel is how long a label may be, in characters, for two buttons to have
// room beside each other on a phone.
const shortLabel = 16

// Paired returns the rows as a phone has room for them: of rows that hold one
// short button each, two neighbours share one. Every other row stays as it is.
func Paired(rows [][]Button) [][]Button {
	var paired [][]Button
	open := false // the last row waits for a neighbour
	for _, row := range rows {
		short := len(row) == 1 && !row[0].Phone && utf8.RuneCountInString(row[0].Label) <= shortLabel
		if short && open {
			last := len(paired) - 1
			paired[last] = []Button{paired[last][0], row[0]}
			open = false
			continue
		}
		paired = append(paired, row)
		open = short
	}
	return paired
}
