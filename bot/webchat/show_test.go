package webchat

import (
	"testing"

	"visnyk/bot"
)

// The preview is what Render made, as the page draws it.
func TestShow(t *testing.T) {
	c := &Channel{}
	parts, err := c.Render(bot.Message{Text: "Ціни:\n\n- **120** грн\n- [сайт](https://example.com)"})
	if err != nil || len(parts) != 1 {
		t.Fatal(parts, err)
	}
	shown, err := c.Show(parts[0])
	if err != nil || shown.Text() != "Ціни:\n\n• 120 грн\n• сайт" {
		t.Fatalf("%q, %v", shown.Text(), err)
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
