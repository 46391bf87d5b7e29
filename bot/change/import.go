package change

import (
	"context"

	"visnyk/bot"
	"visnyk/storage"
)

// Import takes changes in as they are, in their states, all of them or none, each
// with an entry of the audit. What is approved already must be theirs to approve
// who takes it in: the system's, or one person's who may alone; see bot.Approval.
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
			detail, err := take(ctx, tx, by, c)
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

// take stores one change, and approves it where it stands so.
func take(ctx context.Context, tx *storage.Tx, by bot.Actor, c bot.Change) (map[string]any, error) {
	if err := tx.PutSheets(ctx, []storage.Sheet{{Change: c}}); err != nil {
		return nil, err
	}
	if err := tx.Wrote(ctx, object(c.ID), by); err != nil {
		return nil, err
	}
	detail := map[string]any{}
	if c.Public() {
		stored, err := tx.Sheet(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		if detail, err = tx.Approve(ctx, object(c.ID), by, stored.ApprovedHash()); err != nil {
			return nil, err
		}
	}
	detail["state"], detail["version"] = c.State, c.Version
	return detail, nil
}
