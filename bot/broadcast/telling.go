package broadcast

import (
	"fmt"
	"strings"

	"visnyk/bot"
	"visnyk/bot/markup"
)

// The keys of what is written on the buttons under a change, as its approval binds it.
const (
	ackText = "change.understood"
	askText = "change.question"
)

// labelled are the buttons that a broadcast of a change has to begin with: what each does, and
// the key of its label.
func labelled() [][2]string { return [][2]string{{"ack", ackText}, {"ask", askText}} }

// Telling is the message that tells a change, in the words of its sheet, with a title for
// colleagues who read the language. whom is whom it is for.
func (s *Broadcasts) Telling(c bot.Change, l bot.Language, whom bot.Segment) (bot.Broadcast, error) {
	b := bot.Broadcast{
		Title: c.Title.In(l), Titles: c.Title, Topic: string(c.Kind), Change: c.ID, Fallback: bot.UsualFallback, Must: c.AtLevel() == bot.LevelAcknowledge,
		Audience: whom, Text: bot.Bilingual{UK: tellingIn(c, bot.Ukrainian), RU: tellingIn(c, bot.Russian)},
	}
	for _, one := range labelled() {
		button := bot.BroadcastButton{Do: one[0]}
		for in, to := range map[bot.Language]*string{bot.Ukrainian: &button.Label.UK, bot.Russian: &button.Label.RU} {
			label, err := s.texts.Text(in, one[1], nil, nil)
			if err != nil {
				return b, err
			}
			*to = label
		}
		b.Buttons = append(b.Buttons, button)
	}
	if !b.Must {
		b.Digest = bot.Bilingual{UK: markup.Escape(strings.TrimSpace(c.Title.UK)), RU: markup.Escape(strings.TrimSpace(c.Title.RU))}
	}
	return b, nil
}

func tellingIn(c bot.Change, l bot.Language) string {
	var parts []string
	for i, w := range []bot.Bilingual{c.Title, c.Summary, c.Reason, c.Consequence, c.Benefit, c.ToDo} {
		text := markup.Escape(strings.TrimSpace(w.In(l)))
		switch {
		case text == "":
			continue
		case i == 0:
			text = fmt.Sprintf("**%s**", text)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "\n\n")
}
