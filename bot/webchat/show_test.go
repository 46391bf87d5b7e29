package webchat

import (
	"slices"
	"testing"

	"visnyk/bot"
)

// The preview is what Render made, as the page draws it.
func TestShow(t *testing.T) {
	c := &Channel{}
	parts, err := c.Render(bot.Message{
		Text: "Ціни:\n\n- **120** грн\n- [сайт](https://example.com)", Buttons: [][]bot.Button{{{Label: "Так", Action: "a"}, {Label: "Ні", Action: "b"}}},
	})
	if err != nil || len(parts) != 1 {
		t.Fatal(parts, err)
	}
	shown, err := c.Show(parts[0])
	if err != nil || shown.Text() != "Ціни:\n\n• 120 грн\n• сайт" {
		t.Fatalf("%q, %v", shown.Text(), err)
	}
	if len(shown.Buttons) != 1 || !slices.Equal(shown.Buttons[0], []string{"Так", "Ні"}) {
		t.Errorf("%q", shown.Buttons)
	}
	var bold, link bool
	for _, r := range shown.Runs {
		bold = bold || r.Text == "120" && r.Bold
		link = link || r.Text == "сайт" && r.Link == "https://example.com"
	}
	if !bold || !link {
		t.Errorf("%+v", shown.Runs)
	}
}
