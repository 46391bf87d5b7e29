package desk

import (
	"strings"
	"testing"
	"time"
)

func kyiv(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestHoursTellWhenOperatorsAreBack(t *testing.T) {
	zone := kyiv(t)
	at := func(s string) time.Time {
		m, err := time.ParseInLocation("Mon 2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	if a, b := at("Sat 2022-03-26 20:00"), at("Mon 2022-03-28 09:00"); b.Sub(a) != 36*time.Hour {
		t.Fatalf("the clock did not go forward: %v", b.Sub(a))
	}
	for _, c := range []struct{ now, opens string }{
		{"Tue 2026-12-01 09:00", ""},
		{"Tue 2026-12-01 17:59", ""},
		{"Tue 2026-12-01 18:00", "Wed 2026-12-02 09:00"},
		{"Tue 2026-12-01 00:30", "Tue 2026-12-01 09:00"},
		{"Sat 2026-12-05 15:00", ""},
		{"Sat 2026-12-05 16:00", "Mon 2026-12-07 09:00"},
		{"Sun 2026-12-06 12:00", "Mon 2026-12-07 09:00"},
		// the clock went forward on Sunday 27 March 2022, at 3:00, and back on
		// 30 October; whether it will in years to come is not for a test to know
		{"Sat 2022-03-26 20:00", "Mon 2022-03-28 09:00"},
		{"Sat 2022-10-29 20:00", "Mon 2022-10-31 09:00"},
	} {
		open, opens := DefaultHours(zone).At(at(c.now).UTC())
		if open != (c.opens == "") {
			t.Errorf("%s: open %v", c.now, open)
		}
		if c.opens != "" && !opens.Equal(at(c.opens)) {
			t.Errorf("%s: back %v, want %s", c.now, opens.In(zone), c.opens)
		}
	}
}

func TestNoHoursAtAllPromiseNothing(t *testing.T) {
	if open, opens := (Hours{Zone: time.UTC}).At(time.Now()); open || !opens.IsZero() {
		t.Fatalf("open %v, back %v", open, opens)
	}
}

func TestHoursThatMakeNoSenseAreRefusedByDay(t *testing.T) {
	for setting, want := range map[string]string{
		`{"days":[{},{"from":"18:00","to":"09:00"}]}`: "Monday: 18:00 is not before 09:00",
		`{"days":[{"from":"9","to":"18:00"}]}`:        "Sunday",
		`nonsense`:                                    "working hours",
	} {
		if _, err := ParseHours(setting, time.UTC); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want it to say %q", setting, err, want)
		}
	}
	h, err := ParseHours(`{"days":[{},{"from":"10:00","to":"12:30"}]}`, time.UTC)
	if err != nil || h.Days[time.Monday] == nil || h.Days[time.Monday][0] != (Span{"10:00", "12:30"}) {
		t.Fatalf("%+v, %v", h, err)
	}
}
