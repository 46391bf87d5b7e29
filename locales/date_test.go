package locales_test

import (
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/locales"
)

// TestMidnightIsADay: nobody means the hour when they say the first of January.
func TestMidnightIsADay(t *testing.T) {
	now := time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		at     time.Time
		uk, ru string
	}{
		{time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), "пт, 1 січня 2027 року", "пт, 1 января 2027 года"},
		{time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), "вт, 1 грудня", "вт, 1 декабря"},
		{time.Date(2026, 12, 1, 0, 0, 1, 0, time.UTC), "вт, 1 грудня, 0:00", "вт, 1 декабря, 0:00"},
		{time.Date(2026, 12, 1, 9, 5, 0, 0, time.UTC), "вт, 1 грудня, 9:05", "вт, 1 декабря, 9:05"},
	} {
		if uk, ru := locales.When(bot.Ukrainian, tt.at, now), locales.When(bot.Russian, tt.at, now); uk != tt.uk || ru != tt.ru {
			t.Errorf("%v: %q, %q", tt.at, uk, ru)
		}
	}
}
