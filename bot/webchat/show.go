package webchat

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"visnyk/bot"
)

// Show implements bot.Shower.
func (c *Channel) Show(p bot.Part) (bot.Bubble, error) {
	var s spoken
	if err := json.Unmarshal(p.Body, &s); err != nil {
		return bot.Bubble{}, fmt.Errorf("web chat part: %w", err)
	}
	var shown bot.Bubble
	if s.Media != nil {
		shown.File = cmp.Or(s.Media.Name, s.Media.URL)
	}
	for _, row := range s.Buttons {
		var labels []string
		for _, b := range row {
			labels = append(labels, b.Label)
		}
		shown.Buttons = append(shown.Buttons, labels)
	}
	for i, b := range s.Blocks {
		if i > 0 {
			gap := "\n\n"
			if b.Kind == "li" && s.Blocks[i-1].Kind == "li" {
				gap = "\n"
			}
			shown.Runs = append(shown.Runs, bot.Run{Text: gap})
		}
		shown.Runs = append(shown.Runs, runs(b)...)
	}
	return shown, nil
}

// runs are the words of a block as the page draws them.
func runs(b block) (all []bot.Run) {
	if b.Marker != "" || b.Kind == "li" {
		all = append(all, bot.Run{Text: strings.Repeat("  ", b.Depth) + cmp.Or(b.Marker, "•") + " "})
	}
	for _, s := range b.Spans {
		all = append(all, bot.Run{
			Text: s.Text, Link: s.Link, Quote: b.Kind == "quote",
			Bold:   b.Kind == "h" || strings.Contains(s.Marks, "b"),
			Italic: strings.Contains(s.Marks, "i"), Strike: strings.Contains(s.Marks, "s"),
			Code: b.Kind == "code" || strings.Contains(s.Marks, "c"),
		})
	}
	return all
}
