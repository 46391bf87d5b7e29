package telegram

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
)

// The preview is what Render made: styles, links and signs as people see them.
func TestShow(t *testing.T) {
	c := &Channel{}
	for text, want := range map[string][]bot.Run{
		"Ціна **120 грн** < 200 & _так_":       {{Text: "Ціна "}, {Text: "120 грн", Bold: true}, {Text: " < 200 & "}, {Text: "так", Italic: true}},
		"[сайт](https://example.com/?a=1&b=2)": {{Text: "сайт", Link: "https://example.com/?a=1&b=2"}},
		"~~старе~~ `<b>`":                      {{Text: "старе", Strike: true}, {Text: " "}, {Text: "<b>", Code: true}},
	} {
		parts, err := c.Render(bot.Message{Text: text})
		if err != nil || len(parts) != 1 {
			t.Fatal(parts, err)
		}
		shown, err := c.Show(parts[0])
		if diff := cmp.Diff(want, shown.Runs); diff != "" || err != nil {
			t.Errorf("%q: %v %s", text, err, diff)
		}
	}
	parts, err := c.Render(bot.Message{Text: "Так?", Buttons: [][]bot.Button{{{Label: "Так & ні", Action: "a"}, {Label: "<b>", URL: "https://a.example"}}, {{Label: "Далі", Action: "b"}}}})
	if err != nil {
		t.Fatal(err)
	}
	shown, err := c.Show(parts[len(parts)-1])
	if diff := cmp.Diff([][]string{{"Так & ні", "<b>"}, {"Далі"}}, shown.Buttons); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	parts, err = c.Render(bot.Message{Text: "**як є**", Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	if shown, err := c.Show(parts[0]); err != nil || shown.Text() != "**як є**" || len(shown.Runs) != 1 {
		t.Errorf("%+v, %v", shown, err)
	}
}
