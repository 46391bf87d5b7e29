package bot

import "testing"

func TestCompanyHasAName(t *testing.T) {
	for name, c := range map[string]struct {
		set  map[Language]string
		want Bilingual
	}{
		"none":      {nil, Bilingual{}},
		"blank":     {map[Language]string{Ukrainian: "  "}, Bilingual{}},
		"both":      {map[Language]string{Ukrainian: "Ластівка", Russian: "Ласточка"}, Bilingual{UK: "Ластівка", RU: "Ласточка"}},
		"one":       {map[Language]string{Ukrainian: "Одуд"}, Bilingual{UK: "Одуд", RU: "Одуд"}},
		"the other": {map[Language]string{Russian: " Одуд ", Ukrainian: " "}, Bilingual{UK: "Одуд", RU: "Одуд"}},
	} {
		if got := Company(c.set); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestQuotedWithinQuotes(t *testing.T) {
	for is, want := range map[string]string{
		"Одуд": "Одуд", "«Одуд»": "Одуд", "ТОВ «Одуд»": "ТОВ „Одуд“", `ТОВ "Одуд"`: "ТОВ „Одуд“", `"Одуд"`: "„Одуд“",
		"«Одуд» і «Ластівка»": "„Одуд“ і „Ластівка“", "": "", "O'Neil": "O'Neil",
	} {
		if got := (Bilingual{UK: is, RU: is}).Quoted(); got.UK != want || got.RU != want {
			t.Errorf("%s: %+v, want %s", is, got, want)
		}
	}
}
