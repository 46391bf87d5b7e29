package locales

import (
	"testing"
	"time"

	"visnyk/bot"
)

func TestTill(t *testing.T) {
	now := time.Date(2026, time.November, 1, 9, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time]bot.Bilingual{
		time.Date(2026, time.December, 15, 0, 0, 0, 0, time.UTC):  {UK: "до 14 грудня включно", RU: "до 14 декабря включительно"},
		time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC):    {UK: "до 31 грудня включно", RU: "до 31 декабря включительно"},
		time.Date(2026, time.December, 15, 14, 5, 0, 0, time.UTC): {UK: "до 14:05 15 грудня", RU: "до 14:05 15 декабря"},
		time.Date(2028, time.March, 1, 0, 0, 0, 0, time.UTC):      {UK: "до 29 лютого 2028 року включно", RU: "до 29 февраля 2028 года включительно"},
	} {
		for _, l := range bot.Languages() {
			if got := Moment(l, "UntilTill", at, now); got != want.In(l) {
				t.Errorf("%s: %q, want %q", at, got, want.In(l))
			}
		}
	}
}
