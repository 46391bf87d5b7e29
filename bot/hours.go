package bot

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// HoursSetting is the key of the working hours among the settings.
const HoursSetting = "desk.hours"

// Hours are the working hours of the operators in their time zone: for each weekday,
// Sunday first, its spans; and for dates that differ, as "2027-01-01", theirs. A day
// without spans is off.
type Hours struct {
	Days  [7]Spans         `json:"days"`
	Dates map[string]Spans `json:"dates,omitempty"`
	Zone  *time.Location   `json:"-"`
}

// Spans are the hours of one day, in order and apart.
type Spans []Span

// Span is from and to, as "09:00"; "24:00" is the end of the day.
type Span struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// UnmarshalJSON reads a list of spans, or one alone, as settings had it before; a
// span of two "" is none.
func (s *Spans) UnmarshalJSON(b []byte) error {
	var all []Span
	if len(b) > 0 && b[0] == '{' {
		all = make([]Span, 1)
		if err := json.Unmarshal(b, &all[0]); err != nil {
			return err
		}
	} else if err := json.Unmarshal(b, &all); err != nil {
		return err
	}
	*s = slices.DeleteFunc(all, func(one Span) bool { return one == Span{} })
	if len(*s) == 0 {
		*s = nil
	}
	return nil
}

// DefaultHours are Monday to Friday 9 to 18, Saturday 10 to 16.
func DefaultHours(zone *time.Location) Hours {
	h := Hours{Zone: zone}
	for d := time.Monday; d <= time.Friday; d++ {
		h.Days[d] = Spans{{"09:00", "18:00"}}
	}
	h.Days[time.Saturday] = Spans{{"10:00", "16:00"}}
	return h
}

// ParseHours reads the setting.
func ParseHours(setting string, zone *time.Location) (Hours, error) {
	h := Hours{Zone: zone}
	if err := json.Unmarshal([]byte(setting), &h); err != nil {
		return h, fmt.Errorf("working hours: %w", err)
	}
	for i, d := range h.Days {
		if err := d.check(); err != nil {
			return h, fmt.Errorf("working hours of %s: %w", time.Weekday(i), err)
		}
	}
	for date, d := range h.Dates {
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			return h, fmt.Errorf("working hours of %q: it is no date such as 2027-01-01", date)
		}
		if err := d.check(); err != nil {
			return h, fmt.Errorf("working hours of %s: %w", date, err)
		}
	}
	return h, nil
}

// check puts the spans in order and finds what makes no sense.
func (s Spans) check() error {
	for _, one := range s {
		from, err1 := minutes(one.From)
		to, err2 := minutes(one.To)
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		if from >= to {
			return fmt.Errorf("%s is not before %s", one.From, one.To)
		}
	}
	slices.SortFunc(s, func(a, b Span) int { return cmp.Compare(mustMinutes(a.From), mustMinutes(b.From)) })
	for i := 1; i < len(s); i++ {
		if mustMinutes(s[i].From) < mustMinutes(s[i-1].To) {
			return fmt.Errorf("%s–%s and %s–%s overlap", s[i-1].From, s[i-1].To, s[i].From, s[i].To)
		}
	}
	return nil
}

// minutes reads a time of day, as minutes of a day without a change of clocks.
func minutes(hm string) (int, error) {
	if hm == "24:00" {
		return 24 * 60, nil
	}
	t, err := time.Parse("15:04", hm)
	return t.Hour()*60 + t.Minute(), err
}

// mustMinutes is minutes of what ParseHours has checked.
func mustMinutes(hm string) int {
	m, _ := minutes(hm)
	return m
}

// period is a stretch of work.
type period struct{ from, to time.Time }

// work returns the stretches of work of the day on which noon is.
func (h Hours) work(noon time.Time) []period {
	y, m, d := noon.Date()
	spans, differs := h.Dates[noon.Format(time.DateOnly)]
	if !differs {
		spans = h.Days[noon.Weekday()]
	}
	all := make([]period, 0, len(spans))
	for _, s := range spans {
		p := period{clock(y, m, d, s.From, h.Zone), clock(y, m, d, s.To, h.Zone)}
		if p.from.Before(p.to) { // else the clock went over it
			all = append(all, p)
		}
	}
	return all
}

// noon returns a moment of the day so many days after that of t, by the calendar.
func (h Hours) noon(t time.Time, days int) time.Time {
	y, m, d := t.In(h.Zone).Date()
	return time.Date(y, m, d+days, 12, 0, 0, 0, h.Zone)
}

// lookAhead is how many days At looks ahead: holidays that long are no working hours.
const lookAhead = 60

// At reports whether operators are at work, and when they are back if not. opens
// is zero when there are no hours in the weeks to come.
func (h Hours) At(now time.Time) (open bool, opens time.Time) {
	for ahead := range lookAhead {
		for _, p := range h.work(h.noon(now, ahead)) {
			switch {
			case now.Before(p.from):
				return false, p.from
			case now.Before(p.to):
				return true, time.Time{}
			}
		}
	}
	return false, time.Time{}
}

// Desk is what may be told of the operators at the moment, but for who waits for them.
func (h Hours) Desk(now time.Time) Desk {
	open, opens := h.At(now)
	return Desk{Open: open, Opens: opens}
}

// longest is what Between counts to.
const longest = 400 * 24 * time.Hour

// Between returns how much working time there is from one moment to another; of a
// longer time than a year and a month only the last part of it.
func (h Hours) Between(from, to time.Time) (sum time.Duration) {
	if to.Sub(from) > longest {
		from = to.Add(-longest)
	}
	for day := h.noon(from, 0); ; day = h.noon(day, 1) {
		for _, p := range h.work(day) {
			begin, end := p.from, p.to
			if begin.Before(from) {
				begin = from
			}
			if end.After(to) {
				end = to
			}
			sum += max(end.Sub(begin), 0)
		}
		if y, m, d := day.Date(); !time.Date(y, m, d+1, 0, 0, 0, 0, h.Zone).Before(to) {
			return sum
		}
	}
}

// clock is the moment when the wall clock of the zone shows hm on the day.
func clock(y int, m time.Month, d int, hm string, zone *time.Location) time.Time {
	min := mustMinutes(hm)
	return time.Date(y, m, d, min/60, min%60, 0, 0, zone)
}

// ReturnSetting is the key of the setting that says, in working minutes as a JSON
// number, after how long without a word from us a held ticket goes back to the
// queue; 0 is never.
const ReturnSetting = "desk.return"

// ReturnAfter is how long that is where no setting says.
const ReturnAfter = 15 * time.Minute

// NoticeSetting is the key of the setting that says, in working minutes as a JSON
// number, after how long colleagues hear in their messenger of a chat that waits
// while nobody looks; 0 is never.
const NoticeSetting = "desk.notice"

// NoticeAfter is how long that is where no setting says.
const NoticeAfter = 5 * time.Minute

// MinutesMost is how many minutes such a setting holds at most: a week's.
const MinutesMost = 7 * 24 * 60

// ParseMinutes reads such a setting.
func ParseMinutes(setting string) (time.Duration, error) {
	var minutes int
	if err := json.Unmarshal([]byte(setting), &minutes); err != nil {
		return 0, fmt.Errorf("a number of minutes: %w", err)
	}
	if minutes < 0 || minutes > MinutesMost {
		return 0, fmt.Errorf("%d minutes are not between 0 and %d", minutes, MinutesMost)
	}
	return time.Duration(minutes) * time.Minute, nil
}

// ParseSpans reads the hours of one day as people write them: «9:00–13:00,
// 14:00–18:00», «9-18»; nothing is a day off. The error is for nobody's eyes.
func ParseSpans(s string) (Spans, error) {
	var all Spans
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' }) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		part = strings.NewReplacer("–", "-", "—", "-", "−", "-", " ", "").Replace(part)
		from, to, _ := strings.Cut(part, "-")
		all = append(all, Span{timeOfDay(from), timeOfDay(to)})
	}
	if err := all.check(); err != nil {
		return nil, err
	}
	return all, nil
}

// timeOfDay writes a time of day as settings have it, where it is one.
func timeOfDay(s string) string {
	hour, minute, _ := strings.Cut(strings.ReplaceAll(s, ".", ":"), ":")
	if len(hour) == 1 {
		hour = "0" + hour
	}
	if minute == "" {
		minute = "00"
	}
	return hour + ":" + minute
}

// String writes the hours as ParseSpans reads them; "" of a day off.
func (s Spans) String() string {
	all := make([]string, len(s))
	for i, one := range s {
		all[i] = strings.TrimPrefix(one.From, "0") + "–" + strings.TrimPrefix(one.To, "0")
	}
	return strings.Join(all, ", ")
}

// Setting writes the hours as ParseHours reads them.
func (h Hours) Setting() string {
	text, err := json.Marshal(h)
	if err != nil {
		panic(err) // of strings alone
	}
	return string(text)
}
