package sample

import (
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/clarity"
)

// falseAlarms is the most of a hundred sentences that may be looked at for nothing.
const falseAlarms = 5

// TestTheCheckLeavesTheCompanyAlone: the texts of the sample company are plain, so what
// the check finds in them is a false alarm, but for what a person would change too.
func TestTheCheckLeavesTheCompanyAlone(t *testing.T) {
	sentences, alarms := 0, 0
	for _, now := range []time.Time{
		time.Date(2026, time.November, 29, 9, 0, 0, 0, time.UTC), time.Date(2027, time.June, 1, 9, 0, 0, 0, time.UTC),
	} {
		changes, err := Changes(now)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			for _, f := range clarity.Check(clarity.Sheet{From: c.From.In(now.Location()), Texts: []clarity.Text{
				{Field: "title", Words: c.Title, Names: true},
				{Field: "summary", Words: c.Summary, Names: true},
				{Field: "reason", Words: c.Reason},
				{Field: "consequence", Words: c.Consequence},
				{Field: "benefit", Words: c.Benefit},
				{Field: "to_do", Words: c.ToDo, Action: true},
			}}) {
				alarms++
				t.Logf("%s %s: %s %s %s %q", c.ID, f.Field, f.Language, f.Code, f.Reason, f.Words)
			}
			for _, w := range []bot.Bilingual{c.Title, c.Summary, c.Reason, c.Consequence, c.Benefit, c.ToDo} {
				for _, l := range bot.Languages() {
					sentences += clarity.Sentences(w.In(l))
				}
			}
		}
	}
	t.Logf("%d false alarms in %d sentences", alarms, sentences)
	if 100*alarms > falseAlarms*sentences {
		t.Errorf("%d false alarms in %d sentences: more than %d of a hundred", alarms, sentences, falseAlarms)
	}
}
