package contact

import (
	"regexp"
	"strconv"
	"time"

	"visnyk/bot"
)

// numberedDay is a day in numbers whose order the country tells.
var numberedDay = regexp.MustCompile(`^(\d{1,2})([./-])(\d{1,2})([./-])(\d{4})$`)

// dayNumbers returns the two first numbers of a day, and its year.
func dayNumbers(cell string) (one, two, year int, ok bool) {
	if len(cell) < len("1.2.2026") || len(cell) > len("31.12.2026") {
		return 0, 0, 0, false
	}
	m := numberedDay.FindStringSubmatch(cell)
	if m == nil || m[2] != m[4] {
		return 0, 0, 0, false
	}
	one, _ = strconv.Atoi(m[1])
	two, _ = strconv.Atoi(m[3])
	year, _ = strconv.Atoi(m[5])
	return one, two, year, true
}

// dayIn writes a day in numbers as 2026-12-31. day is "" where it is none in that
// order, as 31.02 is none; ok is false where it is no such numbers.
func dayIn(order bot.DayOrder, cell string) (day string, ok bool) {
	one, two, year, ok := dayNumbers(cell)
	if !ok {
		return "", false
	}
	if order == bot.MonthFirst {
		one, two = two, one
	}
	t := time.Date(year, time.Month(two), one, 0, 0, 0, 0, time.UTC)
	if t.Day() != one || int(t.Month()) != two || year == 0 {
		return "", true
	}
	return t.Format(time.DateOnly), true
}

// day is dayIn for what stands in a column of the plan's that holds days.
func (t *table) day(column int, cell string) (day string, ok bool) {
	if t.plan == nil || !t.days[column] {
		return "", false
	}
	return dayIn(t.plan.DayOrder, cell)
}

// daysSeen is what is known of a column's days by what stands in it.
type daysSeen struct {
	days, others     int
	dayFirst, second bool // some can only be read with the day, or the month, first
}

func (d *daysSeen) see(cell string) {
	if cell == "" || d.others > 0 { // it is decided
		return
	}
	one, two, _, ok := dayNumbers(cell)
	if !ok {
		if _, err := time.Parse(time.DateOnly, cell); err == nil {
			return
		}
		d.others++
		return
	}
	d.days++
	d.dayFirst = d.dayFirst || one > 12
	d.second = d.second || two > 12
}

// are reports whether the column holds days and nothing else.
func (d daysSeen) are() bool { return d.days > 0 && d.others == 0 }
