package bot

import "testing"

// A broadcast that was made of a sheet is called in the language of each colleague; one to
// which somebody gave another title is called so by all.
func TestABroadcastIsCalled(t *testing.T) {
	both := Bilingual{UK: "Партнери: Тариф", RU: "Партнёры: Тариф"}
	for _, tt := range []struct {
		title  string
		titles Bilingual
		uk, ru string
	}{
		{"Партнери: Тариф", both, "Партнери: Тариф", "Партнёры: Тариф"},
		{"Партнёры: Тариф ", both, "Партнери: Тариф", "Партнёры: Тариф"},
		{"Своїми словами", both, "Своїми словами", "Своїми словами"},
		{"Тариф", Bilingual{UK: "Тариф"}, "Тариф", "Тариф"},
		{"Знижки", Bilingual{}, "Знижки", "Знижки"},
		{"", Bilingual{UK: "Тариф"}, "", ""},
	} {
		b := Broadcast{Title: tt.title, Titles: tt.titles}
		if uk, ru := b.Called(Ukrainian), b.Called(Russian); uk != tt.uk || ru != tt.ru {
			t.Errorf("%q of %+v is called %q and %q", tt.title, tt.titles, uk, ru)
		}
	}
}
