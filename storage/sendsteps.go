package storage

import (
	"context"
	"strings"

	"visnyk/storage/db"
)

// What leaveSaid does, in the steps of a transaction; see plainsteps.go. Where any of the rows
// is no longer the sender's, it is left to the transaction that is for all.
const (
	dropSaid = `
DELETE FROM outbox WHERE bot = ?1 AND (chat, cause) IN (VALUES {rows ($, $)}) AND state || '' = 'sending' AND epoch = ?2`

	noteSaid = `
UPDATE history SET outcome = CASE outcome WHEN '' THEN 'sent' ELSE outcome END,
	external_id = ?2, sent_at = ?1, delivered_at = 0, seen_at = 0
WHERE bot = ? AND chat = ? AND id = ? AND cause = ?`

	showSaid = `
UPDATE tickets SET ` + bumped + ` WHERE bot = ?1 AND state <> 'closed' AND chat IN (VALUES {rows ($)})`
)

// leaveInSteps writes that replies were sent, whose rows leave the outbox.
func (s *Store) leaveInSteps(ctx context.Context, l Lease, all []SendOutcome) error {
	dropped := db.Make(len(all), 2, func(r *db.Rows) {
		for i := range all {
			r.Text(all[i].Row.To.Chat)
			r.Text(all[i].Row.Cause)
		}
	})
	noted := db.Make(len(all), 5, func(r *db.Rows) {
		for i := range all {
			if row := &all[i].Row; row.HistoryID != 0 {
				r.Text(all[i].ExternalID)
				r.Text(row.To.Bot)
				r.Text(row.To.Chat)
				r.Number(row.HistoryID)
				r.Text(strings.TrimSuffix(row.Cause, "/0"))
			}
		}
	})
	shown := db.Make(len(all), 1, func(r *db.Rows) {
		for i := range all {
			r.Text(all[i].Row.To.Chat)
		}
	})
	return s.InTx(ctx, func(t *Tx) error {
		now, err := t.heldAt(ctx, l)
		if err != nil {
			return err
		}
		n, err := t.execMade(ctx, dropSaid, []any{l.Bot, l.Epoch}, dropped)
		if err != nil {
			return err
		}
		if n != len(all) {
			return errNotPlain
		}
		if _, err := t.execMade(ctx, noteSaid, []any{now}, noted); err != nil {
			return err
		}
		n, err = t.execMade(ctx, showSaid, []any{l.Bot}, shown)
		t.shows = t.shows || n > 0
		return err
	})
}
