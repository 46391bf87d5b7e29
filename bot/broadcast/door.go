package broadcast

import (
	"fmt"
	"slices"

	"visnyk/bot"
)

// Doors are the flows that a button may open.
func (s *Broadcasts) Doors() []bot.Door { return s.doors }

// checkFlows finds the buttons that open a flow which is not there, or not made to be
// opened so.
func (s *Broadcasts) checkFlows(f *faults, b bot.Broadcast) {
	names := make([]string, len(s.doors))
	for i, d := range s.doors {
		names[i] = d.Flow
	}
	for i, button := range b.Buttons {
		if button.Flow != "" && !slices.Contains(names, button.Flow) {
			f.wrong(fmt.Sprintf("buttons/%d/flow", i), bot.FaultChoice, bot.Data{"Choices": names})
		}
	}
}

// opens fails where a button opens a flow that is not there any more since it was written:
// another version of the program may have fewer.
func (s *Broadcasts) opens(b bot.Broadcast) error {
	var f faults
	s.checkFlows(&f, b)
	return f.err()
}
