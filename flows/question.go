package flows

import (
	"strings"

	"visnyk/bot"
)

// VarAsked is the question that waits for its ending: the update that brought
// it, a line break, and its words made safe to keep.
const VarAsked = "asked"

// Asks notes that the event's text is a question whose ending is to be kept.
func (t Turn) Asks() Set { return Set{VarAsked, t.Facts.Update + "\n" + Mask(t.Event.Text)} }

// Ended notes how the person's last question ended, with the articles they were
// offered and the one it speaks of; no effects where no question waits. A bad
// ending is final, and so is a good answer; after a pick the answer is still to
// be judged.
func (t Turn) Ended(how bot.Ending, shown []string, article string) []Effect {
	update, text, ok := strings.Cut(t.Var(VarAsked), "\n")
	if !ok || text == "" {
		return nil
	}
	effects := []Effect{Asked{Update: update, Text: text, Ending: how, Shown: shown, Article: article, Change: t.Var(VarTopic)}}
	if how != bot.EndedPicked {
		effects = append(effects, Set{Name: VarAsked})
	}
	return effects
}

// Complained keeps the words of a complaint about a change, for whoever tells the change;
// no effects where it is about none.
func (t Turn) Complained() []Effect {
	if t.Var(VarTopic) == "" || t.Event.Text == "" {
		return nil
	}
	return []Effect{Asked{Update: t.Facts.Update, Text: Mask(t.Event.Text), Ending: bot.EndedComplained, Change: t.Var(VarTopic)}}
}
