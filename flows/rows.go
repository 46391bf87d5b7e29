package flows

import "unicode/utf8"

// shortLabel is how many characters of a label half the width of a phone shows.
const shortLabel = 16

// Paired returns the rows as a phone shows them best: where two neighbours have one
// short button each they share a row, and more of what is said above stays in sight.
// words gives a label as the person reads it. The things of a list keep a row each.
func Paired(rows [][]Button, words func(Text) (string, error)) ([][]Button, error) {
	var paired [][]Button
	open := false // the last row has room
	for _, row := range rows {
		short := len(row) == 1 && row[0].pairs()
		if short {
			label, err := words(row[0].Label)
			if err != nil {
				return nil, err
			}
			short = utf8.RuneCountInString(label) <= shortLabel
		}
		if short && open {
			last := len(paired) - 1
			paired[last], open = []Button{paired[last][0], row[0]}, false
			continue
		}
		paired, open = append(paired, row), short
	}
	return paired, nil
}

// pairs reports whether the button may share its row: content and whatever is named
// by a value is one of a list, and so is what says so of itself.
func (b Button) pairs() bool { return b.Label.Key != "" && len(b.Label.Data) == 0 && !b.Listed }
