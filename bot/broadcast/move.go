package broadcast

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// LateStart is how long after its moment a broadcast still begins by itself. Later it
// asks.
const LateStart = storage.PulseStale

// needs is who may make each move: whoever has one of the permissions.
func needs() map[bot.BroadcastMove][]bot.Permission {
	write, approve := []bot.Permission{bot.WriteContent}, []bot.Permission{bot.ApproveContent}
	either := []bot.Permission{bot.WriteContent, bot.ApproveContent}
	return map[bot.BroadcastMove][]bot.Permission{
		bot.BroadcastSubmit:   write,
		bot.BroadcastApprove:  approve,
		bot.BroadcastReturn:   approve,
		bot.BroadcastRecall:   write,
		bot.BroadcastUndo:     approve,
		bot.BroadcastSchedule: write,
		bot.BroadcastStart:    write,
		bot.BroadcastResume:   write,
		bot.BroadcastRetry:    write,
		bot.BroadcastFill:     write, // who may begin what was approved
		bot.BroadcastMend:     write,
		bot.BroadcastPause:    either, // whoever sees that something is wrong
		bot.BroadcastCancel:   either,
	}
}

// MayMove reports whether the actor may make the move, by their role: *bot.ForbiddenError
// where not.
func MayMove(by bot.Actor, m bot.BroadcastMove) error {
	any, ok := needs()[m]
	if !ok {
		return fmt.Errorf("there is no move %q", m)
	}
	if slices.ContainsFunc(any, by.May) {
		return nil
	}
	return by.Require(any[0])
}

// Moved is what is said with a move.
type Moved struct {
	Note string
	// Hash, unless "", is what was read of a broadcast that is approved, as Approvable
	// gives it.
	Hash string
	// Outcome and Reason are of those whom a retry tells again: "failed", "skipped" or
	// "unknown", and why, as the report has it.
	Outcome bot.RecipientOutcome
	Reason  string
	// People is how many they are, for whoever has read the number: of a retry that would
	// tell others too nothing comes. 0: as many as there are. Of a start it is how many it
	// is meant for by now, where they are not about as many as were approved.
	People int

	counted *int       // whom it is for, where that was counted
	gate    Gate       // what it waits for, where that was asked
	kept    *bot.Media // what it shows, as it is kept, where it is submitted
}

// Move moves the version of the broadcast that whoever moves it has read. No version:
// bot.ErrNoVersion; no longer the one that is there: *bot.StaleError. Not legal from
// where it stands: *bot.MoveError; with a blank, or returned without a note:
// *bot.InvalidError; approved by who wrote any part of it or submitted it:
// *bot.ForbiddenError with Same; approved after something else than was read would be, or
// taken back too late: *bot.RefusedError.
//
// A draft that says nothing but what was approved with its change is scheduled as it is.
//
// What is approved is every rendering, whom it is for and when it may leave: from then
// on it is locked, and nothing else leaves. Pause and cancel hold with their commit:
// what has not left by then goes back.
func (s *Broadcasts) Move(ctx context.Context, by bot.Actor, id string, m bot.BroadcastMove, version int, with Moved) (storage.Mailing, error) {
	if err := MayMove(by, m); err != nil {
		return storage.Mailing{}, err
	}
	if version == 0 {
		return storage.Mailing{}, bot.ErrNoVersion
	}
	if m == bot.BroadcastFill {
		return storage.Mailing{}, fmt.Errorf("broadcast %s: Fill says what stands in its slots", id)
	}
	if m == bot.BroadcastMend {
		mended, err := s.Mend(ctx, by, id, version, with.Note)
		return mended.Rest, err
	}
	with, err := s.asked(ctx, id, m, with)
	if err != nil {
		return storage.Mailing{}, err
	}
	if m == bot.BroadcastSubmit { // likewise
		is, err := s.store.Broadcast(ctx, id)
		if err == nil && is.Version == version && is.State == bot.BroadcastDraft {
			with.kept, err = s.keptPicture(ctx, is.Media)
		}
		if err != nil {
			return storage.Mailing{}, err
		}
	}
	return s.write(ctx, id, func(tx *storage.Tx) error {
		was, err := tx.Broadcast(ctx, id)
		if err != nil {
			return err
		}
		if err := bot.CheckVersion(version, was.Version); err != nil {
			return fmt.Errorf("broadcast %s: %w", id, err)
		}
		return s.move(ctx, tx, by, was, m, with)
	})
}

// asked adds what a move has to know that takes its time, so that it is asked before the
// transaction.
func (s *Broadcasts) asked(ctx context.Context, id string, m bot.BroadcastMove, with Moved) (Moved, error) {
	counts := []bot.BroadcastMove{bot.BroadcastApprove, bot.BroadcastSchedule, bot.BroadcastStart}
	waits := []bot.BroadcastMove{bot.BroadcastStart, bot.BroadcastResume}
	if !slices.Contains(counts, m) && !slices.Contains(waits, m) {
		return with, nil
	}
	is, err := s.store.Broadcast(ctx, id)
	if err == nil && slices.Contains(counts, m) && (m != bot.BroadcastSchedule || is.State == bot.BroadcastDraft) { // else it was, when it was approved
		with.counted, err = s.counted(ctx, is)
	}
	if err == nil && slices.Contains(waits, m) {
		with.gate, err = s.gate(ctx, is, true)
	}
	return with, err
}

// move makes one legal move of what nobody else moves until the commit.
func (s *Broadcasts) move(ctx context.Context, tx *storage.Tx, by bot.Actor, was storage.Mailing, m bot.BroadcastMove, with Moved) (err error) {
	if m == bot.BroadcastSchedule && was.State == bot.BroadcastDraft {
		if was, err = s.takenOver(ctx, tx, by, was, with); err != nil {
			return err
		}
	}
	next, ok := was, false
	if next.State, ok = was.Can(m); !ok {
		return &bot.MoveError{Noun: "broadcast", From: string(was.State), Move: string(m), To: string(m.Leads()), Legal: bot.Choices(was.Moves())}
	}
	next.Note, next.Version, next.Halt = strings.TrimSpace(with.Note), was.Version+1, ""
	detail := map[string]any{"from": was.State, "version": was.Version, "note": next.Note}
	does := map[bot.BroadcastMove]func(context.Context, *storage.Tx, bot.Actor, *storage.Mailing, map[string]any) error{
		bot.BroadcastSubmit: s.submit(with), bot.BroadcastApprove: s.approves(with), bot.BroadcastReturn: giveBack, bot.BroadcastRecall: recall, bot.BroadcastUndo: s.undo, bot.BroadcastSchedule: s.schedule,
		bot.BroadcastStart: func(ctx context.Context, tx *storage.Tx, by bot.Actor, m *storage.Mailing, detail map[string]any) error {
			approved, differs, err := guard(ctx, tx, was, with.counted)
			if err != nil {
				return err
			}
			if differs && (with.People == 0 || bot.Beyond(with.People, *with.counted)) {
				return bot.Refused("people", bot.FaultCrowd, bot.Data{"Approved": approved, "People": *with.counted})
			}
			if err := with.gate.closed(); err != nil {
				return err
			}
			return s.start(ctx, tx, by, m, detail)
		}, bot.BroadcastResume: s.resume(with), bot.BroadcastPause: takeBack, bot.BroadcastCancel: takeBack, bot.BroadcastMend: takeBack,
		bot.BroadcastRetry: func(ctx context.Context, tx *storage.Tx, _ bot.Actor, m *storage.Mailing, detail map[string]any) error {
			return retry(ctx, tx, m, with, detail)
		},
	}
	if err := does[m](ctx, tx, by, &next, detail); err != nil {
		return err
	}
	if err := tx.PutBroadcast(ctx, next); err != nil {
		return err
	}
	if was.State == bot.BroadcastReview { // it was decided, so nobody is called to it any more
		if err := tx.EndCalls(ctx, object(was.ID)); err != nil {
			return err
		}
	}
	detail["to"] = next.State
	return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "broadcast." + string(m), Object: object(was.ID), Detail: detail})
}

// bind notes which version of its change the broadcast tells: the one that customers
// hear of, and where they hear of none, the one its makers have before them.
func bind(ctx context.Context, tx *storage.Tx, m *storage.Mailing) error {
	if m.Change == "" {
		return nil
	}
	sheet, err := tx.Sheet(ctx, m.Change)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Invalid("change", bot.FaultNoChange, nil)
	}
	m.ChangeVersion = cmp.Or(sheet.InForce, sheet.Version)
	return err
}

// intact fails unless the broadcast is what was approved, of a version of its change that
// still holds, within its window.
func (s *Broadcasts) intact(ctx context.Context, tx *storage.Tx, m *storage.Mailing) error {
	switch why, err := s.halt(ctx, tx, *m); {
	case err != nil:
		return err
	case why == bot.HaltOutdated:
		return bot.Refused("change", bot.FaultOutdated, nil)
	case why != "":
		return bot.Refused("approved", bot.FaultNotApproved, nil)
	}
	return Blanks(m.Broadcast, s.now())
}

func (s *Broadcasts) schedule(ctx context.Context, tx *storage.Tx, _ bot.Actor, m *storage.Mailing, _ map[string]any) error {
	if m.Start.IsZero() {
		return bot.Invalid("start", bot.FaultNoStart, nil)
	}
	if err := s.intact(ctx, tx, m); err != nil {
		return err
	}
	if err := s.unsaid(ctx, tx, *m, true); err != nil {
		return err
	}
	if !s.now().Before(m.Start) { // nobody could tell whether it begins at once, or asks for being late
		return bot.Refused("start", bot.FaultPassed, nil)
	}
	return nil
}

// start begins: from its commit on people are listed, and the first are told.
func (s *Broadcasts) start(ctx context.Context, tx *storage.Tx, by bot.Actor, m *storage.Mailing, detail map[string]any) error {
	if err := s.intact(ctx, tx, m); err != nil {
		return err
	}
	if s.now().Before(m.Start) {
		return bot.Refused("start", bot.FaultEarly, nil)
	}
	why, err := silences(ctx, tx, *m)
	if err == nil {
		err = Gate{Why: why}.closed()
	}
	if err != nil {
		return err
	}
	if by.User != bot.SystemUser { // what begins by itself was looked at when it was scheduled
		if err := s.unsaid(ctx, tx, *m, true); err != nil {
			return err
		}
	}
	if m.Urgent != "" {
		detail["urgent"] = m.Urgent
	}
	if err := usePicture(ctx, tx, m.Media); err != nil {
		return err
	}
	m.Started, m.Listed = s.now(), false
	return tx.AskRecipients(ctx, *m)
}

// resume goes on where it was paused: one that had not begun waits for its moment, or
// begins; where its gate is closed it goes on waiting for that.
func (s *Broadcasts) resume(with Moved) func(context.Context, *storage.Tx, bot.Actor, *storage.Mailing, map[string]any) error {
	return func(ctx context.Context, tx *storage.Tx, by bot.Actor, m *storage.Mailing, detail map[string]any) error {
		if err := s.intact(ctx, tx, m); err != nil {
			return err
		}
		switch {
		case !m.Started.IsZero():
			return nil
		case s.now().Before(m.Start) || with.gate.Why != "" && !m.Start.IsZero():
			m.State = bot.BroadcastScheduled
			return nil
		}
		return s.start(ctx, tx, by, m, detail)
	}
}

// takeBack moves what has not left back to those who wait.
func takeBack(ctx context.Context, tx *storage.Tx, _ bot.Actor, m *storage.Mailing, detail map[string]any) error {
	n, err := tx.TakeBackReleased(ctx, m.ID)
	detail["rows"] = n
	return err
}

// retry has exactly those wait again who ended so.
func retry(ctx context.Context, tx *storage.Tx, m *storage.Mailing, with Moved, detail map[string]any) error {
	may := []bot.RecipientOutcome{bot.RecipientFailed, bot.RecipientSkipped, bot.RecipientUnknown}
	if !slices.Contains(may, with.Outcome) {
		return bot.Invalid("outcome", bot.FaultChoice, bot.Data{"Choices": bot.Choices(may)})
	}
	if with.Reason == "" && with.Outcome != bot.RecipientUnknown {
		return bot.Invalid("reason", bot.FaultNoReason, nil)
	}
	n, err := tx.RetryRecipients(ctx, m.ID, with.Outcome, with.Reason)
	if err == nil && with.People != 0 && n > with.People {
		err = bot.Refused("people", bot.FaultRetryCrowd, bot.Data{"People": n, "Known": with.People})
	}
	detail["reason"], detail["rows"] = strings.TrimSpace(string(with.Outcome)+" "+with.Reason), n
	m.Ended = time.Time{}
	return err
}

// StopAll pauses every broadcast that is scheduled or sends, at once, and returns
// which: for whoever approves.
func (s *Broadcasts) StopAll(ctx context.Context, by bot.Actor) (stopped []string, err error) {
	if err := by.Require(bot.ApproveContent); err != nil {
		return nil, err
	}
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		if stopped, err = tx.HaltBroadcasts(ctx, by, bot.HaltStopped); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "broadcast.stop", Object: "broadcasts", Detail: map[string]any{"rows": len(stopped)}})
	})
	return stopped, err
}
