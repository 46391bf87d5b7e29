package clarity

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"visnyk/bot"
)

// figure is a sum, a date, an hour or another number that a text names.
type figure struct {
	code       Code
	key        string // the same for the same, however it is written
	year       string // of a date that names it
	start, end int
}

const numberSigns = `(\d{1,3}(?:[ \x{a0}\x{202f}]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)`

var (
	sums = regexp.MustCompile(`(?i)([₴$€])\s?` + numberSigns + `|` + numberSigns + `[\s\x{a0}\x{202f}]*(тис(?:\.|яч[аіу]?)?|тыс(?:\.|яч[аи]?)?|млн\.?|мільйон[ауів]*|миллион[аов]*|млрд\.?)?[\s\x{a0}\x{202f}]*` +
		`(грн|гривен|гривня|гривні|гривню|гривнею|гривны|гривна|гривну|гривен|гривень|₴|uah|копійк[аиу]|копійок|копейк[аиу]|копеек|коп|євро|евро|€|eur|\$|usd|долар[аів]*|доллар[аов]*|%|відсот[а-яіїє]*|процент[а-я]*)`)
	monthNames = `січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря`
	dates      = regexp.MustCompile(`(?i)(\d{1,2})(?:-?(?:го|е|ге|те))?(?:\s*(?:до|по|та|і|й|и|–|—|-|,)\s*(\d{1,2})(?:-?(?:го|е))?)?[\s\x{a0}]+(` + monthNames + `)(?:[\s\x{a0}]+(\d{4}))?`)
	dotted     = regexp.MustCompile(`\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b|\b(\d{4})-(\d{2})-(\d{2})\b`)
	ofMonth    = regexp.MustCompile(`(?i)(\d{1,2})(?:-?(?:го|е))?[\s\x{a0}]+(?:числа|число)`)
	hours      = regexp.MustCompile(`(?i)\b(\d{1,2}):(\d{2})\b|\b(\d{1,2})\.(\d{2})[\s\x{a0}]+(?:ранку|вечора|утра|вечера|дня|ночі|ночи|год)`)
	numbers    = regexp.MustCompile(numberSigns)
)

// figuresOf finds what a text names.
func figuresOf(text string) (all []figure) {
	left := []byte(address.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat(" ", len(s)) }))
	take := func(kind *regexp.Regexp, read func(m []string) (c Code, keys []string, year string)) {
		plain := string(left)
		for _, at := range kind.FindAllStringSubmatchIndex(plain, -1) {
			m := make([]string, len(at)/2)
			for i := range m {
				if at[2*i] >= 0 {
					m[i] = plain[at[2*i]:at[2*i+1]]
				}
			}
			c, keys, year := read(m)
			for _, key := range keys {
				all = append(all, figure{c, key, year, at[0], at[1]})
			}
			for i := at[0]; i < at[1]; i++ {
				left[i] = ' '
			}
		}
	}
	take(dotted, readDotted)
	take(dates, readDate)
	take(ofMonth, func(m []string) (Code, []string, string) { return Date, []string{"day " + trimZero(m[1])}, "" })
	take(hours, func(m []string) (Code, []string, string) {
		return Date, []string{trimZero(m[1]+m[3]) + ":" + m[2] + m[4]}, ""
	})
	take(sums, readSum)
	take(numbers, func(m []string) (Code, []string, string) { return Number, []string{decimal(m[1], 1)}, "" })
	return all
}

func readDotted(m []string) (Code, []string, string) {
	if m[4] != "" {
		return Date, []string{trimZero(m[6]) + "." + trimZero(m[5])}, m[4]
	}
	return Date, []string{trimZero(m[1]) + "." + trimZero(m[2])}, m[3]
}

func readDate(m []string) (Code, []string, string) {
	month := slices.Index(strings.Split(monthNames, "|"), strings.ToLower(m[3]))%12 + 1
	keys := []string{fmt.Sprintf("%s.%d", trimZero(m[1]), month)}
	if m[2] != "" {
		keys = append(keys, fmt.Sprintf("%s.%d", trimZero(m[2]), month))
	}
	return Date, keys, m[4]
}

func readSum(m []string) (Code, []string, string) {
	number, unit := m[3], strings.ToLower(m[5])
	if m[1] != "" {
		number, unit = m[2], m[1]
	}
	times := 1.0
	switch scale := strings.ToLower(m[4]); {
	case strings.HasPrefix(scale, "т"):
		times = 1e3
	case strings.HasPrefix(scale, "млрд"):
		times = 1e9
	case scale != "":
		times = 1e6
	}
	for _, u := range []struct{ begins, is string }{
		{"гр", "грн"},
		{"₴", "грн"},
		{"uah", "грн"},
		{"коп", "коп"},
		{"є", "€"},
		{"е", "€"},
		{"€", "€"},
		{"eur", "€"},
		{"д", "$"},
		{"$", "$"},
		{"usd", "$"},
		{"%", "%"},
		{"від", "%"},
		{"про", "%"},
	} {
		if strings.HasPrefix(unit, u.begins) {
			unit = u.is
			break
		}
	}
	return Sum, []string{decimal(number, times) + " " + unit}, ""
}

func trimZero(s string) string {
	if s = strings.TrimLeft(s, "0"); s == "" {
		return "0"
	}
	return s
}

// decimal writes a number in one form.
func decimal(s string, times float64) string {
	s = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".").Replace(s)
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	return strconv.FormatFloat(n*times, 'f', -1, 64)
}

// days returns the dates that a text names.
func days(text string) []string { return dates.FindAllString(text, -1) }

func (f figure) same(other figure) bool {
	return f.code == other.code && f.key == other.key && (f.year == other.year || f.year == "" || other.year == "")
}

// figures finds what one language names and the other does not. One that is named twice
// here and once there is named.
func (t Text) figures() (all []Finding) {
	uk, ru := figuresOf(t.Words.UK), figuresOf(t.Words.RU)
	lacking := func(l bot.Language, has, other []figure, text string) {
		var told []string
		for _, f := range other {
			if !slices.ContainsFunc(has, f.same) && !slices.Contains(told, f.key) {
				told = append(told, f.key)
				all = append(all, Finding{Code: f.code, Reason: Missing, Language: l, Words: text[f.start:f.end]})
			}
		}
	}
	lacking(bot.Ukrainian, uk, ru, t.Words.RU)
	lacking(bot.Russian, ru, uk, t.Words.UK)
	return all
}

// unsaid finds that no text names the day from which on it is so, or what it costs.
func (s Sheet) unsaid() (all []Finding) {
	for _, l := range bot.Languages() {
		if f := s.first(func(t Text) bool { return t.Names }); f != "" && !s.From.IsZero() && !s.names(l, func(t Text) bool { return t.Names }, func(f figure) bool { return f.on(s.From) }) {
			all = append(all, Finding{Code: Date, Reason: Unsaid, Field: f, Language: l, Words: s.From.Format("02.01.2006")})
		}
		isSum := func(f figure) bool { return f.code == Sum }
		if f := s.first(func(t Text) bool { return t.Prices }); f != "" && s.Price && !s.names(l, func(t Text) bool { return t.Prices }, isSum) {
			all = append(all, Finding{Code: Sum, Reason: Unsaid, Field: f, Language: l})
		}
	}
	return all
}

// first is the last field of those that are written: the fullest.
func (s Sheet) first(is func(Text) bool) (field string) {
	for _, t := range s.Texts {
		if is(t) && strings.TrimSpace(t.Words.UK+t.Words.RU) != "" {
			field = t.Field
		}
	}
	return field
}

// names reports whether one of those texts names such a figure, or nothing of it is
// written yet.
func (s Sheet) names(l bot.Language, is func(Text) bool, such func(figure) bool) bool {
	written := false
	for _, t := range s.Texts {
		if words := t.Words.In(l); is(t) && strings.TrimSpace(words) != "" {
			written = true
			if slices.ContainsFunc(figuresOf(words), such) {
				return true
			}
		}
	}
	return !written
}
