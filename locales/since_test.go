package locales

import (
	"testing"
	"time"

	"visnyk/bot"
)

func TestSince(t *testing.T) {
	now := time.Date(2026, time.November, 24, 14, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		day    time.Time
		uk, ru string
	}{
		{time.Date(2026, time.December, 15, 0, 0, 0, 0, time.UTC), "з 15 грудня", "с 15 декабря"},
		{time.Date(2026, time.December, 2, 0, 0, 0, 0, time.UTC), "з 2 грудня", "со 2 декабря"},
		{time.Date(2026, time.December, 22, 0, 0, 0, 0, time.UTC), "з 22 грудня", "с 22 декабря"},
		{time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC), "з 1 січня", "с 1 января"},
		{time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC), "з 1 листопада", "с 1 ноября"},
		{time.Date(2027, time.December, 1, 0, 0, 0, 0, time.UTC), "з 1 грудня 2027 року", "с 1 декабря 2027 года"},
		{time.Date(2025, time.November, 2, 0, 0, 0, 0, time.UTC), "з 2 листопада 2025 року", "со 2 ноября 2025 года"},
	} {
		if got := Moment(bot.Ukrainian, "FromSince", c.day, now); got != c.uk {
			t.Errorf("%v is %q, want %q", c.day, got, c.uk)
		}
		if got := Moment(bot.Russian, "FromSince", c.day, now); got != c.ru {
			t.Errorf("%v is %q, want %q", c.day, got, c.ru)
		}
	}
}
