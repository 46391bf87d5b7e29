package flows

import "testing"

// TestMarksAreLettersOfAnotherLayout: a word typed on the wrong keys is not the short
// Latin word inside it.
func TestMarksAreLettersOfAnotherLayout(t *testing.T) {
	for text, want := range map[string]Command{
		"'ru": None, ";ru": None, "uk.jy": None, "`hi": None, "ru": WantsRussian, "RU!": WantsRussian, "uk.": WantsUkrainian,
		"ru,": WantsRussian, "hi": Greets, "hi, bot": Greets, "ukrayins'koyu": WantsUkrainian, "jgthfnjh": WantsHuman, ";bdfz k.lbyf": WantsHuman,
	} {
		if got := ParseCommand(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
