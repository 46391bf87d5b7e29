package locales

import (
	"errors"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
)

func TestOurTextsAgree(t *testing.T) {
	b, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Check(b.Keys()); err != nil {
		t.Error(err)
	}
}

func TestPlurals(t *testing.T) {
	b, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		n      int
		uk, ru string
	}{
		{1, "ще 1 розмова.", "ещё 1 разговор."},
		{2, "ще 2 розмови.", "ещё 2 разговора."},
		{4, "ще 4 розмови.", "ещё 4 разговора."},
		{5, "ще 5 розмов.", "ещё 5 разговоров."},
		{11, "ще 11 розмов.", "ещё 11 разговоров."},
		{12, "ще 12 розмов.", "ещё 12 разговоров."},
		{21, "ще 21 розмова.", "ещё 21 разговор."},
		{104, "ще 104 розмови.", "ещё 104 разговора."},
		{111, "ще 111 розмов.", "ещё 111 разговоров."},
	} {
		for l, want := range map[bot.Language]string{bot.Ukrainian: c.uk, bot.Russian: c.ru} {
			got, err := b.Text(l, "handoff.place", map[string]any{"Place": c.n + 1}, &c.n)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(got, want) {
				t.Errorf("%d in %q: %q has no %q", c.n, l, got, want)
			}
		}
	}
}

const goodUK = "hi = \"Вітаємо, {{.Person}}\"\n[n]\none = \"{{.Count}} а\"\nfew = \"{{.Count}} б\"\nmany = \"{{.Count}} в\"\nother = \"{{.Count}} г\"\n"

func TestTextIsAnErrorWhereItCannotBeRight(t *testing.T) {
	b, err := load(map[bot.Language][]byte{
		bot.Ukrainian: []byte("only = \"тільки тут\"\n" + goodUK),
		bot.Russian:   []byte(goodUK),
	})
	if err != nil {
		t.Fatal(err)
	}
	one := 1
	if s, err := b.Text(bot.Russian, "only", nil, nil); !errors.Is(err, ErrAbsent) || s != "" {
		t.Errorf("a text of the other language came back as %q, %v", s, err)
	}
	for name, call := range map[string]func() (string, error){
		"no language":      func() (string, error) { return b.Text(bot.Unsure, "hi", nil, nil) },
		"no such key":      func() (string, error) { return b.Text(bot.Russian, "nothing", nil, nil) },
		"missing value":    func() (string, error) { return b.Text(bot.Russian, "hi", nil, nil) },
		"count not given":  func() (string, error) { return b.Text(bot.Russian, "n", nil, nil) },
		"count not wanted": func() (string, error) { return b.Text(bot.Russian, "hi", map[string]any{"Person": "Я"}, &one) },
	} {
		if s, err := call(); err == nil || s != "" {
			t.Errorf("%s: got %q and error %v", name, s, err)
		}
	}
	if s, err := b.Text(bot.Russian, "n", nil, &one); err != nil || s != "1 а" {
		t.Errorf("counted text = %q, %v", s, err)
	}
	if s, err := b.Text(bot.Ukrainian, "hi", map[string]any{"Person": "{{.Env}}"}, nil); err != nil || s != "Вітаємо, {{.Env}}" {
		t.Errorf("a value was read as a template: %q, %v", s, err)
	}
}

func TestCheckFinds(t *testing.T) {
	used := []string{"hi", "n"}
	for name, c := range map[string]struct{ uk, ru, want string }{
		"a key without a pair":   {goodUK, strings.Replace(goodUK, "hi =", "# hi =", 1), `text "hi" is missing in "ru"`},
		"a key only in Russian":  {strings.Replace(goodUK, "hi =", "# hi =", 1), goodUK, `text "hi" is missing in "uk"`},
		"a key nobody uses":      {"extra = \"а\"\n" + goodUK, "extra = \"а\"\n" + goodUK, `text "extra" exists and is not used`},
		"a key that is not":      {"[n]\nother=\"а\"", "[n]\nother=\"а\"", `text "hi" is used and does not exist`},
		"another placeholder":    {goodUK, strings.Replace(goodUK, ".Person", ".Name", 1), "has placeholders [Name]"},
		"a form is missing":      {goodUK, strings.Replace(goodUK, "many", "# many", 1), "needs one, few, many and other"},
		"forms on one side only": {goodUK, "hi = \"Вітаємо, {{.Person}}\"\nn = \"{{.Count}} г\"", "plural forms in one language only"},
		"forms that differ":      {strings.Replace(goodUK, "{{.Count}} б", "кілька", 1), goodUK, "different placeholders"},
		"a function":             {strings.Replace(goodUK, "{{.Person}}", "{{len .Person}}", 1), goodUK, "is not a placeholder"},
		"an empty text":          {strings.Replace(goodUK, "Вітаємо, {{.Person}}", " ", 1), goodUK, "it is empty"},
		"a form we do not have":  {goodUK + "two = \"два\"\n", goodUK, "no such plural form"},
	} {
		b, err := load(map[bot.Language][]byte{bot.Ukrainian: []byte(c.uk), bot.Russian: []byte(c.ru)})
		if err != nil {
			t.Fatal(name, err)
		}
		if err := b.Check(used); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestDates(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	now := at("2026-11-24 14:05")
	for _, c := range []struct{ name, at, uk, ru string }{
		{"At", "2026-11-24 14:05", "вт, 24 листопада, 14:05", "вт, 24 ноября, 14:05"},
		{"At", "2027-01-03 09:00", "нд, 3 січня, 9:00", "вс, 3 января, 9:00"},
		{"FromDay", "2026-12-14 00:00", "пн, 14 грудня", "пн, 14 декабря"},
		{"FromDay", "2027-01-01 00:00", "пт, 1 січня 2027 року", "пт, 1 января 2027 года"},
		{"FromDate", "2026-12-14 00:00", "14 грудня", "14 декабря"},
		{"FromDate", "2027-01-01 00:00", "1 січня 2027 року", "1 января 2027 года"},
		{"OpensSoon", "2026-11-24 18:00", "сьогодні о 18:00", "сегодня в 18:00"},
		{"OpensSoon", "2026-11-25 11:30", "завтра об 11:30", "завтра в 11:30"},
		{"OpensSoon", "2026-11-30 09:00", "в понеділок, 30 листопада, о 9:00", "в понедельник, 30 ноября, в 9:00"},
	} {
		if got := Moment(bot.Ukrainian, c.name, at(c.at), now); got != c.uk {
			t.Errorf("%s %s in Ukrainian: %q, want %q", c.name, c.at, got, c.uk)
		}
		if got := Moment(bot.Russian, c.name, at(c.at), now); got != c.ru {
			t.Errorf("%s %s in Russian: %q, want %q", c.name, c.at, got, c.ru)
		}
	}
}

func TestVocative(t *testing.T) {
	for name, want := range map[string]string{
		"Олена": "Олено", "Андрій": "Андрію", "Ілля": "Ілле", "Мар’яна": "Мар'яно", `Мар\'яна`: "Мар'яно",
		"John": "John", "Елена": "Елена", "": "",
	} {
		if got := Vocative(name); got != want {
			t.Errorf("Vocative(%q) = %q, want %q", name, got, want)
		}
	}
	b, err := New()
	if err != nil {
		t.Fatal(err)
	}
	person := map[string]any{"Person": "Олена"}
	if got, err := b.Text(bot.Ukrainian, "welcome.named", person, nil); err != nil || got != "Вітаємо, Олено." {
		t.Errorf("Ukrainian: %q, %v", got, err)
	}
	if got, err := b.Text(bot.Russian, "welcome.named", person, nil); err != nil || got != "Здравствуйте, Олена." {
		t.Errorf("Russian: %q, %v", got, err)
	}
	if person["Person"] != "Олена" {
		t.Error("the caller's data was changed")
	}
}
