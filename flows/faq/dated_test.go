package faq

import (
	"slices"
	"testing"
	"time"

	"visnyk/bot"
)

// TestAnswersAreDated: what is so from a day, or until one, says so, unless it has said it
// itself; hours of its own are for the answer to tell, those of a change are not.
func TestAnswersAreDated(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, time.December, 15, 0, 0, 0, 0, zone)
	now, noon := day.AddDate(0, 0, 5), day.Add(12*time.Hour)
	says := func(uk, ru string) bot.Bilingual { return bot.Bilingual{UK: uk, RU: ru} }
	plain := says("260 грн.", "260 грн.")
	for name, tt := range map[string]struct {
		a    bot.Article
		want string // the key of the line
	}{
		"for good":            {bot.Article{Answer: plain}, ""},
		"from a day":          {bot.Article{Answer: plain, From: day.UTC()}, "faq.dated_since"},
		"until a day":         {bot.Article{Answer: plain, Until: day}, "faq.dated_until"},
		"both":                {bot.Article{Answer: plain, From: day, Until: day.AddDate(0, 1, 0)}, "faq.dated_both"},
		"long ago":            {bot.Article{Answer: plain, From: day.AddDate(-1, 0, 0)}, ""},
		"hours of its own":    {bot.Article{Answer: plain, Until: noon}, ""},
		"the change's hour":   {bot.Article{Answer: plain, Until: noon, Span: bot.SpanBefore}, "faq.dated_until"},
		"the day is told":     {bot.Article{Answer: says("**15 грудня** все зміниться.", "С 15 декабря."), Until: day}, ""},
		"the last is told":    {bot.Article{Answer: says("До 14 грудня.", "До 14 декабря."), Until: day}, ""},
		"told in one of them": {bot.Article{Answer: says("До 14 грудня.", "Пока так."), Until: day}, "faq.dated_until"},
	} {
		var got []string
		for _, text := range Answer(tt.a, now.In(zone)).Texts {
			got = append(got, text.Key)
		}
		want := []string{"", "faq.helped"}
		if tt.want != "" {
			want = slices.Insert(want, 1, tt.want)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
