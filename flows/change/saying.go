package change

import (
	"slices"

	"visnyk/flows"
)

// sayings are the arrows of words that do within a change what its buttons do.
func sayings() []flows.Transition {
	return []flows.Transition{
		flows.Saying(flows.AsksWhen, "about", nil),
		flows.Saying(flows.AsksWhy, "reason", nil),
		flows.Saying(flows.AsksForMe, "consequence", nil),
		flows.Saying(flows.AsksGain, "benefit", nil),
		flows.Saying(flows.AsksToDo, "todo", nil),
		flows.Saying(flows.WantsToFollow, "", follow(true, "change.followed")),
		flows.Saying(flows.WantsNotToFollow, "", follow(false, "change.unfollowed")),
		flows.Saying(flows.HasUnderstood, "done", understood),
		flows.Saying(flows.HasAQuestion, "ask", asked),
	}
}

// understood is acknowledge in words: no message was pressed whose button could
// show it.
func understood(t flows.Turn) []flows.Effect {
	return slices.DeleteFunc(acknowledge(t), func(e flows.Effect) bool { _, amends := e.(flows.Amend); return amends })
}

// byPart are the arrows to the side that tells a part of the change.
func byPart() (on []flows.Transition) {
	for _, s := range sides() {
		on = append(on, flows.Transition{
			Label: string(s.part), To: s.step, When: func(t flows.Turn) bool { return t.Var(flows.VarPart) == string(s.part) },
		})
	}
	return on
}
