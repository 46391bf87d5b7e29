package flows

import "testing"

// TestWordsOfTheirOwn: a word of the dictionaries that stands a letter away from a
// command is none; whom one asks for by her own word is asked for.
func TestWordsOfTheirOwn(t *testing.T) {
	for _, text := range []string{"дякун", "вітас", "відпилися", "лодину", "лідину", "жидвою", "русти", "насад", "сваргу", "потати", "яника", "українськом"} {
		if c := ParseCommand(text); c != None {
			t.Errorf("%q is the command %q", text, c)
		}
	}
	for _, text := range []string{"операторка", "операторку", "покличте менеджерку", "з'єднайте з керівничкою"} {
		if c := ParseCommand(text); c != WantsHuman {
			t.Errorf("%q is the command %q", text, c)
		}
	}
}

// TestCompoundsOfTheirOwn: a word joined by a hyphen is none of its parts, however it is
// typed; two words that somebody joins are.
func TestCompoundsOfTheirOwn(t *testing.T) {
	for _, text := range []string{"день-добрий", "дня-доброго", "гей-теми", "den-dobryi", "dnya-dobroho", "utq-ntvs"} {
		if c := ParseCommand(text); c != None {
			t.Errorf("%q is the command %q", text, c)
		}
	}
	for text, want := range map[string]Command{"добрий-день": Greets, "стоп-стоп": WantsStop, "день добрий": Greets} {
		if c := ParseCommand(text); c != want {
			t.Errorf("%q is %q, want %q", text, c, want)
		}
	}
}
