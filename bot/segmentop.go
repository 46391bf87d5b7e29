package bot

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Op is how a condition compares.
type Op string

// The comparisons of texts.
const (
	OpIn       Op = "in"       // one of the values
	OpKnown    Op = "known"    // anything at all; no values
	OpBegins   Op = "begins"   // begins with one of the values
	OpContains Op = "contains" // contains one of the values
)

// The comparisons of numbers and of days, with one value.
const (
	OpLess  Op = "lt"
	OpMost  Op = "le"
	OpMore  Op = "gt"
	OpLeast Op = "ge"
)

// The comparisons of days with today, in the company's zone. Their one value is a
// Span such as "30 days", and of OpThis a unit.
const (
	OpAgo         Op = "ago"         // on the day that was so long ago
	OpLast        Op = "last"        // on that day or since, up to today
	OpOver        Op = "over"        // before that day
	OpNext        Op = "next"        // today, or within so long
	OpAhead       Op = "ahead"       // on the day in so long
	OpThis        Op = "this"        // in this day, week, month or year
	OpAnniversary Op = "anniversary" // its day and month come today or within so long; of attributes
)

// What people know of one of the changes named, or more.
const (
	OpTold         Op = "told"         // a message about it was sent
	OpSeen         Op = "seen"         // the messenger said that such a message was seen
	OpAcknowledged Op = "acknowledged" // they pressed that they understood
	OpKnows        Op = "knows"        // they know of it, as its level has it: see ChangeLevel.Knows
	OpAsked        Op = "asked"        // they had a question about it
	OpComplained   Op = "complained"   // they complained about it
	OpUntold       Op = "untold"       // nothing of any of them was sent, is on its way or may have arrived
)

var (
	ticketStates = []TicketState{TicketWaiting, TicketTaken, TicketClosed}

	plainOps     = []Op{OpIn, OpKnown}
	textOps      = []Op{OpIn, OpKnown, OpBegins, OpContains}
	orderOps     = []Op{OpLess, OpMost, OpMore, OpLeast}
	spanOps      = []Op{OpAgo, OpLast, OpOver, OpNext, OpAhead}
	momentOps    = slices.Concat(plainOps, orderOps, spanOps, []Op{OpThis})
	attributeOps = slices.Concat(textOps, orderOps, spanOps, []Op{OpThis, OpAnniversary})
	awareOps     = []Op{OpTold, OpSeen, OpAcknowledged, OpKnows, OpAsked, OpComplained, OpUntold}
	savedOps     = []Op{OpIn}
)

// numberMost is how many characters a number has at most: so many digits are the
// same number wherever it is computed.
const numberMost = 15

// IsNumber reports whether the text is a number as it is kept: digits, with a dot
// before the decimals and a minus before all.
func IsNumber(v string) bool {
	whole, decimals, dotted := strings.Cut(strings.TrimPrefix(v, "-"), ".")
	return len(v) <= numberMost && digits(whole) && (!dotted || digits(decimals))
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// IsDay reports whether the text has the form of a day as it is kept, 2026-11-28.
func IsDay(v string) bool {
	return len(v) == len(time.DateOnly) && digits(v[:4]) && v[4] == '-' && digits(v[5:7]) && v[7] == '-' && digits(v[8:])
}

// Orders reports whether the condition compares the order of numbers or of days,
// and which of the two.
func (c Condition) Orders() (numbers, days bool) {
	if !slices.Contains(orderOps, c.Op) || len(c.Values) != 1 {
		return false, false
	}
	return IsNumber(c.Values[0]), IsDay(c.Values[0])
}

// text returns whether a text is what the condition asks for.
func (c Condition) text(now Calendar) func(v string) bool {
	some := func(is func(v, value string) bool) func(string) bool {
		return func(v string) bool {
			return slices.ContainsFunc(c.Values, func(value string) bool { return is(v, value) })
		}
	}
	switch c.Op {
	case OpIn:
		return func(v string) bool { return slices.Contains(c.Values, v) }
	case OpKnown:
		return func(string) bool { return true }
	case OpBegins:
		return some(strings.HasPrefix)
	case OpContains:
		return some(strings.Contains)
	}
	if numbers, _ := c.Orders(); numbers {
		return func(v string) bool { return IsNumber(v) && c.Op.orders(decimal(v), decimal(c.Values[0])) }
	}
	if spans, ok := c.Anniversaries(now); ok {
		return func(v string) bool {
			return IsDay(v) && slices.ContainsFunc(spans, func(s [2]string) bool { return v[5:] >= s[0] && v[5:] <= s[1] })
		}
	}
	days, ok := c.Days(now)
	return func(v string) bool { return ok && IsDay(v) && days.hold(v) }
}

func decimal(v string) float64 {
	f, _ := strconv.ParseFloat(v, 64) // it is one
	return f
}

func (o Op) orders(a, b float64) bool {
	switch o {
	case OpLess:
		return a < b
	case OpMost:
		return a <= b
	case OpMore:
		return a > b
	}
	return a >= b
}

// moment returns whether a moment is what the condition asks for.
func (c Condition) moment(now Calendar) func(t time.Time) bool {
	switch c.Op {
	case OpKnown:
		return func(time.Time) bool { return true }
	case OpIn:
		return func(t time.Time) bool { return slices.Contains(c.Values, now.Day(t)) }
	}
	days, ok := c.Days(now)
	from, until := now.Moments(days)
	return func(t time.Time) bool {
		return ok && (from.IsZero() || !t.Before(from)) && (until.IsZero() || t.Before(until))
	}
}

// aware reports whether it is so of one of the changes; of OpUntold, of all.
func (c Condition) aware(all []Aware) bool {
	if c.Op == OpUntold {
		return !slices.ContainsFunc(all, func(a Aware) bool {
			return slices.Contains(c.Values, a.Change) && (a.Told || a.OnItsWay || a.Unsure)
		})
	}
	return slices.ContainsFunc(all, func(a Aware) bool {
		if !slices.Contains(c.Values, a.Change) {
			return false
		}
		switch c.Op {
		case OpTold:
			return a.Told
		case OpSeen:
			return a.Seen
		case OpAcknowledged:
			return a.Acknowledged
		case OpKnows:
			return a.Knows
		case OpAsked:
			return a.Asked
		case OpComplained:
			return a.Complained
		}
		return false
	})
}
