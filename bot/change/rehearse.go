package change

import (
	"context"
	"fmt"

	"visnyk/bot"
	"visnyk/storage"
)

// Rehearsal makes what tells the change at the address, message by message under the
// cause, marked as a rehearsal.
type Rehearsal func(to bot.Address, l bot.Language, cause string, c bot.Change) ([]bot.Queued, error)

// Rehearse sends the actor the version of the change as customers are told it, marked as
// a rehearsal, to the messenger that they have linked, in the language or, where that is
// none, in theirs. It tells nobody: no ledger knows of it. No version: bot.ErrNoVersion;
// *bot.InvalidError with a blank, *bot.RefusedError where no messenger is linked.
func (s *Changes) Rehearse(ctx context.Context, by bot.Actor, id string, version int, l bot.Language) (to bot.Address, err error) {
	if !by.May(bot.ApproveContent) {
		if err := by.Require(bot.WriteContent); err != nil {
			return to, err
		}
	}
	if version == 0 {
		return to, bot.ErrNoVersion
	}
	sheet, err := s.store.SheetVersion(ctx, id, version)
	if err != nil {
		return to, err
	}
	if blanks := Unready(sheet.Change); len(blanks) > 0 {
		return to, blank(blanks)
	}
	to, linked, err := s.store.StaffAddress(ctx, by.User)
	if err != nil {
		return to, err
	}
	if !linked || s.Rehearsal == nil {
		return to, bot.Refused("messenger", bot.FaultNoMessenger, nil)
	}
	if !l.Known() {
		l = s.languageOf(ctx, by)
	}
	rows, err := s.Rehearsal(to, l, "rehearsal/"+id+"/"+storage.NewID(), sheet.Change)
	if err != nil {
		return to, fmt.Errorf("rehearse change %s: %w", id, err)
	}
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		if _, err := tx.Enqueue(ctx, rows); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{
			Actor: by, Action: "change.rehearse", Object: object(id), Detail: map[string]any{"version": version, "language": l},
		})
	})
	if err == nil {
		s.store.Notify("outbox:" + to.Bot)
	}
	return to, err
}

// languageOf is what the actor reads pages in.
func (s *Changes) languageOf(ctx context.Context, by bot.Actor) bot.Language {
	u, err := s.store.UserByID(ctx, by.User)
	if err != nil || !u.Language.Known() {
		return bot.Ukrainian
	}
	return u.Language
}
