package flows

import (
	"strconv"
	"time"
)

// longestSilence is how far the end of a silence may be for us to be sure of it: a day
// that has just passed is not meant of the next year.
const longestSilence = 300 * 24 * time.Hour

// SilenceUntil returns the moment until which the person, who asks for silence in words
// of their own, wants no news: the beginning of the day they name, where they live, or as
// many days from now as they say. ok is false where they name none, or only an hour.
func (t Turn) SilenceUntil() (until time.Time, ok bool) {
	if t.Command() != WantsPause {
		return time.Time{}, false
	}
	until, _, ok = t.endOfSilence()
	return until, ok
}

// NamesEnd returns the moment at which a silence is to end where the person, asked for
// it, says that and nothing else: «до 14 грудня», «на два тижні».
func (t Turn) NamesEnd() (until time.Time, ok bool) {
	if !t.Typed() || t.Forwarded() {
		return time.Time{}, false
	}
	until, others, ok := t.endOfSilence()
	return until, ok && !others
}

// endOfSilence reads the end of a silence, and whether more is said than that.
func (t Turn) endOfSilence() (until time.Time, others, ok bool) {
	text := beginning(t.Event.Text, aloudText)
	for _, reading := range append([]string{text}, OtherLayouts(text)...) {
		if until, others, ok = silenceUntil(spell(datesInWords(reading)), t.Local(t.Facts.Now)); ok {
			return until, others, true
		}
	}
	return time.Time{}, false, false
}

// silenceUntil finds the first end of a silence among the words. Of what comes again and
// again none is meant.
func silenceUntil(words []word, now time.Time) (until time.Time, others, ok bool) {
	for i := 0; i < len(words); i++ {
		c, n := endAt(words[i:])
		switch {
		case howOften.has(words[i]), ok && n > 0, c == WantsQuiet:
			return time.Time{}, false, false
		case n > 0:
			day, said := untilAt(words[i:], now)
			if said == 0 { // «у відпустці», until when they may say yet
				others, i = true, i+n-1
				continue
			}
			if !day.After(now) || day.Sub(now) > longestSilence {
				return time.Time{}, false, false
			}
			until, ok, i = day, true, i+said-1
		case !manners.has(words[i]) && !slight.has(words[i]):
			others = true
		}
	}
	return until, others, ok
}

// untilAt returns the end that the words begin with, and how many of them say it; none
// where nobody can tell the day.
func untilAt(words []word, now time.Time) (until time.Time, n int) {
	at := 0
	switch words[0].text {
	case "до":
		return dayAt(words, 1, now)
	case "на":
		at = 1
	}
	count := 1
	if many, ok := howMany(words[at]); ok {
		count, at = many, at+1
	}
	if at == len(words) {
		return time.Time{}, 0
	}
	for _, unit := range []struct {
		names *forms
		days  int
	}{{dayLong, 1}, {weekLong, 7}, {monthLong, 30}} {
		if unit.names.has(words[at]) {
			return now.Add(time.Duration(count*unit.days) * 24 * time.Hour), at + 1
		}
	}
	return time.Time{}, 0
}

// howMany reads how many days, weeks or months a silence lasts.
func howMany(w word) (int, bool) {
	if n, err := strconv.Atoi(w.text); err == nil {
		return n, n > 0 && n <= 366
	}
	return indexOf(fewOf, w)
}

// dayAt returns the beginning of the day that is named from the word on, behind «до», and
// how many words say it with that one.
func dayAt(words []word, from int, now time.Time) (until time.Time, n int) {
	midnight := func(months, days int) time.Time {
		return time.Date(now.Year(), now.Month()+time.Month(months), now.Day()+days, 0, 0, 0, 0, now.Location())
	}
	ends, next := false, false // the end of what is named, or the next one
	for i := from; i < min(len(words), from+4); i++ {
		w := words[i]
		switch day, n, _ := dayOfMonth(words[i:]); {
		case n > 0:
			return numberedDay(day, words, i+n, now)
		case endOf.has(w):
			ends = true
		case nextOf.has(w):
			next = true
		case tomorrow.has(w):
			return midnight(0, 1), i + 1
		case afterTomorrow.has(w):
			return midnight(0, 2), i + 1
		case weekLong.has(w) && (ends || next):
			return midnight(0, 7-(int(now.Weekday())+6)%7), i + 1
		case monthLong.has(w) && (ends || next):
			return time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, now.Location()), i + 1
		case yearLong.has(w) && (ends || next):
			return time.Date(now.Year()+1, 1, 1, 0, 0, 0, 0, now.Location()), i + 1
		case halfway.has(w), !limiting.has(w) && !someDay.has(w):
			return time.Time{}, 0
		default:
			if d, ok := indexOf(weekdays, w); ok && !ends {
				return midnight(0, (d-int(now.Weekday())+6)%7+1), i + 1
			}
			if m, ok := indexOf(monthNames, w); ok {
				if ends {
					m++
				}
				return upcoming(time.Month(m), 1, now), i + 1
			}
			if someDay.has(w) {
				return time.Time{}, 0
			}
		}
	}
	return time.Time{}, 0
}

// numberedDay returns the day of that number in the month that stands at i, or in this
// one or the next: «14 грудня», «14 грудня 2026 року», «20 числа».
func numberedDay(day int, words []word, i int, now time.Time) (until time.Time, n int) {
	if i < len(words) {
		if m, ok := indexOf(monthNames, words[i]); ok {
			i++
			if n := yearBehind(words[i:]); n > 0 {
				return calendarDay(number(words[i].text), time.Month(m), day, now), i + n
			}
			return upcoming(time.Month(m), day, now), i
		}
	}
	if until = calendarDay(now.Year(), now.Month(), day, now); !until.After(now) {
		until = calendarDay(now.Year(), now.Month()+1, day, now)
	}
	return until, i
}

// upcoming is the day of the month that comes next.
func upcoming(m time.Month, day int, now time.Time) time.Time {
	if at := calendarDay(now.Year(), m, day, now); at.After(now) {
		return at
	}
	return calendarDay(now.Year()+1, m, day, now)
}

// calendarDay is the beginning of the day; the zero time where its month has no such day.
func calendarDay(year int, m time.Month, day int, now time.Time) time.Time {
	at := time.Date(year, m, day, 0, 0, 0, 0, now.Location())
	if at.Day() != day {
		return time.Time{}
	}
	return at
}
