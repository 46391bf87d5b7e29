package search

import "testing"

// TestNumbersInOneWay: whatever space stands in a number or before its unit, it is the
// same number; a telephone, a range and a name of letters and digits stay as they are.
func TestNumbersInOneWay(t *testing.T) {
	for text, want := range map[string]string{
		"1 650 грн":            "1650 грн",
		"1\u00a0650\u00a0грн":  "1650\u00a0грн",
		"1\u202f650\u202fгрн":  "1650\u202fгрн",
		"12\u2009345\u2009678": "12345678",
		"300мбіт":              "300 мбіт",
		"300\u00a0Мбіт/с":      "300\u00a0Мбіт/с",
		"067 123 45 67":        "067 123 45 67",
		"до 10 250 людей":      "до 10250 людей",
		"wifi6 4k ipv6 5g":     "wifi6 4k ipv6 5g",
		"у 3 під'їзді":         "у 3 під'їзді",
		"без чисел":            "без чисел",
	} {
		if got := figures(text); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
	if a, b := Key("роутер за 1\u202f650\u00a0грн"), Key("роутер за 1650 грн"); a != b {
		t.Errorf("%q and %q are two questions", a, b)
	}
}
