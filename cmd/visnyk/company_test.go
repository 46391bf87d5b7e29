package main

import (
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/locales"
)

// The greeting says whose bot it is in both languages, in words that mark nothing;
// without a name no sentence has a hole.
func TestGreetingNamesTheCompany(t *testing.T) {
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		company bot.Bilingual
		want    []string
	}{
		{bot.Bilingual{}, nil},
		{bot.Bilingual{UK: "Ластівка", RU: "Ласточка"}, []string{"Це бот «Ластівка»:", "Это бот «Ласточка»:"}},
		{bot.Bilingual{UK: "ТОВ «Р*ма*»", RU: "ТОВ «Р*ма*»"}, []string{`Це бот «ТОВ „Р\*ма\*“»:`, `Это бот «ТОВ „Р\*ма\*“»:`}},
	} {
		m := greeting(texts, c.company, bot.Bilingual{})
		for _, want := range append(c.want, "Вітаємо.", "Здравствуйте.") {
			if !strings.Contains(m.Text, want) {
				t.Errorf("%+v: %q has no %q", c.company, m.Text, want)
			}
		}
		if strings.Contains(m.Text, "бот") != (len(c.want) > 0) || strings.Contains(m.Text, "«»") || len(m.Buttons) != 2 {
			t.Errorf("%+v: %+v", c.company, m)
		}
	}
}

// What the company says of itself stands instead of our words, literally, and only in
// the language it is set for.
func TestGreetingInTheCompanysWords(t *testing.T) {
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	m := greeting(texts, bot.Bilingual{UK: "Ластівка", RU: "Ласточка"}, bot.Bilingual{UK: "Ми *Ластівка*."})
	if want := `Вітаємо. Ми \*Ластівка\*.`; !strings.HasPrefix(m.Text, want) || !strings.Contains(m.Text, "Это бот «Ласточка»") {
		t.Errorf("%q, want %q first", m.Text, want)
	}
}
