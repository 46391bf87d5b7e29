package change

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
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

// Most returns how long the text of a field may be, in characters; the field as faults name
// it, such as "title" or "sums/0/what".
func Most(field string) int {
	switch list, _, row := strings.Cut(field, "/"); {
	case field == "title":
		return maxTitle
	case row && list != "groups" && list != "stages": // what a row is called
		return maxWhat
	}
	return maxText
}

// check finds what no draft may have either; whole is its audience with the segments
// within it in their places. Blanks are for Submit.
func check(c bot.Change, whole bot.Segment) error {
	var faults []bot.Fault
	wrong := func(field string, code bot.FaultCode, data bot.Data) {
		faults = append(faults, bot.Fault{Field: field, Code: code, Data: data})
	}
	if !id.MatchString(c.ID) {
		wrong("id", bot.FaultForm, nil)
	}
	if !c.Kind.Known() {
		wrong("kind", bot.FaultChoice, bot.Data{"Choices": bot.Choices(bot.ChangeKinds())})
	}
	for _, f := range []struct {
		name string
		w    bot.Bilingual
	}{
		{"title", c.Title},
		{"summary", c.Summary},
		{"reason", c.Reason},
		{"consequence", c.Consequence},
		{"benefit", c.Benefit},
		{"to_do", c.ToDo},
	} {
		checkLong(wrong, f.name, f.w.UK, f.w.RU)
	}
	for field, at := range map[string]time.Time{
		"from": c.From, "until": c.Until, "acknowledge_by": c.AcknowledgeBy, "announce_at": c.AnnounceAt, "next_news": c.NextNews,
	} {
		if !at.IsZero() && !bot.ValidMoment(at) {
			wrong(field, bot.FaultMoment, nil)
		}
	}
	if !c.From.IsZero() && !c.Until.IsZero() && !c.From.Before(c.Until) {
		wrong("from", bot.FaultOrder, bot.Data{"Other": "until"})
	}
	checkParticulars(c.Particulars, wrong)
	faults = append(faults, faultsOfAudience(c.Audience, whole)...)
	slices.SortStableFunc(faults, func(a, b bot.Fault) int { return cmp.Compare(a.Field, b.Field) })
	if len(faults) > 0 {
		return &bot.InvalidError{Faults: faults}
	}
	return nil
}

// checkLong finds texts of a field that are too long.
func checkLong(wrong func(string, bot.FaultCode, bot.Data), field string, texts ...string) {
	most := Most(field)
	if slices.ContainsFunc(texts, func(s string) bool { return utf8.RuneCountInString(s) > most }) {
		wrong(field, bot.FaultLong, bot.Data{"Max": most})
	}
}

// blank says which texts a change still lacks in some language, by their names
// in the JSON of a bot.Change.
func blank(fields []string) error {
	faults := make([]bot.Fault, len(fields))
	for i, f := range fields {
		faults[i] = bot.Fault{Field: f, Code: bot.FaultBlank}
	}
	return &bot.InvalidError{Faults: faults}
}

// faultsOfAudience says what is wrong with an audience: where it names segments, what one
// of them asks is a fault of the whole.
func faultsOfAudience(written, whole bot.Segment) []bot.Fault {
	if len(written.Within()) == 0 {
		return written.FaultsOfAudience("audience")
	}
	if faults := written.Faults("audience"); len(faults) > 0 {
		return faults
	}
	faults := whole.FaultsOfAudience("audience")
	if len(faults) == 0 {
		return nil
	}
	return []bot.Fault{{Field: "audience", Code: faults[0].Code, Data: faults[0].Data}}
}
