package change

import (
	"fmt"
	"regexp"
	"unicode/utf8"

	"visnyk/bot"
)

// id is what may stand as a change's id: it travels in button actions and deep
// links.
var id = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// The longest texts of a sheet, in characters: with its date and title each
// still fits one message of every messenger.
const (
	maxTitle = 120
	maxText  = 2000
)

// check finds what no draft may have either. Blanks are for Submit.
func check(c bot.Change) error {
	var faults []bot.Fault
	wrong := func(field, format string, args ...any) {
		faults = append(faults, bot.Fault{Field: field, Detail: fmt.Sprintf(format, args...)})
	}
	if !id.MatchString(c.ID) {
		wrong("id", "must be 1 to 40 of a-z, 0-9 and -")
	}
	if !c.Kind.Known() {
		wrong("kind", "must be one of %v", bot.ChangeKinds())
	}
	for _, f := range []struct {
		name string
		w    bot.Words
		max  int
	}{
		{"title", c.Title, maxTitle},
		{"summary", c.Summary, maxText},
		{"reason", c.Reason, maxText},
		{"consequence", c.Consequence, maxText},
		{"benefit", c.Benefit, maxText},
		{"to_do", c.ToDo, maxText},
	} {
		if utf8.RuneCountInString(f.w.UK) > f.max || utf8.RuneCountInString(f.w.RU) > f.max {
			wrong(f.name, "must be at most %d characters", f.max)
		}
	}
	if !c.From.IsZero() && !bot.ValidMoment(c.From) {
		wrong("from", "%s", bot.MomentWanted)
	}
	faults = append(faults, c.Audience.Faults("audience")...)
	if len(faults) > 0 {
		return &bot.InvalidError{Faults: faults}
	}
	return nil
}
