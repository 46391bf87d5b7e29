package flows

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMask(t *testing.T) {
	for text, want := range map[string]string{
		"скільки коштує 100 Мбіт/с":                   "скільки коштує 100 Мбіт/с",
		"заплатив 12 500 грн, де гроші":               "заплатив 12 500 грн, де гроші",
		"мій номер +38 (067) 123-45-67, передзвоніть": "мій номер •••, передзвоніть",
		"тел. 0671234567": "тел. •••",
		"карта 4149 4991 1234 5678 не проходить":    "карта ••• не проходить",
		"паспорт КА123456":                          "паспорт •••",
		"пишіть на Olena.K@mail.example будь ласка": "пишіть на ••• будь ласка",
		"я @olena_k у телеграмі":                    "я ••• у телеграмі",
		"див. https://bank.example/pay?card=12":     "див. •••",
		"два\nрядки\t і   пробіли ":                 "два рядки і пробіли",
		"індекс ０１２３４５６":                            "індекс •••",
		"":                                          "",
	} {
		if got := Mask(text); got != want {
			t.Errorf("%q is kept as %q, want %q", text, got, want)
		}
	}
	long := Mask(strings.Repeat("довга історія ", 100))
	if n := utf8.RuneCountInString(long); n > mostAsked || !strings.HasSuffix(long, "…") {
		t.Errorf("a long story is kept in %d characters: %q", n, long)
	}
}

func FuzzMask(f *testing.F) {
	f.Add("067 123 45 67")
	f.Fuzz(func(t *testing.T, text string) {
		masked := Mask(text)
		if n := utf8.RuneCountInString(masked); n > mostAsked {
			t.Errorf("%d characters", n)
		}
		digits := 0
		for _, r := range masked {
			switch {
			case r >= '0' && r <= '9':
				if digits++; digits >= fewestInRow {
					t.Fatalf("%q keeps a number: %q", text, masked)
				}
			default:
				digits = 0
			}
		}
	})
}
