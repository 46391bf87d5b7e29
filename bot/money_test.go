package bot

import "testing"

func TestMoneyIsReadAsItIsWritten(t *testing.T) {
	for text, want := range map[string]Money{
		"0,05 €": {500, "€"}, "500 грн": {5_000_000, "грн"}, "$1.5": {15_000, "$"}, "0,0275 грн": {275, "грн"}, "7": {70_000, ""}, "0 грн": {0, "грн"},
	} {
		m, ok := ParseMoney(text)
		if !ok || m != want {
			t.Errorf("%q is %+v, %v", text, m, ok)
		}
		if again, ok := ParseMoney(m.String()); !ok || again != m {
			t.Errorf("%q is written %q, which is %+v", text, m, again)
		}
	}
	for _, text := range []string{"", "грн", "1 000 грн", "1,00001 грн", "-5 грн x", "1 2"} {
		if m, ok := ParseMoney(text); ok {
			t.Errorf("%q is %+v", text, m)
		}
	}
	if up := (Money{275, "грн"}).Up().String(); up != "0,03 грн" {
		t.Errorf("a bill says %s", up)
	}
}
