package change

import (
	"context"

	"visnyk/bot"
	"visnyk/storage"
)

// Import takes changes in as they are, in their states, all of them or none, each
// with an entry of the audit. What is approved already must be theirs to approve
// who takes it in: the system's, or one person's who may alone; see bot.Approval. It
// binds what is told of it as every approval does, so its stages are told, too.
func (s *Changes) Import(ctx context.Context, by bot.Actor, all []bot.Change) error {
	for _, p := range []bot.Permission{bot.WriteContent, bot.ApproveContent} {
		if err := by.Require(p); err != nil {
			return err
		}
	}
	err := s.store.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.EditContent(ctx); err != nil {
			return err
		}
		var entries []storage.AuditEntry
		for _, c := range all {
			detail, err := s.take(ctx, tx, by, c)
			if err != nil {
				return err
			}
			entries = append(entries, storage.AuditEntry{Actor: by, Action: "change.import", Object: object(c.ID), Detail: detail})
		}
		for _, entry := range entries { // last: other writers of the audit wait
			if err := tx.Audit(ctx, entry); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		s.store.Notify("content")
	}
	return err
}

// take stores one change in the place of all its versions, and approves it where it
// stands so.
func (s *Changes) take(ctx context.Context, tx *storage.Tx, by bot.Actor, c bot.Change) (map[string]any, error) {
	if err := tx.ReplaceVersions(ctx, c.ID); err != nil {
		return nil, err
	}
	sheet := storage.Sheet{Change: written(c), Made: s.now()}
	detail := map[string]any{}
	if err := tx.Wrote(ctx, object(c.ID), by); err != nil {
		return nil, err
	}
	if c.State.Locked() {
		err := s.lock(ctx, tx, &sheet)
		if err != nil {
			return nil, err
		}
		if detail, err = tx.Approve(ctx, object(c.ID), by, sheet.Hash); err != nil {
			return nil, err
		}
		detail["level"] = sheet.AtLevel()
	}
	if c.Public() {
		sheet.Announced = s.now()
		if err := tx.ForgetWriters(ctx, object(c.ID)); err != nil {
			return nil, err
		}
	}
	if err := tx.PutSheets(ctx, []storage.Sheet{sheet}); err != nil {
		return nil, err
	}
	detail["state"], detail["version"] = c.State, c.Version
	return detail, nil
}
