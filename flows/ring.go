package flows

import "unicode"

// ringing are the verbs that ask for a call by telephone, and numbered is how many digits
// a number has at least that can be called.
var ringing = of(`подзвоніть передзвоніть дзвоніть зателефонуйте перетелефонуйте наберіть подзвони передзвони
	позвоните перезвоните наберите позвони перезвони perezvonite pozvonite peredzvonit`)

const numbered = 7

// AsksForCall reports whether the text asks to be called by telephone, and whether a
// number to call stands in it.
func AsksForCall(text string) (asks, number bool) {
	text = beginning(text, aloudText)
	before := word{}
	for _, w := range spell(text) {
		asks = asks || ringing.has(w) && !refusal.has(before)
		before = w
	}
	digits := 0
	for _, r := range text {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return asks, digits >= numbered
}
