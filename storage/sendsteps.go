package storage

import (
	"context"
	"strings"

	"visnyk/storage/db"
)

// What leaveSaid does, in the steps of a transaction; see plainsteps.go. The key of what a
// message says is read where it is needed, from the row that leaves after that.
const (
	noteSaid = `
UPDATE OR FAIL history SET outcome = CASE outcome WHEN '' THEN 'sent' ELSE outcome END,
	external_id = ?2, sent_at = ?1, delivered_at = 0, seen_at = 0
WHERE bot = ? AND chat = ? AND cause = ? AND id = (SELECT o.history_id FROM outbox o
	WHERE o.bot = ?3 AND o.chat = ?4 AND o.cause = ? AND o.state || '' = 'sending' AND o.epoch = ?)`

	dropSaid = `
DELETE FROM outbox WHERE bot = ? AND chat = ? AND cause = ? AND state || '' = 'sending' AND epoch = ?`

	showSaid = `
UPDATE tickets SET ` + bumped + ` WHERE bot = ?1 AND state <> 'closed' AND chat IN (VALUES {rows ($)})`
)

// leaveInSteps writes that replies were sent, whose rows leave the outbox.
func (s *Store) leaveInSteps(ctx context.Context, l Lease, all []SendOutcome) error {
	noted := db.Make(len(all), 6, func(r *db.Rows) {
		for i := range all {
			row := &all[i].Row
			r.Text(all[i].ExternalID)
			r.Text(row.To.Bot)
			r.Text(row.To.Chat)
			r.Text(strings.TrimSuffix(row.Cause, "/0"))
			r.Text(row.Cause)
			r.Number(l.Epoch)
		}
	})
	dropped := db.Make(len(all), 4, func(r *db.Rows) {
		for i := range all {
			row := &all[i].Row
			r.Text(row.To.Bot)
			r.Text(row.To.Chat)
			r.Text(row.Cause)
			r.Number(l.Epoch)
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
		if _, err := t.execMade(ctx, noteSaid, []any{now}, noted); err != nil {
			return err
		}
		n, err := t.execMade(ctx, dropSaid, nil, dropped)
		if err != nil {
			return err
		}
		if err := t.ours(ctx, l, n, len(all)); err != nil || n == 0 {
			return err
		}
		n, err = t.execMade(ctx, showSaid, []any{l.Bot}, shown)
		t.shows = t.shows || n > 0
		return err
	})
}
