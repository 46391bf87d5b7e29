package clarity

import (
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
)

func same(text string) bot.Bilingual { return bot.Bilingual{UK: text, RU: text} }

// compared checks texts against one fact of a list, in Ukrainian, and says what was found
// of it.
func compared(f Fact, texts ...string) string {
	f.Field = "list"
	s := Sheet{
		Listed: []Fact{f}, Texts: []Text{{Field: "list", Words: same("Що це"), Apart: true}},
		From: time.Date(2027, time.March, 1, 0, 0, 0, 0, time.UTC), Days: []time.Time{{}},
	}
	for _, text := range texts {
		s.Texts = append(s.Texts, Text{Field: "text", Words: same(text)})
	}
	var all []string
	for _, one := range Check(s) {
		if (one.Reason == Untold || one.Reason == Unlisted) && one.Language == bot.Ukrainian {
			all = append(all, string(one.Code)+" "+string(one.Reason)+" "+one.Field+": "+one.Words)
		}
	}
	return strings.Join(all, "; ")
}

// TestLists: what a list has and no text names is found, and what a text names beside it;
// however people write the same.
func TestLists(t *testing.T) {
	t.Parallel()
	sum := Fact{Code: Sum, Amount: "389.50", Currency: "UAH"}
	whole, cents, euro, zloty := sum, sum, sum, sum
	whole.Amount, cents.Amount, euro.Amount, euro.Currency, zloty.Amount, zloty.Currency = "1500", "0.05", "20.00", "EUR", "90", "PLN"
	day := Fact{Code: Date, At: time.Date(2027, time.February, 3, 0, 0, 0, 0, time.UTC)}
	clock := Fact{Code: Date, At: time.Date(2027, time.February, 3, 9, 30, 0, 0, time.UTC)}
	hour := Fact{Code: Date, At: time.Date(2027, time.February, 3, 14, 0, 0, 0, time.UTC)}
	home := Fact{Code: Place, Address: same("м. Львів, вул. Лесі Українки, буд. 12-А, оф. 5")}
	mall := Fact{Code: Place, Address: same("ТРЦ «Форум»")}
	page := Fact{Code: Link, URL: "https://www.example.com/Taryfy/"}
	for _, one := range []struct {
		fact Fact
		text string
		want string
	}{
		{sum, "Платитимете 389,50 грн на місяць.", ""},
		{sum, "Платитимете 389 грн 50 коп. на місяць.", ""},
		{sum, "Було 350, стане 389.5.", ""},
		{sum, "Знижка 10 % лишається.", "sum untold list: 389,50 грн"},
		{sum, "Платитимете 389 грн на місяць.", "sum untold list: 389,50 грн"},
		{sum, "Платитимете 389,50 грн замість 350 грн.", "sum unlisted text: 350 грн"},
		{whole, "Разом 1,5 тис. грн.", ""},
		{whole, "Разом 1\u00a0500 гривень.", ""},
		{whole, "Разом 15 000 грн.", "sum untold list: 1500 грн; sum unlisted text: 15 000 грн"},
		{cents, "Хвилина коштує 5 коп.", ""},
		{euro, "Роумінг: 20 євро.", ""},
		{euro, "Роумінг: 20,5 €.", "sum untold list: 20,00 €; sum unlisted text: 20,5 €"},
		{zloty, "Роумінг: 90 злотих.", ""},
		{day, "Чекаємо 3 лютого.", ""},
		{day, "Чекаємо 03.02.2027.", ""},
		{day, "Чекаємо 3-го числа.", ""},
		{day, "З 1 березня чекаємо 3 лютого 2027 року.", ""},
		{day, "Чекаємо 3 лютого 2026 року.", "date untold list: 03.02.2027; date unlisted text: 3 лютого 2026"},
		{day, "Чекаємо 4 лютого.", "date untold list: 03.02.2027; date unlisted text: 4 лютого"},
		{day, "Роботи 3–5 лютого.", "date unlisted text: 3–5 лютого"},
		{clock, "Чекаємо 3 лютого о 9:30.", ""},
		{clock, "Чекаємо 3 лютого о 9:00.", "date untold list: 03.02.2027, 09:30"},
		{hour, "Чекаємо 3 лютого о 14 годині, щодня з 9:00 до 18:00.", ""},
		{hour, "Чекаємо 3 лютого о 15:00.", "date untold list: 03.02.2027, 14:00"},
		{home, "Приходьте на вулицю Лесі Українки, 12-А.", ""},
		{home, "Чекаємо на вулиці Українки, 12-а, у Львові.", ""},
		{home, "Чекаємо на вул. Лесі Українки, 14.", "address untold list: м. Львів, вул. Лесі Українки, буд. 12-А, оф. 5; address unlisted text: вул. Лесі Українки, 14"},
		{home, "У Львові, вул. Городоцька, буд. 12-А.", "address untold list: м. Львів, вул. Лесі Українки, буд. 12-А, оф. 5; address unlisted text: вул. Городоцька, буд. 12-А"},
		{home, "На Лесі Українки, 12-А площа залу 120 м².", ""},
		{mall, "Ми у «Форумі», другий поверх.", ""},
		{mall, "Ми в центрі.", "address untold list: ТРЦ «Форум»"},
		{page, "Усе на example.com/taryfy.", ""},
		{page, "Усе [тут](https://example.com/taryfy).", ""},
		{page, "Пишіть на info@example.com або див. https://example.com/taryfy-2027!", "link untold list: https://www.example.com/Taryfy/; link unlisted text: https://example.com/taryfy-2027"},
	} {
		if got := compared(one.fact, one.text); got != one.want {
			t.Errorf("%q:\n got %s\nwant %s", one.text, got, one.want)
		}
	}
	if got := compared(sum, "Що зміниться.", "Платитимете 389,50 грн."); got != "" {
		t.Errorf("named in another text: %s", got)
	}
	if got := compared(sum); got != "" {
		t.Errorf("nothing is written yet: %s", got)
	}
}

// TestListsAndLanguages: each language names what is listed by itself, and days that the
// sheet has elsewhere need not be listed.
func TestListsAndLanguages(t *testing.T) {
	t.Parallel()
	till := time.Date(2027, time.May, 9, 0, 0, 0, 0, time.UTC)
	s := Sheet{
		Listed: []Fact{
			{Field: "sums/0/what", Code: Sum, Amount: "260", Currency: "UAH"},
			{Field: "dates/0/what", Code: Date, At: time.Date(2027, time.February, 20, 0, 0, 0, 0, time.UTC)},
		},
		From: time.Date(2027, time.February, 1, 0, 0, 0, 0, time.UTC), Days: []time.Time{till},
		Texts: []Text{
			{Field: "summary", Words: bot.Bilingual{UK: "З 1 лютого до 9 травня платитимете 260 грн, перший раз 20 лютого.", RU: "С 1 февраля до 9 мая будете платить 260 грн, первый раз 20 февраля."}},
			{Field: "wrong", Words: bot.Bilingual{UK: "Ми писали про 250 грн і 2 лютого.", RU: "Мы писали о 250 грн и 2 февраля."}, Apart: true},
			{Field: "sums/0/what", Words: same("Домашній"), Apart: true},
			{Field: "dates/0/what", Words: same("Платіж"), Apart: true},
		},
	}
	if all := Check(s); len(all) != 0 {
		t.Errorf("%+v", all)
	}
	s.Texts[0].Words.RU = "С 1 февраля до 9 мая будете платить 206 грн, первый раз 20 марта."
	var got []string
	for _, f := range Check(s) {
		if f.Reason != Missing {
			got = append(got, strings.Join([]string{string(f.Code), string(f.Reason), f.Field, string(f.Language), f.Words}, " "))
		}
	}
	want := []string{
		"sum unlisted summary ru 206 грн", "date unlisted summary ru 20 марта", "sum untold sums/0/what ru 260 грн", "date untold dates/0/what ru 20.02.2027",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
