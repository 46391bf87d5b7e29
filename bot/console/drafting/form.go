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
}

// NewMoments returns what reads moments by a clock of the zone into the faults.
func NewMoments(v *console.Visit, zone *time.Location, faults console.Faults) Moments {
	return Moments{zone, faults, v.T("fault." + string(bot.FaultMoment))}
}

// At returns the moment that the field has; the zero one where it has none.
func (m Moments) At(field, text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	at, err := bot.MomentAt(text, m.zone)
	if err != nil {
		m.faults[field] = m.wrong
	}
	return at
}
