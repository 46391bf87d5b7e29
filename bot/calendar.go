package bot

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Calendar is what tells which day it is: conditions on days are judged by it.
type Calendar struct {
	Now  time.Time
	Zone *time.Location // the company's; nil is UTC
}

func (c Calendar) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// Day returns the day of the moment.
func (c Calendar) Day(t time.Time) string { return t.In(c.zone()).Format(time.DateOnly) }

// today returns the day it is, at midnight UTC: days are counted without a zone.
func (c Calendar) today() time.Time {
	y, m, d := c.Now.In(c.zone()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// start returns the first moment of the day: not every day has a midnight.
func (c Calendar) start(day time.Time) time.Time {
	y, m, d := day.Date()
	at := time.Date(y, m, d, 0, 0, 0, 0, c.zone())
	if at.Day() != d { // the clock is put forward over it
		_, at = at.ZoneBounds()
	}
	return at
}

// Days are those from one day up to another, which is none of them; zero is open.
type Days struct{ From, Until time.Time }

func (d Days) hold(v string) bool {
	from, until := d.Texts()
	return v >= from && v < until
}

// Texts returns the bounds as days are kept; an open one is before or behind all.
func (d Days) Texts() (from, until string) {
	until = "~"
	if !d.From.IsZero() {
		from = d.From.Format(time.DateOnly)
	}
	if !d.Until.IsZero() {
		until = d.Until.Format(time.DateOnly)
	}
	return from, until
}

// Moments returns the bounds as moments of the zone; an open one is zero.
func (c Calendar) Moments(d Days) (from, until time.Time) {
	if !d.From.IsZero() {
		from = c.start(d.From)
	}
	if !d.Until.IsZero() {
		until = c.start(d.Until)
	}
	return from, until
}

// Unit is what lapses are counted in.
type Unit string

// The units.
const (
	UnitDay   Unit = "day"
	UnitWeek  Unit = "week"
	UnitMonth Unit = "month"
	UnitYear  Unit = "year"
)

// Units returns every unit, the shortest first.
func Units() []Unit { return []Unit{UnitDay, UnitWeek, UnitMonth, UnitYear} }

// Most is how many of the unit a lapse has at most: a hundred years.
func (u Unit) Most() int {
	return map[Unit]int{UnitDay: 36500, UnitWeek: 5200, UnitMonth: 1200, UnitYear: 100}[u]
}

// Lapse is so many of a unit.
type Lapse struct {
	N    int
	Unit Unit
}

// LapseOf reads a lapse such as "30 days" or "1 month".
func LapseOf(v string) (Lapse, bool) {
	n, unit, ok := strings.Cut(v, " ")
	l := Lapse{Unit: Unit(strings.TrimSuffix(unit, "s"))}
	if !ok || !digits(n) || len(n) > 5 {
		return Lapse{}, false
	}
	l.N, _ = strconv.Atoi(n)
	return l, l.N <= l.Unit.Most() && l.Unit.Most() > 0 && l.String() == v
}

// String returns the lapse as conditions have it.
func (l Lapse) String() string {
	if l.N == 1 {
		return "1 " + string(l.Unit)
	}
	return fmt.Sprintf("%d %ss", l.N, l.Unit)
}

// add returns the day so much later, or earlier by a sign of -1. Where a month has
// no such day, it is its last one.
func (l Lapse) add(day time.Time, sign int) time.Time {
	n := l.N * sign
	switch l.Unit {
	case UnitDay:
		return day.AddDate(0, 0, n)
	case UnitWeek:
		return day.AddDate(0, 0, 7*n)
	case UnitYear:
		n *= 12
	}
	first := time.Date(day.Year(), day.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1)
	return first.AddDate(0, 0, min(day.Day(), last.Day())-1)
}

// Days returns the days that the condition asks for; ok is false where it asks for
// no such thing.
func (c Condition) Days(now Calendar) (d Days, ok bool) {
	if len(c.Values) != 1 {
		return Days{}, false
	}
	next := func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }
	if day, err := time.Parse(time.DateOnly, c.Values[0]); err == nil {
		switch c.Op {
		case OpLess:
			return Days{Until: day}, true
		case OpMost:
			return Days{Until: next(day)}, true
		case OpMore:
			return Days{From: next(day)}, true
		case OpLeast:
			return Days{From: day}, true
		}
		return Days{}, false
	}
	today := now.today()
	if c.Op == OpThis {
		return this(today, Unit(c.Values[0]))
	}
	lapse, ok := LapseOf(c.Values[0])
	if !ok {
		return Days{}, false
	}
	back, on := lapse.add(today, -1), lapse.add(today, 1)
	switch c.Op {
	case OpAgo:
		return Days{back, next(back)}, true
	case OpLast:
		return Days{back, next(today)}, true
	case OpOver:
		return Days{Until: back}, true
	case OpNext:
		return Days{today, next(on)}, true
	case OpAhead:
		return Days{on, next(on)}, true
	}
	return Days{}, false
}

// this returns the day, week, month or year of the day. Weeks begin on Monday.
func this(day time.Time, u Unit) (Days, bool) {
	switch u {
	case UnitDay:
		return Days{day, day.AddDate(0, 0, 1)}, true
	case UnitWeek:
		monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
		return Days{monday, monday.AddDate(0, 0, 7)}, true
	case UnitMonth:
		first := day.AddDate(0, 0, 1-day.Day())
		return Days{first, first.AddDate(0, 1, 0)}, true
	case UnitYear:
		first := time.Date(day.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
		return Days{first, first.AddDate(1, 0, 0)}, true
	}
	return Days{}, false
}

// Anniversaries returns between which days of the year, both included and written
// 11-28, the condition asks for an anniversary; ok is false where it asks for none.
// In a year without it the 29th of February is kept on the 28th.
func (c Condition) Anniversaries(now Calendar) (spans [][2]string, ok bool) {
	if c.Op != OpAnniversary || len(c.Values) != 1 {
		return nil, false
	}
	lapse, ok := LapseOf(c.Values[0])
	if !ok {
		return nil, false
	}
	const form, begins, ends = "01-02", "00-00", "99-99"
	today := now.today()
	end := lapse.add(today, 1)
	if !end.Before(today.AddDate(1, 0, -1)) {
		return [][2]string{{begins, ends}}, true
	}
	from, to := today.Format(form), end.Format(form)
	if to == "02-28" && end.AddDate(0, 0, 1).Day() == 1 {
		to = "02-29"
	}
	if from <= to {
		return [][2]string{{from, to}}, true
	}
	return [][2]string{{from, ends}, {begins, to}}, true
}
