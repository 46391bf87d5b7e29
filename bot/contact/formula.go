package contact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A spreadsheet runs a cell that begins with one of the signs, and where a cell
// begins depends on the country: ours separates by commas, and a Ukrainian or
// Russian Excel that opens our file by semicolons, so that what stands behind one
// in the middle of a cell begins a cell there. A line break in a cell that is not
// quoted for that reader does the same.
const (
	separators = ",;\t\r\n"
	signs      = "=+-@\t\r＝＋－＠" // Excel reads the wide ones as the others
)

// formula reports whether a spreadsheet would take what begins here for a formula.
// Some drop spaces, quotes and what nobody sees in front of it.
func formula(rest string) bool {
	rest = strings.TrimLeftFunc(rest, func(c rune) bool {
		return c == '\'' || c == '"' || unicode.Is(unicode.Cf, c) || unicode.IsSpace(c) && !strings.ContainsRune(separators, c)
	})
	c, _ := utf8.DecodeRuneInString(rest)
	return rest != "" && strings.ContainsRune(signs, c)
}

// guarded keeps every spreadsheet from running a cell that somebody else wrote:
// an apostrophe stands before each piece of it that may be a formula, and before
// what looks like a number that a spreadsheet has shortened.
func guarded(cell string) string {
	if numberAsShown(strings.TrimLeft(cell, "'")) && !formula(cell) {
		return "'" + cell
	}
	return eachPiece(cell, func(rest string) (put string, skip int) {
		if formula(rest) {
			put = "'"
		}
		return put, 0
	})
}

// Guarded keeps spreadsheets from running the cells of a row that is written elsewhere.
func Guarded(cells []string) []string { return guard(cells) }

// unguarded returns what was in the cell.
func unguarded(cell string) string {
	if !strings.Contains(cell, "'") {
		return cell // as nearly all are
	}
	if after, ok := strings.CutPrefix(cell, "'"); ok && numberAsShown(strings.TrimLeft(after, "'")) && !formula(after) {
		return after
	}
	return eachPiece(cell, func(rest string) (put string, skip int) {
		if after, ok := strings.CutPrefix(rest, "'"); ok && formula(after) {
			skip = 1
		}
		return "", skip
	})
}

// eachPiece writes the cell anew: where a piece begins, f sees the rest of the
// cell, and says what is put there and how many bytes are left out.
func eachPiece(cell string, f func(rest string) (put string, skip int)) string {
	var b strings.Builder
	for begins := 0; ; {
		put, skip := f(cell[begins:])
		b.WriteString(put)
		rest := cell[begins+skip:]
		n := strings.IndexAny(rest, separators)
		if n < 0 {
			b.WriteString(rest)
			return b.String()
		}
		b.WriteString(rest[:n+1])
		begins += skip + n + 1
	}
}

// shortenedNumber is how spreadsheets and programs show a long number: 3,80501E+11.
// One without a sign has a decimal part, for 12E5 may be a contract's.
var shortenedNumber = regexp.MustCompile(`^=?[+-]?\d+(?:[.,]\d+[eEеЕ][+-]?\d{1,3}|[eEеЕ][+-]\d{1,3})$`)

// noValue is what spreadsheets write where a formula has no value, in the
// languages of ours, and where a column is too narrow for it.
var noValue = regexp.MustCompile(`(?i)^#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|ERROR!|Н/Д|ССЫЛКА!|ЗНАЧ!|ИМЯ\?|ДЕЛ/0!|ЧИСЛО!|ПУСТО!` +
	`|ПОСИЛАННЯ!|ЗНАЧЕННЯ!|ІМ['’]?Я\?|ДІЛ/0!|ПЕРЕНОС!|##+)$`)

// groupedNumber is how spreadsheets show a number by thousands.
var groupedNumber = regexp.MustCompile(`^\d{1,3}(?:[,\x{a0}\x{2009}\x{202f}]\d{3})+$`)

// numberAsShown reports whether the cell is a number in a form that spreadsheets
// show, and not the digits that were written there, or what they show for none.
func numberAsShown(cell string) bool {
	return mayBeNumber(cell) && (shortenedNumber.MatchString(cell) || groupedNumber.MatchString(cell) || noValue.MatchString(cell))
}

// mayBeNumber spares nearly all cells the search for a number as it is shown.
func mayBeNumber(cell string) bool {
	return cell != "" && strings.IndexByte("0123456789+-=#", cell[0]) >= 0
}

// asText returns what stands in a cell of the form ="00123", by which programs keep
// a spreadsheet from making a number of it.
func asText(cell string) (string, bool) {
	inside, opened := strings.CutPrefix(cell, `="`)
	inside, closed := strings.CutSuffix(inside, `"`)
	if !opened || !closed || strings.Contains(strings.ReplaceAll(inside, `""`, ""), `"`) {
		return "", false
	}
	return strings.ReplaceAll(inside, `""`, `"`), true
}
