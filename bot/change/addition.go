package change

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"visnyk/bot"
	"visnyk/storage"
)

// Unshown returns the kinds of messenger for which nothing of the version is approved: they
// were connected later, and who comes by them hears nothing of it.
func (s *Changes) Unshown(sheet storage.Sheet) ([]string, error) {
	if !sheet.Told() || len(sheet.Bound.Hashes) == 0 {
		return nil, nil
	}
	all, err := s.Renderings(sheet.Change)
	return unshown(sheet.Bound, all), err
}

func unshown(of bot.Bound, all []bot.Rendering) (kinds []string) {
	for _, r := range all {
		if !of.On(r.Channel) && !slices.Contains(kinds, r.Channel) {
			kinds = append(kinds, r.Channel)
		}
	}
	return kinds
}

// Extend approves what the version in force shows at the messengers that were connected
// since, and nothing else of it: from then on who comes by them is told. It needs other
// eyes than those of who wrote the version. *bot.MoveError where nothing is missing,
// *bot.RefusedError where our own words in it are others by now: that takes a new version.
func (s *Changes) Extend(ctx context.Context, by bot.Actor, id string, version int) (storage.Sheet, error) {
	if err := by.Require(bot.ApproveContent); err != nil {
		return storage.Sheet{}, err
	}
	if version == 0 {
		return storage.Sheet{}, bot.ErrNoVersion
	}
	return s.write(ctx, func(tx *storage.Tx) (storage.Sheet, error) {
		sheet, err := tx.Sheet(ctx, id)
		if err != nil {
			return sheet, err
		}
		nothing := func() error {
			return &bot.MoveError{Noun: "change", From: string(sheet.State), Move: "extend", To: string(bot.ChangeAnnounced), Legal: bot.Choices(sheet.State.Moves())}
		}
		if sheet.InForce == 0 {
			return sheet, nothing()
		}
		if sheet, err = tx.ToldSheet(ctx, id); err != nil {
			return sheet, err
		}
		if err := bot.CheckVersion(version, sheet.Version); err != nil {
			return sheet, fmt.Errorf("change %s: %w", id, err)
		}
		all, _, err := s.bind(sheet.Change)
		if err != nil {
			return sheet, fmt.Errorf("render change %s: %w", id, err)
		}
		kinds := unshown(sheet.Bound, all)
		if len(kinds) == 0 {
			return sheet, nothing()
		}
		var added []bot.Rendering
		bound := bot.Bound{Hashes: slices.Clone(sheet.Bound.Hashes), Words: sheet.Bound.Words, Kinds: append(slices.Clone(sheet.Bound.Kinds), kinds...)}
		for _, r := range all {
			switch hash := r.Hash(); {
			case slices.Contains(kinds, r.Channel):
				added, bound.Hashes = append(added, r), append(bound.Hashes, hash)
			case r.Part == bot.PartCard && !slices.Contains(sheet.Bound.Hashes, hash):
				return sheet, bot.Refused("approved", bot.FaultNotApproved, nil)
			}
		}
		if by.User == sheet.Editor || by.User == sheet.Author {
			return sheet, &bot.ForbiddenError{Permission: bot.ApproveContent, Same: true}
		}
		sheet.Bound, sheet.Hash = bound, sheet.ApprovedHash(bound)
		detail := map[string]any{"from": sheet.State, "to": sheet.State, "version": sheet.Version, "level": sheet.AtLevel(), "channels": kinds}
		approval, err := tx.Approve(ctx, object(id), by, sheet.Hash)
		if err != nil {
			return sheet, err
		}
		maps.Copy(detail, approval)
		if err := tx.PutRenderings(ctx, "", added); err != nil {
			return sheet, err
		}
		return s.put(ctx, tx, by, "change.approve", sheet, detail)
	})
}
