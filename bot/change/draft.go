package change

import (
	"visnyk/bot"
	"visnyk/bot/draft"
	"visnyk/storage"
)

// Drafts are what people have written in the sheets of changes and no version holds yet.
func (s *Changes) Drafts() *draft.Drafts[bot.Change, storage.Sheet] {
	return &draft.Drafts[bot.Change, storage.Sheet]{
		Name: "change", Store: s.store, Kept: s.store.SheetDrafts(), Reads: bot.ReadContent, Read: s.Read, Replace: s.Replace,
		Content:  func(s storage.Sheet) bot.Change { return s.Unsubmitted().Change },
		Names:    func(c *bot.Change) (*string, *int) { return &c.ID, &c.Version },
		Writable: writable,
		Plain:    plain,
		Long:     bot.Invalid("summary", bot.FaultLong, bot.Data{"Max": maxText}),
	}
}

// writable returns an error where the version that its makers have before them is no
// draft.
func writable(s storage.Sheet) error {
	if s.State == bot.ChangeDraft {
		return nil
	}
	return &bot.MoveError{Noun: "change", From: string(s.State), Move: bot.EditMove, Legal: bot.Choices(s.State.Moves())}
}

// plain returns what a sheet says.
func plain(c bot.Change) bot.Change {
	c = written(Grouped(c))
	c.ID, c.State, c.Version, c.Level = "", "", 0, c.AtLevel()
	return c
}

// Grouped returns the change with whom it concerns as a group, where it has none and is
// not for everyone: so a sheet shows it.
func Grouped(c bot.Change) bot.Change {
	if len(c.Groups) == 0 && !c.Audience.Everyone() {
		c.Groups = []bot.ChangeGroup{{Segment: c.Audience}}
	}
	return c
}
