package flows

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"visnyk/bot"
)

// Masked stands where something that tells of a person was taken out.
const Masked = "•••"

const (
	mostAsked = 300     // characters of a question that are kept
	mostRead  = 8 << 10 // bytes of it that are looked at
	// fewestInRow digits may be a passport, a contract, a phone within a town; a
	// tax id, a card and an account have more. A price, a speed, a year, a time
	// of day and a number of a house have fewer. What has as many and is plainly
	// no such number (see plainFigures) stays.
	fewestInRow = 6
	// mostBetween signs may stand between two digits of one number: "(067) 123".
	// Spaces around signs that are no letters do not count: "067 - 123".
	mostBetween = 2
	// longestSeries is of the letters that belong to a number: "КА123456", "UA21…".
	longestSeries = 3
)

// Mask makes the words of a person safe to keep, and to be seen by others: one
// line of at most 300 characters, without addresses and without the numbers that
// people are found by. Names it cannot know.
func Mask(text string) string {
	whole := len(text) <= mostRead
	if !whole { // without the word that the cut parts
		text = text[:strings.LastIndexAny(text[:mostRead], " \n")+1]
	}
	text = maskNumbers(maskAddresses(oneLine(text)))
	if !whole || utf8.RuneCountInString(text) > mostAsked {
		runes := []rune(text)
		// The cut may have parted a sum from its "грн".
		text = maskNumbers(strings.TrimRight(string(runes[:min(len(runes), mostAsked-1)]), " ")) + "…"
	}
	return text
}

// oneLine returns the text in one line, without what cannot be seen or only stands
// over another sign: between two digits it would hide that they are one number.
func oneLine(text string) string {
	if !strings.ContainsFunc(text, dressed) {
		return bot.InLine(text)
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
	// Composed, the letters й and ї have no mark of their own.
	text = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Mn, unicode.Me) {
			return -1
		}
		return r
	}, norm.NFC.String(text))
	return bot.InLine(text)
}

// dressed reports whether r may be a sign that cannot be seen or stands over another:
// what our customers write in has none.
func dressed(r rune) bool {
	return (r < ' ' || r >= unicode.MaxASCII) && (r < 'Ѐ' || r > 'џ') && r != 'ґ' && r != 'Ґ' && r != '’' && r != '«' && r != '»' && r != '—'
}

// maskNumbers takes out every run of at least fewestInRow digits of any script
// with no more than mostBetween other signs between two of them.
func maskNumbers(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool {
		return bot.Everyday(r) && '0' <= r && r <= '9' || !bot.Everyday(r) && unicode.IsNumber(r)
	}) {
		return text
	}
	signs := []rune(text)
	var out strings.Builder
	done := 0 // up to here it is in out
	for i := 0; i < len(signs); i++ {
		if !isDigit(signs, i) {
			continue
		}
		end, digits := runFrom(signs, i)
		if digits >= fewestInRow && !plainFigures(string(signs[i:end]), string(signs[end:])) {
			out.WriteString(string(signs[done:max(done, seriesBefore(signs, i))]))
			out.WriteString(Masked)
			done = end
		}
		i = end - 1
	}
	out.WriteString(string(signs[done:]))
	return out.String()
}

// runFrom returns the end of the run of digits that begins at i, and how many they are.
func runFrom(signs []rune, i int) (end, digits int) {
	between, letters := 0, false // since the last digit
	for spaces := 0; i < len(signs); i++ {
		if isDigit(signs, i) {
			digits++
			end, between, spaces, letters = i+1, 0, 0, false
			continue
		}
		between++
		letters = letters || unicode.IsLetter(signs[i])
		if signs[i] == ' ' {
			spaces++
		}
		if counted := between - spaces; counted > mostBetween || between > mostBetween && letters {
			break
		}
	}
	return end, digits
}

// isDigit reports whether a digit stands at i: of any script, in a circle too, or a
// letter O beside one, which is read as a nought.
func isDigit(signs []rune, i int) bool {
	number := func(i int) bool {
		switch {
		case i < 0 || i >= len(signs):
			return false
		case bot.Everyday(signs[i]):
			return '0' <= signs[i] && signs[i] <= '9'
		}
		return unicode.In(signs[i], unicode.Nd, unicode.No)
	}
	switch signs[i] {
	case 'O', 'o', 'О', 'о': // Latin and Cyrillic
		return number(i-1) || number(i+1)
	}
	return number(i)
}

// seriesBefore returns where the number that begins at i begins with what belongs
// to it: a plus, a bracket, a short word of letters.
func seriesBefore(signs []rune, i int) int {
	for i > 0 && (signs[i-1] == '+' || signs[i-1] == '(') {
		i--
	}
	from := i
	for from > 0 && unicode.IsLetter(signs[from-1]) {
		from--
	}
	if i-from <= longestSeries {
		return from
	}
	return i
}

// What is plainly no number of a person: dates, times and years, alone or as a
// span; and what is counted, by its unit. Years are those around now: a date of
// birth is another matter.
const (
	aDay    = `(?:0?[1-9]|[12]\d|3[01])`
	aMonth  = `(?:0?[1-9]|1[0-2])`
	aYear   = `20[2-4]\d`
	aMoment = `(?:` + aDay + `[./-]` + aMonth + `[./-]` + aYear +
		`|` + aDay + `[./]` + aMonth + `[./][2-4]\d` +
		`|` + aYear + `[./-]` + aMonth + `[./-]` + aDay +
		`|` + aMonth + `[./]` + aYear +
		`|` + aYear +
		`|(?:[01]?\d|2[0-4])(?::[0-5]\d|\.[0-5]0))`
	aSum = `[1-9](?:\d{0,2}(?: \d{3}){1,2}|\d{0,5})(?:[.,]\d{1,2})?`
)

var (
	moments = regexp.MustCompile(`^` + aMoment + `(?: ?[-–—/,; ] ?` + aMoment + `){0,3}$`)
	sums    = regexp.MustCompile(`^` + aSum + `(?: ?[-–—/хx×] ?` + aSum + `)?$`)
	units   = regexp.MustCompile(`(?i)^ ?(?:(?:грн|гривень|гривен|гривн[іиюя]|uah|usd|eur|дол|долар\p{L}*|доллар\p{L}*|євро|евро|коп|тис|тыс|млн` +
		`|[кмгkmg](?:біт|бит|bit|bps)|[мгтmgt][бb]|км|хв|мин)(?:\PL|$)|[₴$€%])`)
)

// plainFigures reports whether a run of digits, with what comes after it, is
// plainly a date, a time, a sum or a speed.
func plainFigures(run, after string) bool {
	return moments.MatchString(run) || sums.MatchString(run) && units.MatchString(after)
}
