package storage_test

import (
	"testing"

	"visnyk/bot"
	"visnyk/storage"
)

// What counts for how somebody was told is the newest version that a message of its own told
// them, in the chat where they are counted; what has not ended does not, and a line that only
// mentions it does where nothing else is.
func TestWhatCountsAsTold(t *testing.T) {
	tells := func(name string, version int, part bot.RenderingPart, in, outcome string) storage.ToldBy {
		return storage.ToldBy{Cause: name, Version: version, Part: part, Address: bot.Address{Bot: in}, Outcome: outcome}
	}
	sent := string(bot.Sent)
	for want, all := range map[string][]storage.ToldBy{
		"":        {tells("waits", 1, bot.PartCard, "a", bot.OutcomeOnItsWay)},
		"line":    {tells("line", 1, bot.PartDigest, "a", sent)},
		"card":    {tells("line", 2, bot.PartDigest, "a", sent), tells("card", 1, bot.PartCard, "a", sent)},
		"before":  {tells("before", 1, bot.PartCard, "a", sent), tells("line", 2, bot.PartDigest, "a", sent)},
		"newest":  {tells("old", 1, bot.PartCard, "a", sent), tells("newest", 2, bot.PartCard, "b", sent), tells("again", 1, bot.PartCard, "a", sent)},
		"counted": {tells("elsewhere", 2, bot.PartCard, "b", sent), tells("counted", 2, bot.PartCard, "a", sent)},
		"arrived": {tells("arrived", 1, bot.PartCard, "a", sent), tells("waits", 2, bot.PartCard, "a", bot.OutcomeOnItsWay)},
	} {
		row := storage.LedgerRow{Standing: bot.Standing{Bot: "a"}, Tellings: all}
		if got, ok := row.ToldLast(); got.Cause != want || ok != (want != "") {
			t.Errorf("%q counts, want %q", got.Cause, want)
		}
	}
}
