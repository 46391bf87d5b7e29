package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"visnyk/bot"
)

func TestPaired(t *testing.T) {
	const long = "Що мені потрібно зробити?"
	rows := func(s string) (all [][]bot.Button) { // "a b|c" is a row of two and one of one
		for row := range strings.SplitSeq(s, "|") {
			var out []bot.Button
			for label := range strings.FieldsSeq(row) {
				out = append(out, bot.Button{Label: strings.Replace(label, "long", long, 1), Action: "x", Phone: label == "phone"})
			}
			all = append(all, out)
		}
		return all
	}
	for from, want := range map[string]string{
		"a":                   "a",
		"a|b":                 "a b",
		"a|b|c":               "a b|c",
		"a|b|c|d":             "a b|c d",
		"a|long|b|c":          "a|long|b c",
		"a|b c|d|e":           "a|b c|d e",
		"a|phone|b":           "a|phone|b",
		"шістнадцятьлітер|b":  "шістнадцятьлітер b",
		"сімнадцятьлітерок|b": "сімнадцятьлітерок|b",
	} {
		given := rows(from)
		before := fmt.Sprint(given)
		if got := fmt.Sprint(bot.Paired(given)); got != fmt.Sprint(rows(want)) {
			t.Errorf("%s: %s, want %s", from, got, want)
		}
		if fmt.Sprint(given) != before {
			t.Errorf("%s was changed to %v", from, given)
		}
	}
	if got := bot.Paired(nil); got != nil {
		t.Errorf("of no rows come %v", got)
	}
}
