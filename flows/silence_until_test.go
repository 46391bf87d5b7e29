package flows

import (
	"testing"
	"time"

	"visnyk/bot"
)

// TestDayOfSilence holds what day people mean by their words, on a Tuesday.
func TestDayOfSilence(t *testing.T) {
	zone := time.FixedZone("Kyiv", 2*60*60)
	now := time.Date(2026, time.November, 24, 14, 5, 0, 0, zone)
	for _, test := range []struct{ text, want string }{
		{"не пишіть мені до 14 грудня", "2026-12-14"},
		{"тихо до 14.12", "2026-12-14"},
		{"помовчіть до 14.12.2026", "2026-12-14"},
		{"тишина до 14/12/26.", "2026-12-14"},
		{"не турбуйте до чотирнадцятого грудня", "2026-12-14"},
		{"не беспокойте до тридцать первого декабря", "2026-12-31"},
		{"не пишіть до 2 січня 2027 року", "2027-01-02"},
		{"не надсилайте повідомлень до 20-го", "2026-12-20"},
		{"не надсилайте повідомлень до 28 числа", "2026-11-28"},
		{"не пишите до десятого", "2026-12-10"},
		{"призупиніть новини до п'ятниці", "2026-11-27"},
		{"не пишите до вторника", "2026-12-01"},
		{"помолчи до воскресенья", "2026-11-29"},
		{"помовч до завтра", "2026-11-25"},
		{"ничего не присылайте до послезавтра", "2026-11-26"},
		{"ничего не присылайте до конца недели", "2026-11-30"},
		{"не шліть нічого до наступного тижня", "2026-11-30"},
		{"нічого не шліть до кінця місяця", "2026-12-01"},
		{"не пишіть до кінця грудня", "2027-01-01"},
		{"не пишите до нового года", "2027-01-01"},
		{"не пишіть до січня", "2027-01-01"},
		{"не пишіть два тижні", "2026-12-08"},
		{"не пишите две недели", "2026-12-08"},
		{"не турбуйте мене 10 днів", "2026-12-04"},
		{"не пишіть тиждень", "2026-12-01"},
		{"я в отпуске до 14 декабря, не пишите", "2026-12-14"},
		{"yt gbisnm lj 14 uhelyz", "2026-12-14"},

		// The page asks: no day of the next months, or none that is named.
		{"не пишіть до 30 лютого", ""},
		{"не пишіть до 20 листопада", ""},
		{"не пишите до праздников", ""},
		{"не пишіть до весни", ""},
		{"не пишіть до 14 грудня 2031", ""},
		// No pause: an hour, and what is not for us to end.
		{"тиша до ранку", ""},
		{"не пишіть до 9.00", ""},
		{"не пишіть до 9", ""},
		{"не пишіть до 14:10", ""},
		{"оплата до 14 грудня", ""},
		{"чому не працює до 14 грудня", ""},
		{"не пишіть мені щодня до 14 грудня", ""},
	} {
		turn := Turn{Event: &bot.Event{Kind: bot.Typed, Text: test.text}, Facts: &Facts{Now: now, Zone: zone}}
		got := ""
		if until, ok := turn.SilenceUntil(); ok {
			got = until.Format(time.DateOnly)
		}
		if got != test.want {
			t.Errorf("%q is until %q (%s), want %q", test.text, got, ParseCommand(test.text), test.want)
		}
	}
}

// TestNamesEnd holds what answers the question how long, alone.
func TestNamesEnd(t *testing.T) {
	now := time.Date(2026, time.November, 24, 14, 5, 0, 0, time.UTC)
	for _, test := range []struct {
		text string
		want bool
	}{
		{"до 14 грудня", true},
		{"на два тижні, будь ласка", true},
		{"неделю", true},
		{"до понедельника", true},
		{"до 14 грудня заплачу", false},
		{"які ціни до 14 грудня", false},
		{"до ранку", false},
		{"ні", false},
	} {
		turn := Turn{Event: &bot.Event{Kind: bot.Typed, Text: test.text}, Facts: &Facts{Now: now}}
		if _, got := turn.NamesEnd(); got != test.want {
			t.Errorf("%q: %t", test.text, got)
		}
	}
}
