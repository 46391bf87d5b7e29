package desk

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Hours are the working hours of the operators in their time zone: for each
// weekday, Sunday first, from and to as "09:00"; both "" on a day off.
type Hours struct {
	Days [7]Day         `json:"days"`
	Zone *time.Location `json:"-"`
}

// Day is one weekday of Hours.
type Day struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// DefaultHours are Monday to Friday 9 to 18, Saturday 10 to 16.
func DefaultHours(zone *time.Location) Hours {
	h := Hours{Zone: zone}
	for d := time.Monday; d <= time.Friday; d++ {
		h.Days[d] = Day{"09:00", "18:00"}
	}
	h.Days[time.Saturday] = Day{"10:00", "16:00"}
	return h
}

// ParseHours reads the setting.
func ParseHours(setting string, zone *time.Location) (Hours, error) {
	h := Hours{Zone: zone}
	if err := json.Unmarshal([]byte(setting), &h); err != nil {
		return h, fmt.Errorf("working hours: %w", err)
	}
	for i, d := range h.Days {
		if d == (Day{}) {
			continue
		}
		from, err1 := time.Parse("15:04", d.From)
		to, err2 := time.Parse("15:04", d.To)
		if err := errors.Join(err1, err2); err != nil {
			return h, fmt.Errorf("working hours of %s: %w", time.Weekday(i), err)
		}
		if !from.Before(to) {
			return h, fmt.Errorf("working hours of %s: %s is not before %s", time.Weekday(i), d.From, d.To)
		}
	}
	return h, nil
}

// At reports whether operators are at work, and when they are back if not. opens
// is zero when no day of the week has hours.
func (h Hours) At(now time.Time) (open bool, opens time.Time) {
	local := now.In(h.Zone)
	for ahead := range 8 {
		y, m, d := local.AddDate(0, 0, ahead).Date()
		day := h.Days[time.Date(y, m, d, 12, 0, 0, 0, h.Zone).Weekday()]
		if day == (Day{}) {
			continue
		}
		from, to := clock(y, m, d, day.From, h.Zone), clock(y, m, d, day.To, h.Zone)
		switch {
		case now.Before(from):
			return false, from
		case now.Before(to):
			return true, time.Time{}
		}
	}
	return false, time.Time{}
}

// clock is the moment when the wall clock of the zone shows hm on the day.
func clock(y int, m time.Month, d int, hm string, zone *time.Location) time.Time {
	t, _ := time.Parse("15:04", hm) // checked by ParseHours
	return time.Date(y, m, d, t.Hour(), t.Minute(), 0, 0, zone)
}
