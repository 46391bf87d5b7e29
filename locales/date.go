package locales

import (
	"fmt"
	"strings"
	"time"

	"visnyk/bot"
)

// calendar is how a language writes dates.
type calendar struct {
	days            [7]string
	on              [7]string  // after a verb: on that day
	months          [12]string // in the genitive, as after a day
	year            string
	today, tomorrow string
}

var calendars = map[bot.Language]calendar{
	bot.Ukrainian: {
		days: [7]string{"нд", "пн", "вт", "ср", "чт", "пт", "сб"},
		on:   [7]string{"в неділю", "в понеділок", "у вівторок", "в середу", "в четвер", "в п’ятницю", "в суботу"},
		months: [12]string{
			"січня", "лютого", "березня", "квітня", "травня", "червня",
			"липня", "серпня", "вересня", "жовтня", "листопада", "грудня",
		},
		year: "року", today: "сьогодні", tomorrow: "завтра",
	},
	bot.Russian: {
		days: [7]string{"вс", "пн", "вт", "ср", "чт", "пт", "сб"},
		on:   [7]string{"в воскресенье", "в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу"},
		months: [12]string{
			"января", "февраля", "марта", "апреля", "мая", "июня",
			"июля", "августа", "сентября", "октября", "ноября", "декабря",
		},
		year: "года", today: "сегодня", tomorrow: "завтра",
	},
}

// Date writes a moment as people do: «вт, 24 листопада, 14:05». Like all of
// this file it takes t as it is: bring it into the reader's zone first.
func Date(l bot.Language, t time.Time) string {
	return weekday(l, t) + ", " + clock(t)
}

// Day writes a day alone: «вт, 24 листопада», with the year if it is not that of now.
func Day(l bot.Language, t, now time.Time) string {
	if t.Year() == now.Year() {
		return weekday(l, t)
	}
	return fmt.Sprintf("%s %d %s", weekday(l, t), t.Year(), calendars[l].year)
}

// When writes a moment with its hour, but for the very midnight, by which people
// mean the day: «вт, 24 листопада, 14:05», «пт, 1 січня 2027 року».
func When(l bot.Language, t, now time.Time) string {
	if h, m, sec := t.Clock(); h == 0 && m == 0 && sec == 0 && t.Nanosecond() == 0 {
		return Day(l, t, now)
	}
	return Day(l, t, now) + ", " + clock(t)
}

// Dated writes a day with its year: «3 квітня 2026».
func Dated(l bot.Language, t time.Time) string { return fmt.Sprintf("%s %d", MonthDay(l, t), t.Year()) }

// Near writes a moment that is soon, so that it reads well after a verb:
// «сьогодні о 18:00», «завтра об 11:00», «у вівторок, 24 листопада, о 9:00».
func Near(l bot.Language, t, now time.Time) string {
	day := calendars[l].on[t.Weekday()] + ", " + MonthDay(l, t) + ","
	switch c := calendars[l]; {
	case sameDay(t, now):
		day = c.today
	case sameDay(t, now.AddDate(0, 0, 1)):
		day = c.tomorrow
	}
	return day + " " + at(l, t) + " " + clock(t)
}

// asOfYear is how far a day may be for people to name it without its year.
const asOfYear = 300 * 24 * time.Hour

// Since writes the day from which on something is, as people say it: «з 15 грудня»,
// «со 2 декабря»; with the year where it is far.
func Since(l bot.Language, t, now time.Time) string {
	from := "з "
	if l == bot.Russian {
		from = "с "
		if t.Day() == 2 { // «со второго»
			from = "со "
		}
	}
	if t.Sub(now).Abs() > asOfYear {
		return from + YearDay(l, t)
	}
	return from + MonthDay(l, t)
}

// Fact writes a moment that has to be true whenever it is read: the day with its year,
// and the hour where it is not a whole day: «1 січня 2027 року, 10:00».
func Fact(l bot.Language, t time.Time) string {
	if t.Hour() == 0 && t.Minute() == 0 {
		return YearDay(l, t)
	}
	return YearDay(l, t) + ", " + clock(t)
}

// Within writes a moment as it stands within a sentence, behind «з» or «до»: the hour, at
// midnight too, and the day, with the year if it is not that of now: «3:00 24 листопада».
func Within(l bot.Language, t, now time.Time) string {
	day := MonthDay(l, t)
	if t.Year() != now.Year() {
		day = YearDay(l, t)
	}
	return clock(t) + " " + day
}

// Till writes the moment at which something ends, as people say it: «до 14 грудня
// включно» where that is the midnight after it, else «до 14:00 15 грудня».
func Till(l bot.Language, t, now time.Time) string {
	within, last := "включно", t.AddDate(0, 0, -1)
	if l == bot.Russian {
		within = "включительно"
	}
	day := func(t time.Time) string {
		if t.Sub(now).Abs() > asOfYear {
			return YearDay(l, t)
		}
		return MonthDay(l, t)
	}
	if t.Hour() == 0 && t.Minute() == 0 {
		return "до " + day(last) + " " + within
	}
	return "до " + clock(t) + " " + day(t)
}

// Moment writes a time that is a value of a text. The name of the value tells
// the form: "…Day" a day alone, "…Date" a day within a sentence, "…Soon" a moment
// that is soon, "…Since" a day from which on something is, "…Till" when it ends, any
// other the whole date.
func Moment(l bot.Language, name string, t, now time.Time) string {
	switch {
	case strings.HasSuffix(name, "Day"):
		return Day(l, t, now)
	case strings.HasSuffix(name, "Date"):
		if t.Year() != now.Year() {
			return YearDay(l, t)
		}
		return MonthDay(l, t)
	case strings.HasSuffix(name, "Soon"):
		return Near(l, t, now)
	case strings.HasSuffix(name, "Since"):
		return Since(l, t, now)
	case strings.HasSuffix(name, "Till"):
		return Till(l, t, now)
	}
	return Date(l, t)
}

func weekday(l bot.Language, t time.Time) string {
	return calendars[l].days[t.Weekday()] + ", " + MonthDay(l, t)
}

// MonthDay writes a day without its weekday, as it stands within a sentence:
// «24 листопада».
func MonthDay(l bot.Language, t time.Time) string {
	return fmt.Sprintf("%d %s", t.Day(), calendars[l].months[t.Month()-1])
}

// YearDay is MonthDay with the year: «24 листопада 2026 року».
func YearDay(l bot.Language, t time.Time) string {
	return fmt.Sprintf("%s %d %s", MonthDay(l, t), t.Year(), calendars[l].year)
}

func clock(t time.Time) string { return fmt.Sprintf("%d:%02d", t.Hour(), t.Minute()) }

// at is the preposition before an hour.
func at(l bot.Language, t time.Time) string {
	switch {
	case l == bot.Russian:
		return "в"
	case t.Hour() == 11: // before a vowel: «об одинадцятій»
		return "об"
	}
	return "о"
}

func sameDay(a, b time.Time) bool {
	ay, am, ad := a.Date()
	by, bm, bd := b.Date()
	return ay == by && am == bm && ad == bd
}
