package flows

import (
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
)

func TestShortNeighboursShareARow(t *testing.T) {
	long, title := strings.Repeat("ї", shortLabel+1), Own(bot.Bilingual{UK: "Зміна", RU: "Зміна"})
	one := func(labels ...Text) (rows [][]Button) {
		for _, l := range labels {
			rows = append(rows, Row(l, "x"))
		}
		return rows
	}
	listed := []Button{{Label: T("в"), Listed: true}}
	for name, c := range map[string]struct {
		rows [][]Button
		want string
	}{
		"none":              {nil, ""},
		"two":               {one(T("а"), T("б")), "а б"},
		"three":             {one(T("а"), T("б"), T("в")), "а б|в"},
		"four":              {one(T("а"), T("б"), T("в"), T("г")), "а б|в г"},
		"a long one":        {one(T("а"), T(long), T("б"), T("в")), "а|" + long + "|б в"},
		"as long as can be": {one(T(long[2:]), T("б")), long[2:] + " б"},
		"titles":            {one(title, title, T("а"), T("б")), "Зміна|Зміна|а б"},
		"named by a value":  {one(T("а", "Channel", "Viber"), T("б")), "а|б"},
		"of a list":         {[][]Button{listed, listed, Row(T("а"), "x")}, "в|в|а"},
		"rows of two":       {[][]Button{{{Label: T("а")}, {Label: T("б")}}, Row(T("в"), "x"), Row(T("г"), "x")}, "а б|в г"},
	} {
		var made []bot.Button
		for _, b := range slices.Concat(c.rows...) {
			made = append(made, bot.Button{Label: b.Label.Key + b.Label.Own.UK})
		}
		var rows []string
		for _, row := range Paired(c.rows, made) {
			var labels []string
			for _, b := range row {
				labels = append(labels, b.Label)
			}
			rows = append(rows, strings.Join(labels, " "))
		}
		if got := strings.Join(rows, "|"); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
