package locales

import (
	"strings"
	"testing"

	"visnyk/bot"
)

// TestEveryFaultHasWords: whatever can be wrong is said in both languages, with
// every value that the English words name and no other.
func TestEveryFaultHasWords(t *testing.T) {
	b, err := New()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, code := range bot.FaultCodes() {
		known[faultKey(code)] = true
		data := bot.Data{}
		for rest := (bot.Fault{Code: code}).Detail(); ; {
			_, after, found := strings.Cut(rest, "{")
			if !found {
				break
			}
			name, after, _ := strings.Cut(after, "}")
			data[name], rest = "<"+name+">", after
		}
		fault := bot.Fault{Field: "x", Code: code, Data: data}
		if strings.ContainsAny(fault.String(), "{}") {
			t.Errorf("%s: %s", code, fault)
		}
		for _, l := range bot.Languages() {
			said, err := b.Fault(l, fault)
			if err != nil {
				t.Errorf("%s in %q: %v", code, l, err)
				continue
			}
			for name := range data {
				if !strings.Contains(said, "<"+name+">") {
					t.Errorf("%s in %q does not name %s: %s", code, l, name, said)
				}
			}
		}
	}
	for _, key := range b.Keys() {
		if strings.HasPrefix(key, faultKey("")) && !known[key] {
			t.Errorf("%s is the word of nothing", key)
		}
	}
}

func TestFaultNamesItsValues(t *testing.T) {
	b, err := New()
	if err != nil {
		t.Fatal(err)
	}
	fault := bot.Fault{Field: "kind", Code: bot.FaultChoice, Data: bot.Data{"Choices": []string{"tariff", "move"}}}
	for l, want := range map[bot.Language]string{
		bot.Ukrainian: "Оберіть одне з: tariff, move.", bot.Russian: "Выберите одно из: tariff, move.",
	} {
		if got, err := b.Fault(l, fault); got != want {
			t.Errorf("%q, %v", got, err)
		}
	}
	if got, want := fault.String(), "kind must be one of tariff, move"; got != want {
		t.Errorf("%q", got)
	}
}
