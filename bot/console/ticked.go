package console

import (
	"slices"

	"visnyk/bot"
)

// Ticked fails with the fields "read/uk" and "read/ru" unless whoever approves has ticked
// each language as read.
func Ticked(read []string) error {
	var faults []bot.Fault
	for _, l := range bot.Languages() {
		if !slices.Contains(read, string(l)) {
			faults = append(faults, bot.Fault{Field: "read/" + string(l), Code: bot.FaultUnticked})
		}
	}
	if len(faults) > 0 {
		return &bot.InvalidError{Faults: faults}
	}
	return nil
}
