package bot

import (
	"slices"
	"strings"
)

// A lasting button counts whatever the screen is, as long as its message stands:
// it names the rendering that it stands under, and so the change and the version
// that a press speaks of. Its action is that of a button of the screen with the
// rendering's id before it.

// lastingMark begins and parts the action of a lasting button. No other action
// begins with it.
const lastingMark = "_"

// LastingOpen is what the button beside a line of a digest does: it shows all of the
// broadcast that the line stands for.
const LastingOpen = "open"

// lastingFlow begins what a button does that opens a flow of conversation.
const lastingFlow = "flow."

// LastingFlow returns what a button does that opens the flow with the name.
func LastingFlow(flow string) (do string) { return lastingFlow + flow }

// OpensFlow returns the flow that a button opens which does this; false where it opens none.
func OpensFlow(do string) (flow string, ok bool) { return strings.CutPrefix(do, lastingFlow) }

// Door is a flow that a button under a message to many may open.
type Door struct {
	Flow string // its name
	Text string // the key of what it is called among the texts
}

// LastingAction returns the action of a lasting button under the rendering with
// the id, which does what do names.
func LastingAction(rendering, do string) string {
	return lastingMark + rendering + lastingMark + do
}

// ReadLasting returns what LastingAction was given; false for any other action.
func ReadLasting(action string) (rendering, do string, ok bool) {
	rest, ok := strings.CutPrefix(action, lastingMark)
	if !ok || len(rest) < RenderingIDLength+len(lastingMark)+1 {
		return "", "", false
	}
	rendering, do = rest[:RenderingIDLength], rest[RenderingIDLength:]
	do, ok = strings.CutPrefix(do, lastingMark)
	if !ok || strings.Trim(rendering, "0123456789abcdef") != "" {
		return "", "", false
	}
	return rendering, do, true
}

// Lasting reports whether the button counts whatever the screen is.
func (b Button) Lasting() bool {
	_, _, ok := ReadLasting(b.Action)
	return ok
}

// Staying returns the buttons with those marked to stay that last, or lead somewhere: they
// belong to what their message tells.
func Staying(rows [][]Button) [][]Button {
	out := make([][]Button, len(rows))
	for i, row := range rows {
		out[i] = slices.Clone(row)
		for j, b := range row {
			out[i][j].Lasts = b.Lasts || b.Lasting() || b.URL != ""
		}
	}
	return out
}

// RehearsalAction is what every button of a rehearsal does: nothing, and it says so.
const RehearsalAction = "rehearsal"
