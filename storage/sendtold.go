package storage

import (
	"context"
	"strings"

	"visnyk/bot"
)

// Nearly all that is written of a broadcast is that its messages were sent, so that is
// written with as little as there can be.
const (
	// recordToldOutcomes is recordReplyOutcomes of messages of broadcasts that were sent
	// and tell nothing of changes.
	recordToldOutcomes = outcomeRows + `, e AS (` + putSendOutcomes + `)` + noteTold

	// leaveTold is recordToldOutcomes of messages that are over. What is sent stands with
	// their recipients, who are told once by that: to write the row of the outbox once
	// more, only to remove it later, would cost as much again. By the key: see finishInbox.
	leaveTold = `
WITH ` + held + `, v (bot, chat, cause, external_id) AS (VALUES {rows ($, $, $, $)}), e AS (
	DELETE FROM outbox USING held, v WHERE outbox.bot = v.bot AND outbox.chat = v.chat AND outbox.cause = v.cause
		AND outbox.state || '' = 'sending' AND outbox.epoch = held.epoch
	RETURNING outbox.broadcast, outbox.recipient, v.external_id, (SELECT {now}) AS sent_at
)` + noteTold

	noteTold = `, r AS (
	UPDATE recipients SET outcome = 'sent', reason = '', external_id = e.external_id, sent_at = e.sent_at, ended_at = e.sent_at
	FROM e WHERE recipients.broadcast = e.broadcast AND recipients.key = e.recipient AND recipients.outcome || '' = 'pending'` + returnRecipients + `
), c AS (
	INSERT INTO broadcast_counts (broadcast, bot, language, what, reason, n, moved_at)
	SELECT r.broadcast, r.bot, r.language, w.what, '', sum(w.n), (SELECT {now}) FROM r, (VALUES ('pending', -1), ('sent', 1)) w (what, n)
	GROUP BY r.broadcast, r.bot, r.language, w.what ORDER BY r.broadcast, r.bot, r.language, w.what
	ON CONFLICT (broadcast, bot, language, what, reason) DO UPDATE SET n = broadcast_counts.n + excluded.n, moved_at = excluded.moved_at
)
SELECT 1 FROM e`

	// leaveOutbox is the first half of leaveTold, where one statement cannot do both.
	leaveOutbox = `
WITH v (bot, chat, cause, external_id) AS (VALUES {rows ($, $, $, $)})
DELETE FROM outbox WHERE bot = $1 AND (chat, cause) IN (SELECT chat, cause FROM v) AND state || '' = 'sending' AND epoch = $3
	AND EXISTS (` + fence + `)
RETURNING bot, chat, cause, 'sent' AS state, {now} AS sent_at, broadcast, recipient`
)

// allTold reports whether these are messages of broadcasts alone that were sent; and, where
// that is asked, over.
func allTold(all []SendOutcome, over bool) bool {
	return every(all, func(e SendOutcome) bool {
		return plainly(e) && e.Row.Lane == bot.LaneBulk && e.Outcome == bot.Sent && strings.HasPrefix(e.Row.Cause, broadcastCause) && (e.Over || !over)
	})
}

// leaveTold writes that messages of broadcasts were sent, whose rows leave the outbox. No
// receipt came before it: there are none.
func (s *Store) leaveTold(ctx context.Context, l Lease, all []SendOutcome) error {
	rows := make([][]any, len(all))
	for i, e := range all {
		rows[i] = []any{e.Row.To.Bot, e.Row.To.Chat, e.Row.Cause, e.ExternalID}
	}
	if s.dialect.arrays { // one statement is its own transaction
		return again(ctx, func() error {
			n, err := s.w.execRows(ctx, leaveTold, l.head(), rows)
			if err != nil {
				return err
			}
			return s.w.ours(ctx, l, n, len(rows))
		})
	}
	ids := make(map[[2]string]string, len(all))
	for _, e := range all {
		ids[[2]string{e.Row.To.Chat, e.Row.Cause}] = e.ExternalID
	}
	return s.InTx(ctx, func(t *Tx) error {
		var left []ending
		if err := selRows(ctx, t.apart(), &left, leaveOutbox, l.head(), rows); err != nil {
			return err
		}
		for i, e := range left {
			left[i].ExternalID = ids[[2]string{e.Chat, e.Cause}]
		}
		if err := t.endRecipients(ctx, left); err != nil {
			return err
		}
		return t.ours(ctx, l, len(left), len(rows))
	})
}
