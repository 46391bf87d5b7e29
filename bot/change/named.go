package change

import (
	"context"

	"visnyk/bot"
	"visnyk/storage"
)

// whole returns the audience of a draft with the segments within it in their places.
// While the transaction lasts nobody changes them.
func whole(ctx context.Context, tx *storage.Tx, c bot.Change) (bot.Segment, error) {
	if len(c.Audience.Within()) == 0 {
		return c.Audience, nil
	}
	all, err := tx.Segments(ctx)
	if err != nil {
		return bot.Segment{}, err
	}
	return c.Audience.Whole("audience", bot.ByID(all))
}

// copyAudience puts a copy of each segment that the audience names in its place, so that
// who approves decides about these people and no others.
func copyAudience(ctx context.Context, tx *storage.Tx, sheet *storage.Sheet) error {
	if len(sheet.Audience.Within()) == 0 {
		return nil
	}
	tree, err := whole(ctx, tx, sheet.Change)
	if err != nil {
		return err
	}
	if faults := faultsOfAudience(sheet.Audience, tree); len(faults) > 0 {
		return &bot.InvalidError{Faults: faults}
	}
	sheet.Named, sheet.Audience = sheet.Audience, tree
	return nil
}

// outdated marks those changes whose copy of a segment is not what the segment is now.
func (s *Changes) outdated(ctx context.Context, all []storage.Sheet) error {
	var saved map[string]bot.SavedSegment
	for i := range all {
		if all[i].Named.Everyone() {
			continue
		}
		if saved == nil {
			segments, err := s.store.Segments(ctx)
			if err != nil {
				return err
			}
			saved = bot.ByID(segments)
		}
		all[i].Outdated = !all[i].Named.Still(all[i].Audience, saved)
	}
	return nil
}
