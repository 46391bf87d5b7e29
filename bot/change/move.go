package change

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// needs is who may make each move: whoever has one of the permissions.
func needs() map[bot.ChangeMove][]bot.Permission {
	write, approve := []bot.Permission{bot.WriteContent}, []bot.Permission{bot.ApproveContent}
	either := []bot.Permission{bot.WriteContent, bot.ApproveContent}
	return map[bot.ChangeMove][]bot.Permission{
		bot.ChangeSubmit:   write,
		bot.ChangeApprove:  approve,
		bot.ChangeReturn:   approve,
		bot.ChangeRecall:   write,
		bot.ChangeUndo:     approve,
		bot.ChangeRevise:   either,
		bot.ChangeAnnounce: write,
		bot.ChangeCorrect:  write,
		bot.ChangeClose:    write,
		bot.ChangeWithdraw: write,
	}
}

func mayMove(by bot.Actor, m bot.ChangeMove) error {
	any, ok := needs()[m]
	if !ok {
		return fmt.Errorf("there is no move %q", m)
	}
	if slices.ContainsFunc(any, by.May) {
		return nil
	}
	return by.Require(any[0])
}

// Said is what is said with a move.
type Said struct {
	Note string
	// Notes are those at fields, by their names as findings have them, of a return.
	Notes map[string]string
	// Hash, unless "", is what was read of a version that is approved, as Approvable gives
	// it; Read are the languages in which it was, and People how many it said it was for.
	Hash   string
	Read   []bot.Language
	People int
	// Despite, unless nil, is how many people a version is announced to on purpose, though
	// it was approved for many more or fewer.
	Despite *int

	counted *int // whom the version concerns as it is moved; nil: nobody counted
}

// Move moves the version of the change that whoever moves it has read: the one its
// makers have before them or, where a correction of it is being made, the one in force.
// It returns that version, and for a correction the new one. No version:
// bot.ErrNoVersion; neither of the two: *bot.StaleError. Not legal from where it
// stands: *bot.MoveError; submitted or approved with a blank, or returned without a
// note: *bot.InvalidError; approved by who wrote any part of it or submitted it:
// *bot.ForbiddenError with Same; approved after something else than was read would be, or
// announced to many more or fewer people than it was approved for: *bot.RefusedError.
//
// From the approval on its content is locked and colleagues see it; customers hear of
// it once it is announced. Everybody it concerns gets their row of the ledger behind
// that commit (bot/expand), and turns judge by the audience until then: Expanding of
// the sheet says how far that is.
func (s *Changes) Move(ctx context.Context, by bot.Actor, id string, m bot.ChangeMove, version int, note string) (storage.Sheet, error) {
	return s.MoveSaying(ctx, by, id, m, version, Said{Note: note})
}

// MoveSaying is Move with more that is said.
func (s *Changes) MoveSaying(ctx context.Context, by bot.Actor, id string, m bot.ChangeMove, version int, said Said) (storage.Sheet, error) {
	if err := mayMove(by, m); err != nil {
		return storage.Sheet{}, err
	}
	if version == 0 {
		return storage.Sheet{}, bot.ErrNoVersion
	}
	if m == bot.ChangeApprove || m == bot.ChangeAnnounce {
		var err error
		if said.counted, err = s.counted(ctx, id); err != nil {
			return storage.Sheet{}, err
		}
	}
	return s.write(ctx, func(tx *storage.Tx) (storage.Sheet, error) {
		sheet, err := meant(ctx, tx, id, version, m)
		if err != nil {
			return storage.Sheet{}, err
		}
		return s.move(ctx, tx, by, sheet, m, said)
	})
}

// meant returns the version that is moved.
func meant(ctx context.Context, tx *storage.Tx, id string, version int, m bot.ChangeMove) (storage.Sheet, error) {
	sheet, err := tx.Sheet(ctx, id)
	if err != nil || sheet.Version == version {
		return sheet, err
	}
	if version != sheet.InForce {
		return sheet, fmt.Errorf("change %s: %w", id, bot.CheckVersion(version, sheet.Version))
	}
	if m == bot.ChangeCorrect && sheet.State.Open() { // there is a correction of it already
		return sheet, &bot.MoveError{Noun: "change", From: string(sheet.State), Move: string(m), To: string(m.Leads()), Legal: bot.Choices(sheet.State.Moves())}
	}
	return tx.ToldSheet(ctx, id)
}

// move makes one legal move of a version that nobody else moves until the commit.
func (s *Changes) move(ctx context.Context, tx *storage.Tx, by bot.Actor, was storage.Sheet, m bot.ChangeMove, said Said) (storage.Sheet, error) {
	next, ok := was, false
	if next.State, ok = was.State.Can(m); !ok {
		return was, &bot.MoveError{Noun: "change", From: string(was.State), Move: string(m), To: string(m.Leads()), Legal: bot.Choices(was.State.Moves())}
	}
	next.Note = strings.TrimSpace(said.Note)
	detail := map[string]any{"from": was.State, "version": was.Version, "note": next.Note}
	does := map[bot.ChangeMove]func(context.Context, *storage.Tx, bot.Actor, *storage.Sheet, map[string]any) error{
		bot.ChangeSubmit: s.submit, bot.ChangeApprove: s.approves(said), bot.ChangeReturn: returns(said), bot.ChangeRecall: revise, bot.ChangeUndo: s.undo, bot.ChangeRevise: revise,
		bot.ChangeAnnounce: s.announces(said), bot.ChangeCorrect: s.correct, bot.ChangeWithdraw: heard, bot.ChangeClose: heard,
	}
	if do := does[m]; do != nil {
		if err := do(ctx, tx, by, &next, detail); err != nil {
			return was, err
		}
	}
	if was.State == bot.ChangeReview { // it was decided, so nobody is called to it any more
		if err := tx.EndCalls(ctx, object(was.ID)); err != nil {
			return was, err
		}
	}
	detail["to"] = next.State
	before, err := inForce(ctx, tx, was)
	if err != nil {
		return was, err
	}
	moved, err := s.put(ctx, tx, by, "change."+string(m), next, detail)
	if err != nil {
		return was, err
	}
	return moved, s.rolled(ctx, tx, m, before, moved)
}

// inForce is the version of the change that customers hear of; the zero one where they
// hear of none.
func inForce(ctx context.Context, tx *storage.Tx, of storage.Sheet) (storage.Sheet, error) {
	if of.InForce == 0 {
		return storage.Sheet{}, nil
	}
	return tx.ToldSheet(ctx, of.ID)
}

// submit copies the segments within the audience into it: a later edit of one is not
// what was approved.
func (s *Changes) submit(ctx context.Context, tx *storage.Tx, by bot.Actor, sheet *storage.Sheet, detail map[string]any) error {
	if err := s.ready(ctx, tx, *sheet, detail); err != nil {
		return err
	}
	if err := copyAudience(ctx, tx, sheet); err != nil {
		return err
	}
	sheet.Submitted = s.now()
	return tx.Wrote(ctx, object(sheet.ID), by)
}

// revise makes a draft of what was approved, and the approval is void, or of what waits for
// one.
func revise(ctx context.Context, tx *storage.Tx, by bot.Actor, sheet *storage.Sheet, _ map[string]any) error {
	open(sheet)
	return nil
}

// open makes a draft of the version, for its makers to write on.
func open(sheet *storage.Sheet) {
	*sheet = sheet.Unsubmitted()
	sheet.Submitted, sheet.Approved, sheet.Hash, sheet.Bound = time.Time{}, time.Time{}, "", bot.Bound{}
}

// announces opens the change to whoever it concerns. Only what was approved is told, and
// only to about as many as it was approved for.
func (s *Changes) announces(said Said) func(context.Context, *storage.Tx, bot.Actor, *storage.Sheet, map[string]any) error {
	return func(ctx context.Context, tx *storage.Tx, _ bot.Actor, sheet *storage.Sheet, detail map[string]any) error {
		if sheet.Hash == "" || sheet.Hash != sheet.ApprovedHash(sheet.Bound) {
			return bot.Refused("approved", bot.FaultNotApproved, nil)
		}
		if err := guard(ctx, tx, *sheet, said, detail); err != nil {
			return err
		}
		if sheet.InForce != 0 {
			detail["replaces"] = sheet.InForce
		}
		sheet.Announced = s.now()
		if err := tx.DropSheetNotes(ctx, sheet.ID); err != nil {
			return err
		}
		return tx.ForgetWriters(ctx, object(sheet.ID))
	}
}

// correct opens the next version as a draft; the one that is corrected stays in force
// until that is announced.
func (s *Changes) correct(ctx context.Context, tx *storage.Tx, by bot.Actor, sheet *storage.Sheet, detail map[string]any) error {
	last, err := tx.LastVersion(ctx, sheet.ID)
	if err != nil {
		return err
	}
	open(sheet)
	detail["corrects"] = sheet.Version
	sheet.Version, sheet.State, sheet.Editor, sheet.Wrong = last+1, bot.ChangeDraft, by.User, bot.Bilingual{}
	sheet.Made, sheet.Announced = s.now(), time.Time{}
	detail["version"] = sheet.Version
	return tx.Wrote(ctx, object(sheet.ID), by)
}

// heard notes how many have heard of what goes.
func heard(ctx context.Context, tx *storage.Tx, _ bot.Actor, sheet *storage.Sheet, detail map[string]any) error {
	if sheet.InForce != sheet.Version {
		return nil
	}
	n, err := tx.Heard(ctx, sheet.ID)
	detail["heard"] = n
	return err
}
