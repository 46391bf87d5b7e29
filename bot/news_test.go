package bot_test

import (
	"fmt"
	"testing"
	"time"

	"visnyk/bot"
)

func of(words string) bot.Bilingual { return bot.Bilingual{UK: words, RU: words + " ы"} }

// What a version says otherwise is named with what it was: by the name of a fact, and
// where that is another too, by its place.
func TestDifferences(t *testing.T) {
	day := time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)
	was := bot.Change{From: day, Particulars: bot.Particulars{
		Until: day.AddDate(1, 0, 0), Sums: []bot.Sum{{What: of("Плата"), Amount: "220.00", Currency: "UAH"}, {What: of("Завдаток"), Amount: "10.50", Currency: "EUR"}},
		Dates: []bot.NamedDate{{What: of("Збори"), At: day}}, Places: []bot.Place{{What: of("Каса"), Address: of("Садова, 1")}},
		Links: []bot.NamedLink{{What: of("Умови"), URL: "https://a.example"}},
	}}
	for name, c := range map[string]struct {
		edit func(c *bot.Change)
		want string
	}{
		"nothing":                   {func(*bot.Change) {}, ""},
		"the day":                   {func(c *bot.Change) { c.From = day.AddDate(0, 0, 4) }, "from: 1.1→5.1; "},
		"an end less":               {func(c *bot.Change) { c.Until = time.Time{} }, "until: 1.1→; "},
		"a sum":                     {func(c *bot.Change) { c.Sums[0].Amount = "260.00" }, "sums Плата: 220 грн→260 грн; "},
		"a sum by another name":     {func(c *bot.Change) { c.Sums[0] = bot.Sum{What: of("Ціна"), Amount: "260", Currency: "UAH"} }, "sums Ціна: 220 грн→260 грн; "},
		"a sum renamed and no more": {func(c *bot.Change) { c.Sums[1].What = of("Аванс") }, ""},
		"a sum less":                {func(c *bot.Change) { c.Sums = c.Sums[:1] }, "sums Завдаток: 10,50 EUR→; "},
		"sums in another order":     {func(c *bot.Change) { c.Sums = []bot.Sum{c.Sums[1], c.Sums[0]} }, ""},
		"a date more": {func(c *bot.Change) {
			c.Dates = append(c.Dates, bot.NamedDate{What: of("Кінець"), At: day.AddDate(0, 1, 0)})
		}, "dates Кінець: →1.2; "},
		"a place and a link": {func(c *bot.Change) { c.Places[0].Address, c.Links[0].URL = of("Садова, 3"), "https://b.example" }, "addresses Каса: Садова, 1→Садова, 3; links Умови: https://a.example→https://b.example; "},
	} {
		t.Run(name, func(t *testing.T) {
			now := was
			now.Sums, now.Dates = append([]bot.Sum(nil), was.Sums...), append([]bot.NamedDate(nil), was.Dates...)
			now.Places, now.Links = append([]bot.Place(nil), was.Places...), append([]bot.NamedLink(nil), was.Links...)
			c.edit(&now)
			got := ""
			value := func(w bot.Bilingual, at time.Time) string {
				if at.IsZero() {
					return w.UK
				}
				return at.Format("2.1")
			}
			for _, d := range now.Differences(was) {
				what := d.Field
				if d.What.UK != "" {
					what += " " + d.What.UK
				}
				got += fmt.Sprintf("%s: %s→%s; ", what, value(d.Was, d.WasAt), value(d.Now, d.NowAt))
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// A version corrects those that say otherwise of a fact, and where none does, those whose
// texts are others; without a word of what was wrong it corrects none.
func TestCorrected(t *testing.T) {
	at := time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)
	version := func(n, day int, summary string) bot.Change {
		return bot.Change{Version: n, From: at.AddDate(0, 0, day), Summary: of(summary)}
	}
	told := []bot.Change{version(1, 0, "а"), version(3, 4, "а"), version(5, 4, "б")}
	for _, c := range []struct {
		now   bot.Change
		wrong bool
		want  string
	}{
		{version(7, 4, "в"), false, "[]"},
		{version(7, 4, "в"), true, "[1]"},
		{version(7, 0, "а"), true, "[3 5]"},
		{version(7, 9, "а"), true, "[1 3 5]"},
		{func() bot.Change { c := version(7, 0, "б"); return c }(), true, "[3 5]"},
	} {
		if c.wrong {
			c.now.Wrong = of("не так")
		}
		var got []int
		for _, was := range c.now.Corrected(told) {
			got = append(got, was.Version)
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%v, want %s", got, c.want)
		}
	}
	alike := []bot.Change{version(1, 0, "а"), version(3, 0, "б")}
	now := version(5, 0, "б")
	now.Wrong = of("не так")
	if all := now.Corrected(alike); len(all) != 1 || all[0].Version != 1 {
		t.Errorf("in words alone: %v", all)
	}
}

// The page of a change that is not for everyone has a name that only the secret makes.
func TestFollowPages(t *testing.T) {
	pages, others := bot.NewFollowPages([]byte("a"), "https://bot.example/"), bot.NewFollowPages([]byte("b"), "")
	all, some := bot.Change{ID: "tariff"}, bot.Change{ID: "tariff", Audience: bot.In("kind", "client")}
	if pages.URL(all) != "https://bot.example/follow/tariff" || others.URL(all) != "" || pages.Name(some) == others.Name(some) || len(pages.Name(some)) != 22 {
		t.Errorf("%s, %q, %s, %s", pages.URL(all), others.URL(all), pages.Name(some), others.Name(some))
	}
	if !pages.Is(all, "tariff") || pages.Is(some, "tariff") || !pages.Is(some, pages.Name(some)) || pages.Is(some, others.Name(some)) {
		t.Error("names are mixed up")
	}
}
