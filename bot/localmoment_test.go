package bot

import (
	"testing"
	"time"
)

func TestMomentAt(t *testing.T) {
	for _, c := range []struct{ text, zone, want string }{
		{"2027-01-02T10:00", "Europe/Kyiv", "2027-01-02T08:00:00Z"},
		{"2027-07-02T10:00", "Europe/Kyiv", "2027-07-02T07:00:00Z"},
		{"2026-03-29T03:30", "Europe/Kyiv", "2026-03-29T01:00:00Z"}, // left out
		{"2026-03-29T04:00", "Europe/Kyiv", "2026-03-29T01:00:00Z"},
		{"2026-10-25T03:30", "Europe/Kyiv", "2026-10-25T00:30:00Z"}, // comes twice
		{"2026-10-25T02:59", "Europe/Kyiv", "2026-10-24T23:59:00Z"},
		{"2026-10-25T04:00", "Europe/Kyiv", "2026-10-25T02:00:00Z"},
		{"2026-09-06T00:15", "America/Santiago", "2026-09-06T04:00:00Z"}, // no midnight
		{"2027-01-02T10:00:00+02:00", "America/Santiago", "2027-01-02T08:00:00Z"},
		{"2027-01-02T08:00:00Z", "Europe/Kyiv", "2027-01-02T08:00:00Z"},
	} {
		got, err := MomentAt(c.text, ZoneOf(c.zone, nil))
		if err != nil || got.Format(time.RFC3339) != c.want {
			t.Errorf("%s in %s: %v, %v, want %s", c.text, c.zone, got, err, c.want)
		}
	}
	for _, text := range []string{"", "tomorrow", "2027-02-30T10:00", "2027-01-02", "2027-01-02 10:00", "10:00"} {
		if got, err := MomentAt(text, time.UTC); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}
