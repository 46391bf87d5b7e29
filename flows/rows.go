package flows

import (
	"unicode/utf8"

	"visnyk/bot"
)

// shortLabel is how many characters of a label half the width of a phone shows.
const shortLabel = 16

// Paired returns the rows as a phone shows them best: where two neighbours have one
// short button each they share a row, and more of what is said above stays in sight.
// made are the buttons as the person reads them, one after the other, of which the rows are
// made up. The things of a list keep a row each.
func Paired(rows [][]Button, made []bot.Button) [][]bot.Button {
	paired := make([][]bot.Button, 0, len(rows))
	open := false    // the last row has room
	from, to := 0, 0 // of made, where the last row stands
	for _, row := range rows {
		short := len(row) == 1 && row[0].pairs() && utf8.RuneCountInString(made[to].Label) <= shortLabel
		if short && open {
			to++
			paired[len(paired)-1], open = made[from:to:to], false
			continue
		}
		from, to, open = to, to+len(row), short
		paired = append(paired, made[from:to:to])
	}
	return paired
}

// pairs reports whether the button may share its row: content and whatever is named
// by a value is one of a list, and so is what says so of itself.
func (b Button) pairs() bool { return b.Label.Key != "" && len(b.Label.Data) == 0 && !b.Listed }
