package broadcast

import (
	"context"
	"errors"
	"slices"

	"visnyk/bot"
	"visnyk/bot/draft"
	"visnyk/storage"
)

// A broadcast that says of an announced change what was approved with it, and nothing
// else, to those whom it was approved for, has nothing left for anybody to approve: a
// schedule is enough. Whatever is another, a letter of a text or somebody in the audience,
// is approved by somebody else.

// sheets is what says what was approved with a change: a Store, or a transaction of it.
type sheets interface {
	Sheet(ctx context.Context, id string) (storage.Sheet, error)
	SheetVersion(ctx context.Context, id string, version int) (storage.Sheet, error)
	Segments(ctx context.Context) ([]bot.SavedSegment, error)
}

// ApprovedWith returns the version of its change with which all of the draft was approved,
// so that it may be scheduled as it is; 0 where somebody has to approve it.
func (s *Broadcasts) ApprovedWith(ctx context.Context, by bot.Actor, b bot.Broadcast) (version int, err error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return 0, err
	}
	return s.approvedWith(ctx, s.store, b)
}

func (s *Broadcasts) approvedWith(ctx context.Context, of sheets, b bot.Broadcast) (version int, err error) {
	if b.Change == "" || b.Derived() {
		return 0, nil
	}
	sheet, err := heard(ctx, of, b.Change)
	if errors.Is(err, storage.ErrNotFound) {
		return 0, nil
	}
	if err != nil || !s.binds(sheet) {
		return 0, err
	}
	saved, err := of.Segments(ctx)
	if err != nil {
		return 0, err
	}
	tree, err := b.Audience.Whole("segment", bot.ByID(saved))
	if err != nil || !approvedFor(sheet.Change, tree) { // what is wrong with it, its own way says
		return 0, nil
	}
	says, err := s.Telling(sheet.Change, bot.Ukrainian, b.Audience)
	if err != nil || !draft.Alike(asBound(says, sheet.Bound, b), b) {
		return 0, err
	}
	return sheet.Version, nil
}

// binds reports whether the sheet is announced, is what was approved, for each of our
// messengers, and is told everybody in the same words: those of a group are for nobody else.
func (s *Broadcasts) binds(sheet storage.Sheet) bool {
	if !sheet.Told() || sheet.Hash == "" || sheet.Hash != sheet.ApprovedHash(sheet.Bound) || len(sheet.Variants()) > 1 {
		return false
	}
	for _, m := range s.messengers {
		if !sheet.Bound.On(m.Kind) {
			return false
		}
	}
	return true
}

// approvedFor reports whether the tree, which names no segment, is whom the change was
// approved for, or those of them whom a wave of its plan takes first.
func approvedFor(c bot.Change, tree bot.Segment) bool {
	return slices.ContainsFunc(bot.WaveKinds(), func(kind bot.WaveKind) bool {
		switch kind {
		case bot.WaveStaff, bot.WavePartners: // whatever the change says
			return false
		case bot.WaveHigh, bot.WaveMedium, bot.WaveLow:
			if len(c.Graded(bot.Impact(kind))) == 0 {
				return false
			}
		}
		return draft.Alike(tree, c.WaveFor(kind))
	})
}

// asBound returns what tells the change with the labels that its approval has bound, and
// with what of the draft b needs nobody's approval but is scheduled: what it is called, when
// it leaves, how long it waits for one address, and what it may cost. Without a line for
// digests it is in none.
func asBound(says bot.Broadcast, bound bot.Bound, b bot.Broadcast) bot.Broadcast {
	for i, one := range labelled() {
		key := one[1]
		says.Buttons[i].Label = bot.Bilingual{UK: bound.Words[bot.Ukrainian][key], RU: bound.Words[bot.Russian][key]}
	}
	if b.Digest == (bot.Bilingual{}) {
		says.Digest = b.Digest
	}
	says.ID, says.State, says.Version, says.Title = b.ID, b.State, b.Version, b.Title
	says.Start, says.Until, says.Zone, says.Fallback, says.Ceiling = b.Start, b.Until, b.Zone, b.Fallback, b.Ceiling
	return says
}

// takenOver has a draft approved that was approved with its change to the letter, as the
// change was; of any other it changes nothing.
func (s *Broadcasts) takenOver(ctx context.Context, tx *storage.Tx, by bot.Actor, m storage.Mailing, with Moved) (storage.Mailing, error) {
	version, err := s.approvedWith(ctx, tx, m.Broadcast)
	if err != nil || version == 0 {
		return m, err
	}
	if is, err := audited(ctx, tx, m.Change, version); err != nil || !is {
		return m, err
	}
	detail := map[string]any{"from": m.State, "to": bot.BroadcastApproved, "change": m.Change, "change_version": version}
	if err := s.submit(with)(ctx, tx, by, &m, detail); err != nil {
		return m, err
	}
	m.State, m.Version, m.Note = bot.BroadcastApproved, m.Version+1, ""
	if err := s.keeps(ctx, tx, &m); err != nil {
		return m, err
	}
	detail["version"], detail["hash"] = m.Version, m.Hash
	if with.counted != nil {
		detail["people"] = *with.counted
	}
	if err := tx.PutBroadcast(ctx, m); err != nil {
		return m, err
	}
	return m, tx.Audit(ctx, storage.AuditEntry{Actor: bot.System(), Action: approved, Object: object(m.ID), Detail: detail})
}

// audited reports whether the audit tells of an approval of the version as it is: whoever
// changed it in the database, and its hash, would have to write the audit anew.
func audited(ctx context.Context, tx *storage.Tx, change string, version int) (is bool, err error) {
	sheet, err := tx.SheetVersion(ctx, change, version)
	for _, action := range []string{"change.approve", "change.import"} {
		if err == nil && !is {
			is, err = tx.AuditedOf(ctx, action, "change/"+change, "hash", sheet.Hash)
		}
	}
	return is, err
}
