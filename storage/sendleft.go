package storage

import (
	"context"
	"errors"

	"visnyk/bot"
	"visnyk/storage/db"
)

// What was sent, and of which nobody tells anything any more, leaves the outbox: that it
// was sent stands with the history or with a broadcast's recipients. To write the row of
// the outbox once more with all its indexes, only to remove it later, would cost as much
// again.
const (
	// leaveSaid is recordReplyOutcomes of replies that leave.
	leaveSaid = leave + `outbox.bot, outbox.chat, outbox.cause, outbox.history_id, v.external_id
), noted AS (
	UPDATE history SET outcome = CASE history.outcome WHEN '' THEN 'sent' ELSE history.outcome END,
		external_id = e.external_id, sent_at = (SELECT {now}), delivered_at = 0, seen_at = 0` + saidBy + `
), seen AS (` + showPlain + `)
SELECT count(*) FROM e`

	// leaveTold is recordToldOutcomes of messages that leave.
	leaveTold = leave + `outbox.broadcast, outbox.recipient, v.external_id, (SELECT {now}) AS sent_at
)` + noteTold

	// By the key: see finishInbox.
	leave = `
WITH ` + held + `, v (bot, chat, cause, external_id) AS (VALUES {rows ($, $, $, $)}), e AS (
	DELETE FROM outbox USING held, v WHERE outbox.bot = v.bot AND outbox.chat = v.chat AND outbox.cause = v.cause
		AND outbox.state || '' = 'sending' AND outbox.epoch = held.epoch
	RETURNING `

	// leaveOutbox is the first half of these, where one statement cannot do both; for replies
	// alone see sendsteps.go.
	leaveOutbox = `
WITH v (bot, chat, cause, external_id) AS (VALUES {rows ($, $, $, $)})
DELETE FROM outbox WHERE bot = $1 AND (chat, cause) IN (SELECT chat, cause FROM v) AND state || '' = 'sending' AND epoch = $3
	AND EXISTS (` + fence + `)
RETURNING bot, chat, cause, id, 'sent' AS state, {now} AS sent_at, history_id, tells, lane, broadcast, recipient`
)

// leaves reports whether the row of a reply leaves the outbox. One that was in doubt stays,
// as long as any that ended otherwise: how often it was sent stands nowhere else.
func (e SendOutcome) leaves() bool {
	return e.Over && e.Outcome == bot.Sent && e.Row.Unknowns == 0 && plainReply(e)
}

// dropSent writes that messages were sent, all of broadcasts or all replies, whose rows leave
// the outbox. No receipt came before it: there are none.
func (s *Store) dropSent(ctx context.Context, l Lease, all []SendOutcome, told bool) error {
	if s.dialect.arrays {
		query := leaveSaid
		if told {
			query = leaveTold
		}
		return s.outcomeAlone(ctx, l, query, len(all), func(r *db.Rows) {
			for i := range all {
				putSent(r, &all[i])
			}
		})
	}
	if !told {
		if err := s.leaveInSteps(ctx, l, all); !errors.Is(err, errNotPlain) {
			return err
		}
	}
	return s.InTx(ctx, func(t *Tx) error {
		left, err := t.dropSent(ctx, l, all)
		if err != nil {
			return err
		}
		if err := t.ours(ctx, l, len(left), len(all)); err != nil {
			return err
		}
		if told {
			return t.endRecipients(ctx, left)
		}
		return t.ended(ctx, left)
	})
}

// dropSent takes the rows of what was sent out of the outbox. What it gives goes to Tx.ended.
func (t *Tx) dropSent(ctx context.Context, l Lease, all []SendOutcome) (left []ending, err error) {
	if err := selRows(ctx, t.apart(), &left, leaveOutbox, l.head(), sentRows(all)); err != nil {
		return nil, err
	}
	ids := make(map[[2]string]string, len(all))
	for _, e := range all {
		ids[[2]string{e.Row.To.Chat, e.Row.Cause}] = e.ExternalID
	}
	for i, e := range left {
		left[i].ExternalID = ids[[2]string{e.Chat, e.Cause}]
	}
	return left, nil
}

// putSent puts what leave and leaveOutbox are given of a message.
func putSent(r *db.Rows, e *SendOutcome) {
	r.Text(e.Row.To.Bot)
	r.Text(e.Row.To.Chat)
	r.Text(e.Row.Cause)
	r.Text(e.ExternalID)
}

func sentRows(all []SendOutcome) [][]any {
	rows := make([][]any, len(all))
	for i := range all {
		rows[i] = db.Row(4, func(r *db.Rows) { putSent(r, &all[i]) })
	}
	return rows
}
