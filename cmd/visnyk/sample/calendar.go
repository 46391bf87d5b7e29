package sample

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/locales"
)

// calendar holds the days of the story by name, at midnight.
type calendar map[string]time.Time

// calendarOf lays the story's days around now, in now's zone. The texts name
// weekdays, so those are fixed here.
func calendarOf(now time.Time) calendar {
	year, month, day := now.Date()
	today := time.Date(year, month, day, 0, 0, 0, 0, now.Location())
	weekday := func(w time.Weekday) func(time.Time) bool {
		return func(t time.Time) bool { return t.Weekday() == w }
	}
	date := func(n int) func(time.Time) bool {
		return func(t time.Time) bool { return t.Day() == n }
	}
	return calendar{
		"cut":      today.AddDate(0, 0, -9),
		"rent":     after(today, 5, weekday(time.Monday)),
		"manager":  after(today, 9, weekday(time.Monday)),
		"partner":  after(today, 10, weekday(time.Monday)),
		"night":    after(today, 14, weekday(time.Wednesday)),
		"move":     after(today, 19, weekday(time.Monday)),
		"due":      after(today, 14, date(15)),
		"tariff":   after(today, 30, date(1)),
		"contract": after(today, 60, date(1)),
	}
}

// after returns the first day that fits, at least so many days from the given one.
func after(t time.Time, days int, fits func(time.Time) bool) time.Time {
	for t = t.AddDate(0, 0, days); !fits(t); {
		t = t.AddDate(0, 0, 1)
	}
	return t
}

// A mark in the files stands for a day: "{uk move}", "{ru tariff-1 year}" the
// day before, with the year, "{at night 02:00}" a moment for programs. A Russian «с»
// before it belongs to it: «со 2 декабря».
var mark = regexp.MustCompile(`([Сс] )?\{(uk|ru|at) ([a-z]+)(-\d+)?( year| \d\d:\d\d)?\}`)

// fill puts the days in place of their marks.
func (c calendar) fill(src []byte) ([]byte, error) {
	var wrong []error
	out := mark.ReplaceAllFunc(src, func(found []byte) []byte {
		m := mark.FindSubmatch(found)
		text, err := c.write(string(m[2]), string(m[3]), string(m[4]), strings.TrimSpace(string(m[5])))
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", found, err))
		}
		from := string(m[1])
		if string(m[2]) == string(bot.Russian) && strings.HasPrefix(text, "2 ") {
			from = strings.Replace(from, " ", "о ", 1)
		}
		return []byte(from + text)
	})
	return out, errors.Join(wrong...)
}

func (c calendar) write(form, name, shift, rest string) (string, error) {
	t, ok := c[name]
	if !ok {
		return "", errors.New("no such day")
	}
	if shift != "" {
		days, err := strconv.Atoi(shift)
		if err != nil {
			return "", err
		}
		t = t.AddDate(0, 0, days)
	}
	switch {
	case form == "at":
		clock, err := time.Parse("15:04", rest)
		if err != nil {
			return "", err
		}
		return time.Date(t.Year(), t.Month(), t.Day(), clock.Hour(), clock.Minute(), 0, 0, t.Location()).Format(time.RFC3339), nil
	case rest == "year":
		return locales.YearDay(bot.Language(form), t), nil
	}
	return locales.MonthDay(bot.Language(form), t), nil
}
