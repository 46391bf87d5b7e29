package clarity

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"visnyk/bot"
)

// A message says what its sheet says, to the number: each kind of thing that it leaves
// out or has besides is found in the language where that is so.
func TestDrift(t *testing.T) {
	day := time.Date(2027, time.March, 1, 9, 0, 0, 0, time.UTC)
	sheet := Sheet{
		Texts: []Text{{Field: "summary", Words: bot.Bilingual{UK: "З 1 березня ціна зросте на 10 %, до 250 грн.", RU: "С 1 марта цена вырастет на 10 %, до 250 грн."}}},
		From:  day, Listed: []Fact{
			{Code: Sum, Amount: "250", Currency: "UAH"},
			{Code: Date, At: time.Date(2027, time.March, 15, 18, 0, 0, 0, time.UTC)},
			{Code: Place, Address: bot.Bilingual{UK: "вул. Садова, 5", RU: "ул. Садовая, 5"}},
			{Code: Link, URL: "https://a.example/prices"},
		},
	}
	good := bot.Bilingual{
		UK: "{{name|Вітаємо}}! З 1 березня 250 грн; сплатіть до 15 березня, 18:00, на вул. Садовій, 5 або тут: https://a.example/prices",
		RU: "{{name|Здравствуйте}}! С 1 марта 250 грн; оплатите до 15 марта, 18:00, на ул. Садовой, 5 или здесь: https://a.example/prices",
	}
	for what, c := range map[string]struct {
		uk   string // of the Ukrainian text, in place of the good one; "" is that
		want []string
	}{
		"the same":               {"", nil},
		"a share of the texts":   {good.UK + " (+10 %)", nil},
		"a clock of the sheet":   {good.UK + " Початок о 9:00.", nil},
		"a debt of the reader":   {good.UK + " Борг: {{debt|0 грн}}", nil},
		"another sum":            {"З 1 березня 260 грн; сплатіть до 15 березня, 18:00, на вул. Садовій, 5 або тут: https://a.example/prices", []string{"sum untold 250 грн", "sum unlisted 260 грн"}},
		"another day":            {"З 2 березня 250 грн; сплатіть до 15 березня, 18:00, на вул. Садовій, 5 або тут: https://a.example/prices", []string{"date untold 01.03.2027", "date unlisted 2 березня"}},
		"another hour":           {"З 1 березня 250 грн; сплатіть до 15 березня, 19:00, на вул. Садовій, 5 або тут: https://a.example/prices", []string{"date untold 15.03.2027, 18:00", "date unlisted 19:00"}},
		"another house":          {"З 1 березня 250 грн; сплатіть до 15 березня, 18:00, на вул. Садовій, 7 або тут: https://a.example/prices", []string{"address untold вул. Садова, 5", "address unlisted вул. Садовій, 7"}},
		"another page":           {"З 1 березня 250 грн; сплатіть до 15 березня, 18:00, на вул. Садовій, 5 або тут: https://a.example/price", []string{"link untold https://a.example/prices", "link unlisted https://a.example/price"}},
		"nothing of the list":    {"Ціни зростуть.", []string{"sum untold 250 грн", "date untold 15.03.2027, 18:00", "address untold вул. Садова, 5", "link untold https://a.example/prices", "date untold 01.03.2027"}},
		"nothing written as yet": {" ", nil},
	} {
		words := good
		if c.uk != "" {
			words.UK = c.uk
		}
		var got []string
		for _, f := range Drift(sheet, Text{Field: "text", Words: words}) {
			if f.Language != bot.Ukrainian || f.End > 0 && words.UK[f.Start:f.End] != f.Words {
				t.Errorf("%s: %+v", what, f)
			}
			got = append(got, fmt.Sprint(f.Code, " ", f.Reason, " ", f.Words))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
}
