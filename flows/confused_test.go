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
