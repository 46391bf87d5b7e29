package bot

import (
	"fmt"
	"time"
)

// wallForm is a moment as a clock on the wall of some place tells it.
const wallForm = "2006-01-02T15:04"

// MomentAt reads a moment: one with its offset, as RFC 3339 has it, or the time on a
// clock of the zone, as 2027-03-28T03:30. An hour that is left out there when clocks
// go forward is the first moment behind it; of one that comes twice the first is
// meant.
func MomentAt(text string, zone *time.Location) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.UTC(), nil
	}
	wall, err := time.Parse(wallForm, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is neither RFC 3339 nor such as 2027-03-28T03:30", text)
	}
	// Clocks go by at most a day: what is not the wall's time at the offset of either
	// end of two days is left out.
	var found time.Time
	for _, near := range []time.Time{wall.AddDate(0, 0, -1), wall.AddDate(0, 0, 1)} {
		_, offset := near.In(zone).Zone()
		at := wall.Add(-time.Duration(offset) * time.Second)
		if at.In(zone).Format(wallForm) == text && (found.IsZero() || at.Before(found)) {
			found = at
		}
	}
	if found.IsZero() {
		_, found = wall.AddDate(0, 0, -1).In(zone).ZoneBounds()
	}
	return found.UTC(), nil
}

// Wall writes a moment as a clock of the zone tells it, for MomentAt to read; "" of none.
func Wall(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(wallForm)
}
