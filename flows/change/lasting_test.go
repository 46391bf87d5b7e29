package change

import (
	"slices"
	"testing"

	"visnyk/bot"
	"visnyk/flows"
)

// A lasting button is pressed long after it was shown, and what a press carries may
// be anybody's invention: no step ever takes it for a word of the person's.
func TestLastingButtonNobodyKnows(t *testing.T) {
	turn := flows.Turn{
		State: bot.State{Flow: "faq", Step: "answer"}, Event: &bot.Event{Kind: bot.Tapped, Press: &bot.Press{Action: "_0123456789_zzz"}},
		Facts: &flows.Facts{
			Ledger:  []bot.LedgerEntry{{Change: bot.Change{ID: "move", Version: 1}}},
			Lasting: flows.Lasting{Do: "zzz", Change: "move", Version: 1, Part: bot.PartCard},
		},
	}
	i := slices.IndexFunc(Anywhere(), func(tr flows.Transition) bool { return tr.When(turn) })
	if i < 0 {
		t.Fatal("the step of the moment has it")
	}
	tr := Anywhere()[i]
	if said := tr.Do(turn); tr.To != "" || len(said) != 1 || said[0].(flows.Notify).Text.Key != "press.gone" {
		t.Errorf("%s: leads to %q and does %v", tr.Label, tr.To, said)
	}
	turn.Facts.Lasting.Current = true
	if slices.ContainsFunc(Anywhere(), func(tr flows.Transition) bool { return tr.When(turn) }) {
		t.Error("what the screen offers is the step's")
	}
}
