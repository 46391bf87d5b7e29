package bot

import "time"

// Hours returns from which hour of the day up to which the person sleeps, by their
// own clock; ok is false for who may be told of something at any hour.
func (q Quiet) Hours() (from, until int, ok bool) {
	switch q {
	case QuietNever:
		return 0, 0, false
	case QuietLater:
		return 22, 8, true
	case QuietShort:
		return 23, 7, true
	}
	return 21, 9, true
}

// Sleeps reports whether the moment is within the quiet hours, by a clock of the
// zone: an hour that comes twice counts both times, one that is left out never.
func (q Quiet) Sleeps(t time.Time, zone *time.Location) bool {
	from, until, ok := q.Hours()
	if !ok {
		return false
	}
	hour := t.In(zone).Hour()
	return hour >= from || hour < until // over midnight, all of them
}

// quietStep is what clocks of all zones are whole numbers of, and changes of clocks
// happen at.
const quietStep = 15 * time.Minute

// Wakes returns the first moment from t on at which the person may be told of
// something; t itself where that is now.
func (q Quiet) Wakes(t time.Time, zone *time.Location) time.Time {
	if !q.Sleeps(t, zone) {
		return t
	}
	at := t.Truncate(quietStep)
	for range 2 * 24 * 4 { // no night is longer than two days
		if at = at.Add(quietStep); !q.Sleeps(at, zone) {
			return at
		}
	}
	return at
}

// ZoneOf returns the zone with the name, and the usual one for "" and for a name that
// is none.
func ZoneOf(name string, usual *time.Location) *time.Location {
	if usual == nil {
		usual = time.UTC
	}
	if name == "" || name == "Local" {
		return usual
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return usual
	}
	return zone
}
