package flows

import (
	"regexp"
	"strconv"
	"strings"
)

// writtenDate is a day in figures, «14.12» or «14/12/2026»: two digits of a month, so
// that hours and addresses are none.
var writtenDate = regexp.MustCompile(`(^|[^\d.,:/])([0-3]?\d)[./]([01]\d)(?:[./]((?:20)?\d\d))?([^\d.,:/]|[.,]\D|[.,]?$)`)

// datesInWords returns the text with the month of a day in figures as a word.
func datesInWords(text string) string {
	if !strings.ContainsAny(text, "./") {
		return text
	}
	return writtenDate.ReplaceAllStringFunc(text, func(found string) string {
		part := writtenDate.FindStringSubmatch(found)
		day, month := part[2], part[3]
		if d, m := number(day), number(month); d < 1 || d > 31 || m < 1 || m > 12 {
			return found
		}
		name, _, _ := strings.Cut(monthNames[number(month)].list, " ")
		year := part[4]
		if len(year) == 2 {
			year = "20" + year
		}
		return part[1] + day + " " + name + " " + year + part[5]
	})
}

// number reads digits.
func number(digits string) int {
	n, _ := strconv.Atoi(digits) // they are digits
	return n
}

// numeral is what one number is called.
type numeral struct {
	*forms
	list string
}

func numerals(lists ...string) (all []numeral) {
	for _, l := range lists {
		all = append(all, numeral{of(l), l})
	}
	return all
}

// indexOf returns the place of what the word names.
func indexOf(list []numeral, w word) (int, bool) {
	for i, one := range list {
		if one.has(w) {
			return i, true
		}
	}
	return 0, false
}

// dayOfMonth reads the number of a day that the words begin with, and how many of them
// say it: «14», «14-го», «14 числа», «чотирнадцятого», «тридцять першого». bare is of a
// number that may be an hour as well.
func dayOfMonth(words []word) (day, n int, bare bool) {
	digits, ended := strings.CutSuffix(words[0].text, "го")
	day, err := strconv.Atoi(digits)
	switch d, named := indexOf(dayNames, words[0]); {
	case err == nil:
		n, bare = 1, !ended && day <= 24
	case named:
		day, n = d, 1
	case len(words) > 1:
		t, ok := indexOf(tens, words[0])
		if d, named := indexOf(dayNames, words[1]); ok && named && d < 10 {
			day, n = 10*t+d, 2
		}
	}
	if day < 1 || day > 31 {
		return 0, 0, false
	}
	if n < len(words) && ofMonth.has(words[n]) {
		return day, n + 1, false
	}
	return day, n, bare
}

var (
	// monthNames are the months from the first on, behind a day, and dayNames the days of
	// one, in the genitive: an hour is of the other gender, or another case.
	monthNames = numerals("", "січня января", "лютого февраля", "березня марта", "квітня апреля", "травня мая", "червня июня", "липня июля", "серпня августа",
		"вересня сентября", "жовтня октября", "листопада ноября", "грудня декабря")
	weekdays = numerals("неділі воскресенья воскресения", "понеділка понедельника", "вівторка вторника", "середи среды", "четверга", "пятниці пятницы", "суботи субботы")
	fewOf    = numerals("", "один одну одна", "два дві две двох двух пару", "три трьох трех", "чотири четыре", "пять", "шість шесть", "сім семь", "вісім восемь", "девять", "десять")
	dayNames = numerals("", "першого первого", "другого второго", "третього третьего", "четвертого", "пятого", "шостого шестого", "сьомого седьмого", "восьмого", "девятого",
		"десятого", "одинадцятого одиннадцатого", "дванадцятого двенадцатого", "тринадцятого тринадцатого", "чотирнадцятого четырнадцатого", "пятнадцятого пятнадцатого",
		"шістнадцятого шестнадцатого", "сімнадцятого семнадцатого", "вісімнадцятого восемнадцатого", "девятнадцятого девятнадцатого", "двадцятого двадцатого")
	tens = numerals("", "", "двадцять двадцать", "тридцять тридцать")

	dayLong       = of(`день дні днів дня дней добу сутки`)
	weekLong      = of(`тиждень тижня тижні тижнів неделю недельку недели недель`)
	monthLong     = of(`місяць місяця місяці місяців месяц месяца месяцев`)
	yearLong      = of(`рік року год года`)
	endOf         = of(`кінця конца`)
	nextOf        = of(`наступного наступної следующего следующей нового`)
	halfway       = of(`середини середины свят праздников різдва рождества великодня пасхи числа вихідних выходных відпустки отпуска канікул каникул`)
	ofMonth       = of(`го числа`)
	tomorrow      = of(`завтра`)
	afterTomorrow = of(`післязавтра послезавтра`)
)
