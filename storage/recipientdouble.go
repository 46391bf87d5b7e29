package storage

import (
	"context"
	"fmt"
)

// Two who become one while messages of one broadcast are on their way to both: what
// was claimed has its own end, so the join lets both go on. One that comes back to be
// tried again stays for the other.
const (
	// Whoever else brings back one of the same person waits, and sees what became of this.
	lockDoubles = `
WITH v (broadcast, key) AS (VALUES {rows ($, $)})
SELECT broadcast, key FROM recipients WHERE outcome || '' = 'pending' AND contact IN (
	SELECT r.contact FROM v JOIN recipients r ON r.broadcast = v.broadcast AND r.key = v.key JOIN recipients x ON x.contact = r.contact
	WHERE r.contact <> '' AND x.broadcast = r.broadcast AND x.key <> r.key AND x.outcome IN ('pending', 'sent', 'unknown'))
ORDER BY broadcast, key {update}`

	takeBackDoubles = `
WITH v (bot, chat, cause) AS (VALUES {rows ($, $, $)})` + unclaimed + `
AND (bot, chat, cause) IN (SELECT bot, chat, cause FROM v)` + takenBack

	// Of those who come back together the first waits on.
	endDoubles = `
WITH v (broadcast, key) AS (VALUES {rows ($, $)})
UPDATE recipients SET outcome = 'skipped', reason = 'joined', ended_at = {now}
FROM v WHERE recipients.broadcast = v.broadcast AND recipients.key = v.key AND recipients.outcome || '' = 'pending' AND recipients.released_at = 0
	AND recipients.contact <> '' AND EXISTS (SELECT 1 FROM recipients x
		WHERE x.contact = recipients.contact AND x.broadcast = recipients.broadcast AND x.key <> recipients.key
		AND (x.outcome IN ('sent', 'unknown') OR x.outcome = 'pending' AND (x.released_at <> 0 OR x.key < recipients.key)))` + returnRecipients
)

// endDoubles ends the recipients of messages that came back to the outbox, where the
// same person is told by another message of the broadcast, or was, or may have been.
func (t *Tx) endDoubles(ctx context.Context, all []ending) error {
	var back []ending
	var whose []addressed
	for _, e := range all {
		if e.Broadcast != "" && !e.over() {
			back, whose = append(back, e), append(whose, addressed{e.Cause, e.Broadcast, e.Recipient})
		}
	}
	of, err := t.recipientsOf(ctx, whose)
	if err != nil || len(back) == 0 {
		return err
	}
	var keys [][]any
	for _, recipients := range of {
		for _, r := range recipients {
			keys = append(keys, []any{r.Broadcast, r.Key})
		}
	}
	var doubles []recipientKey
	if err := selRows(ctx, t.conn, &doubles, lockDoubles, nil, keys); err != nil {
		return fmt.Errorf("doubles: %w", err)
	}
	if len(doubles) == 0 { // nearly always
		return nil
	}
	double := map[RecipientKey]bool{}
	for _, d := range doubles {
		double[RecipientKey(d)] = true
	}
	var messages [][]any
	for i, e := range back {
		for _, r := range of[i] {
			if double[r] {
				messages = append(messages, []any{e.Bot, e.Chat, e.Cause})
				break
			}
		}
	}
	var taken []takenMessage
	if err := selRows(ctx, t.conn, &taken, takeBackDoubles, nil, messages); err != nil {
		return fmt.Errorf("doubles: %w", err)
	}
	if err := t.waitAgain(ctx, taken); err != nil {
		return fmt.Errorf("doubles: %w", err)
	}
	return t.recipientsEnd(ctx, endDoubles, nil, keys)
}
