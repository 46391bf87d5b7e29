package drafting

import (
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
)

// Tidy returns a text of a form as it is kept: browsers end its lines with two signs.
func Tidy(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) }

// Both returns a text in both languages, tidy.
func Both(uk, ru string) bot.Bilingual { return bot.Bilingual{UK: Tidy(uk), RU: Tidy(ru)} }

// Moments reads moments of a form; what is none is a fault of its field.
type Moments struct {
	zone   *time.Location
	faults console.Faults
	wrong  string // its words
	none   string // those of an hour that the day does not have
}

// NewMoments returns what reads moments by a clock of the zone into the faults.
func NewMoments(v *console.Visit, zone *time.Location, faults console.Faults) Moments {
	return Moments{zone, faults, v.T("fault." + string(bot.FaultMoment)), v.T("console.draft.no_hour")}
}

// At returns the moment that the field has; the zero one where it has none. A clock tells
// less than a moment: no seconds, and of an hour that comes twice not which. So what it told
// of a moment that stood there when the page was made is that moment still.
func (m Moments) At(field, text string, stood ...time.Time) time.Time {
	if text == "" {
		return time.Time{}
	}
	for _, t := range stood {
		if bot.Wall(t, m.zone) == text {
			return t
		}
	}
	at, err := bot.MomentAt(text, m.zone)
	switch wall := bot.Wall(at, m.zone); {
	case err != nil:
		m.faults[field] = m.wrong
	case wall != text && len(wall) == len(text): // clocks went past it
		m.faults[field] = m.none
	}
	return at
}
