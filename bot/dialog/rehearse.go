package dialog

import (
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// The keys of what stands before a rehearsal, on each of its messages, and of what a
// press on one of its buttons hears.
const (
	rehearsalHead  = "rehearsal.head"
	rehearsalMark  = "rehearsal.mark"
	rehearsalPress = "press.rehearsal"
)

// Rehearse makes the messages by which the bot tells customers all of this, marked as a
// rehearsal, for a colleague: the buttons are there, and do nothing. What mentions a
// change in a line among others is left out.
func (d *Engine) Rehearse(name string, l bot.Language, now time.Time, all []flows.Telling) (messages []bot.Message, err error) {
	t := &turn{d: d, s: &TurnInput{Now: now}, spoken: l, conv: bot.Conversation{Address: bot.Address{Bot: name}}}
	head, err := t.text(rehearsalHead)
	if err != nil {
		return nil, err
	}
	mark, err := t.text(rehearsalMark)
	if err != nil {
		return nil, err
	}
	messages = append(messages, bot.Message{Text: head})
	for _, told := range all {
		if told.Part == bot.PartDigest {
			continue
		}
		text, err := t.paragraphs(told.Texts, t.words)
		if err != nil {
			return nil, err
		}
		m := bot.Message{Text: mark + "\n\n" + text}
		if slices.ContainsFunc(messages, func(is bot.Message) bool { return is.Text == m.Text }) { // said to several groups alike
			continue
		}
		if m.Buttons, err = t.buttons(told.Buttons, ""); err != nil {
			return nil, err
		}
		for _, row := range m.Buttons {
			for i := range row {
				row[i] = bot.Button{Label: row[i].Label, Action: bot.RehearsalAction, Lasts: row[i].Lasts}
			}
		}
		messages = append(messages, m)
	}
	return messages, nil
}

// rehearsed reports whether the event presses a button of a rehearsal.
func rehearsed(e bot.Event) bool { return e.Press != nil && e.Press.Action == bot.RehearsalAction }
