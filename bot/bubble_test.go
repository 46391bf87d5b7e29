package bot_test

import (
	"reflect"
	"testing"

	"visnyk/bot"
)

// What looks the same is the same, in whatever pieces a channel wrote it.
func TestBubbleJoined(t *testing.T) {
	want := []bot.Run{{Text: "Тарифи", Bold: true}, {Text: "\n\nЗ 1 лютого\nдорожче: "}, {Text: "ось", Link: "https://a.example"}}
	for name, runs := range map[string][]bot.Run{
		"whole":           want,
		"line by line":    {{Text: "Тарифи", Bold: true}, {Text: "\n"}, {Text: "\n"}, {Text: "З 1 лютого"}, {Text: "\n"}, {Text: "дорожче: "}, {Text: "ось", Link: "https://a.example"}},
		"styled lines":    {{Text: "Тарифи\n\n", Bold: true}, {Text: "З 1 лютого\nдорожче:"}, {Text: " ", Italic: true}, {}, {Text: "ось", Link: "https://a.example"}},
		"word for a word": {{Text: "Тарифи", Bold: true}, {Text: "\n\nЗ "}, {Text: "1 лютого\nдорожче: "}, {Text: "ось", Link: "https://a.example"}},
	} {
		if got := (bot.Bubble{Runs: runs}).Joined().Runs; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	other := bot.Bubble{Runs: []bot.Run{{Text: "Тарифи"}}}
	if reflect.DeepEqual(other.Joined().Runs, want[:1]) {
		t.Error("a style is lost")
	}
}
