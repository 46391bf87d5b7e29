package change

import (
	"context"
	"fmt"
	"slices"

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
	return copyGroups(ctx, tx, sheet)
}

// copyGroups does the same for each group that names a segment.
func copyGroups(ctx context.Context, tx *storage.Tx, sheet *storage.Sheet) error {
	all, err := tx.Segments(ctx)
	if err != nil {
		return err
	}
	sheet.Groups = slices.Clone(sheet.Groups)
	for i, g := range sheet.Groups {
		if len(g.Segment.Within()) == 0 {
			continue
		}
		sheet.Groups[i].Named = g.Segment
		if sheet.Groups[i].Segment, err = g.Segment.Whole(fmt.Sprintf("groups/%d/segment", i), bot.ByID(all)); err != nil {
			return err
		}
	}
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
