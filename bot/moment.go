package bot

import "time"

// ValidMoment reports whether a date that somebody set can be kept and told:
// after the beginning of 1970 and before the year 10000, both in UTC. "Never"
// is the zero time, and no moment.
func ValidMoment(t time.Time) bool { return t.UnixMicro() > 0 && t.UTC().Year() <= 9999 }

// Probation is how long a chat that came by a join may part itself and no more:
// whoever was lured into the join has that long to undo it.
const Probation = 24 * time.Hour
