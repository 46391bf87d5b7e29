package bot

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
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

// TestHoursOfSeveralSpansAndDates: a lunch, a holiday, a working Saturday, and what
// was written before spans were several.
func TestHoursOfSeveralSpansAndDates(t *testing.T) {
	zone := kyiv(t)
	h, err := ParseHours(`{"days":[{"from":"","to":""},[{"from":"14:00","to":"18:00"},{"from":"09:00","to":"13:00"}],{"from":"10:00","to":"24:00"},null,[]],
		"dates":{"2026-12-07":[],"2026-12-06":[{"from":"11:00","to":"12:00"}]}}`, zone)
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		m, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, c := range []struct{ now, opens string }{
		{"2026-11-30 12:59", ""},
		{"2026-11-30 13:00", "2026-11-30 14:00"},
		{"2026-11-30 18:00", "2026-12-01 10:00"},
		{"2026-12-01 23:59", ""},
		{"2026-12-02 00:00", "2026-12-06 11:00"}, // a Sunday that differs
		{"2026-12-06 12:00", "2026-12-08 10:00"}, // the Monday after it is off
	} {
		open, opens := h.At(at(c.now))
		if open != (c.opens == "") || c.opens != "" && !opens.Equal(at(c.opens)) {
			t.Errorf("%s: open %v, back %v, want %q", c.now, open, opens.In(zone), c.opens)
		}
	}
	if got := h.Between(at("2026-11-30 12:00"), at("2026-12-08 10:30")); got != 5*time.Hour+14*time.Hour+time.Hour+30*time.Minute {
		t.Errorf("between: %v", got)
	}
	for _, wrong := range []string{
		`{"days":[[{"from":"09:00","to":"13:00"},{"from":"12:00","to":"14:00"}]]}`, `{"dates":{"7 грудня":[]}}`,
		`{"dates":{"2026-12-07":[{"from":"9","to":"10"}]}}`, `{"days":[[{"from":"09:00"}]]}`,
	} {
		if _, err := ParseHours(wrong, zone); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
}

// TestWorkingTimeAddsUp: from a to b and from b to c is from a to c, never more than
// went by, and only where operators are at work, whatever the clocks do.
func TestWorkingTimeAddsUp(t *testing.T) {
	zones := []*time.Location{kyiv(t), time.UTC}
	for _, name := range []string{"America/Santiago", "Australia/Lord_Howe", "Africa/Cairo"} { // clocks change at midnight, by half an hour
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, zone)
	}
	span := rapid.Custom(func(r *rapid.T) Spans {
		cuts := rapid.SliceOfNDistinct(rapid.IntRange(0, 48), 0, 6, rapid.ID[int]).Draw(r, "cuts")
		slices.Sort(cuts)
		var s Spans
		for i := 0; i+1 < len(cuts); i += 2 {
			s = append(s, Span{fmt.Sprintf("%02d:%02d", cuts[i]/2, cuts[i]%2*30), fmt.Sprintf("%02d:%02d", cuts[i+1]/2, cuts[i+1]%2*30)})
		}
		return s
	})
	rapid.Check(t, func(r *rapid.T) {
		h := Hours{Zone: rapid.SampledFrom(zones).Draw(r, "zone"), Dates: map[string]Spans{}}
		for d := range h.Days {
			h.Days[d] = span.Draw(r, "day")
		}
		begin := time.Date(2022, rapid.SampledFrom([]time.Month{3, 4, 9, 10}).Draw(r, "month"), 1, 0, 0, 0, 0, time.UTC)
		h.Dates[begin.AddDate(0, 0, rapid.IntRange(0, 40).Draw(r, "date")).Format(time.DateOnly)] = span.Draw(r, "differs")
		cuts := rapid.SliceOfN(rapid.IntRange(0, 40*24*60), 3, 3).Draw(r, "moments")
		slices.Sort(cuts)
		var m [3]time.Time
		for i, c := range cuts {
			m[i] = begin.Add(time.Duration(c) * time.Minute)
		}
		whole := h.Between(m[0], m[2])
		if sum := h.Between(m[0], m[1]) + h.Between(m[1], m[2]); sum != whole {
			r.Fatalf("%v and then %v: %v, not %v", h.Between(m[0], m[1]), h.Between(m[1], m[2]), sum, whole)
		}
		if whole < 0 || whole > m[2].Sub(m[0]) {
			r.Fatalf("%v of %v", whole, m[2].Sub(m[0]))
		}
		open, opens := h.At(m[0])
		switch minute := h.Between(m[0], m[0].Add(time.Minute)); {
		case open != (minute == time.Minute):
			r.Fatalf("open %v, and of the minute %v is work", open, minute)
		case !open && !opens.IsZero() && h.Between(m[0], opens) != 0:
			r.Fatalf("work before they are back at %v", opens)
		}
		setting, err := json.Marshal(h)
		if err != nil {
			r.Fatal(err)
		}
		if again, err := ParseHours(string(setting), h.Zone); err != nil || again.Between(m[0], m[2]) != whole {
			r.Fatalf("%s is read as %+v: %v", setting, again, err)
		}
	})
}
