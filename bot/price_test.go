package bot

import (
	"strings"
	"testing"
)

func TestPrices(t *testing.T) {
	all, ok := ParsePrices("0,02 €\r\n+48 0,05 €\n\n +4812   0,07 € \n")
	if !ok || len(all) != 3 {
		t.Fatalf("%v, %v", all, ok)
	}
	for phone, want := range map[string]string{"+380501234567": "0,02 €", "+48501234567": "0,05 €", "+48121234567": "0,07 €", "": "0,02 €"} {
		if got := all.For([]string{phone}); got != want {
			t.Errorf("to %q: %q, want %q", phone, got, want)
		}
	}
	if got := all.For([]string{"+380501234567", "+48501234567"}); got != "0,05 €" {
		t.Errorf("to two numbers: %q", got)
	}
	if some, ok := ParsePrices("+48 0,05 €"); !ok || some.For([]string{"+380501234567"}) != "" {
		t.Errorf("%v, %v", some, ok)
	}
	if none, ok := ParsePrices(" \n"); !ok || len(none) != 0 {
		t.Errorf("%v, %v", none, ok)
	}
	for _, wrong := range []string{"0,02 €\n0,03 €", "+48", "+4x 0,05 €", "+48 0,05 €\n+48 0,06 €", strings.Repeat("9", PriceMost+1), strings.Repeat("+48 1\n", PricesMost+1)} {
		if _, ok := ParsePrices(wrong); ok {
			t.Errorf("%q is a table", wrong)
		}
	}
}
