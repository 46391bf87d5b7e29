package storage

import (
	"context"
	"fmt"
	"strconv"
)

// Whoever changes what becomes of a person locks their waiting rows first, and then
// looks at the outbox: a release under way is over by then, and its message there. They
// go by the contact, not by the index of all who wait: see finishInbox.
const (
	lockWaiting = `
WITH v (contact) AS (VALUES {rows ($)})
SELECT broadcast, key FROM recipients WHERE contact IN (SELECT contact FROM v WHERE contact <> '') AND outcome || '' = 'pending'
ORDER BY broadcast, key {update}`

	lockWaitingAt = `
WITH v (chat) AS (VALUES {rows ($)})
SELECT broadcast, key FROM recipients WHERE bot = $1 AND outcome || '' = 'pending' AND chat IN (SELECT chat FROM v)
	AND contact IN (SELECT c.contact FROM conversations c JOIN v ON v.chat = c.chat WHERE c.bot = $1)
ORDER BY broadcast, key {update}`

	// What was claimed has its own end.
	endWaiting = `
WITH v (contact) AS (VALUES {rows ($)})
UPDATE recipients SET outcome = 'skipped', reason = $1, ended_at = {now}
WHERE contact IN (SELECT contact FROM v WHERE contact <> '') AND outcome || '' = 'pending' AND released_at = 0` + returnRecipients

	// Who had the message, or may have it, or is just getting it as somebody else gets
	// no second one.
	endDouble = `
UPDATE recipients SET outcome = 'skipped', reason = 'joined', ended_at = {now}
WHERE contact = $2 AND outcome || '' = 'pending' AND released_at = 0 AND EXISTS (SELECT 1 FROM recipients x
	WHERE x.contact = $1 AND x.outcome IN ('pending', 'sent', 'unknown') AND (x.broadcast = recipients.broadcast OR ` + toldBeside + `))` + returnRecipients

	followRecipients   = `UPDATE recipients SET contact = $2 WHERE contact = $1`
	giveBackRecipients = `UPDATE recipients SET contact = $4 WHERE contact = $1 AND (bot = $2 AND chat = $3 OR key = $4)`
)

// endWaitingOf ends the recipients who are these people and wait, for the reason.
// What is in the outbox of theirs must have been moved or ended before.
func (t *Tx) endWaitingOf(ctx context.Context, reason string, contacts [][]any) error {
	if err := t.recipientsEnd(ctx, endWaiting, []any{reason}, contacts); err != nil {
		return fmt.Errorf("recipients: %w", err)
	}
	return nil
}

// lockWaitingOf keeps what waits for these people as it is.
func (t *Tx) lockWaitingOf(ctx context.Context, contacts [][]any) (waits bool, err error) {
	var locked []recipientKey
	if err := selRows(ctx, t.conn, &locked, lockWaiting, nil, contacts); err != nil {
		return false, fmt.Errorf("recipients: %w", err)
	}
	return len(locked) > 0, nil
}

type recipientKey struct {
	Broadcast string `db:"broadcast"`
	Key       string `db:"key"`
}

// joinRecipients makes what the one was told in broadcasts the other's, who hears
// nothing twice by it.
func (t *Tx) joinRecipients(ctx context.Context, lose, keep string) error {
	waits, err := t.lockWaitingOf(ctx, [][]any{{lose}, {keep}})
	if err != nil {
		return err
	}
	if waits {
		for _, contact := range []string{lose, keep} {
			if err := t.takeBackFrom(ctx, contact); err != nil {
				return err
			}
		}
		if err := t.endWaitingOf(ctx, "joined", [][]any{{lose}}); err != nil {
			return err
		}
		var ended []recipientEnd
		if err := t.sel(ctx, &ended, endDouble, lose, keep); err != nil {
			return fmt.Errorf("recipients: %w", err)
		}
		t.countEnds(ended)
	}
	_, err = t.exec(ctx, followRecipients, lose, keep)
	return err
}

// holdBack moves what is in the outbox for the person back to wait, while an
// operator has them.
func (t *Tx) holdBack(ctx context.Context, contact string) error {
	waits, err := t.lockWaitingOf(ctx, [][]any{{contact}})
	if err != nil || !waits {
		return err
	}
	return t.takeBackFrom(ctx, contact)
}

const (
	// What was claimed may arrive, and nobody will know.
	endErased = `
UPDATE recipients SET outcome = CASE WHEN EXISTS (SELECT 1 FROM outbox o WHERE o.bot = recipients.bot AND o.chat = recipients.chat
	AND (o.cause = 'bcast/' || recipients.broadcast || '/' || CAST(recipients.round AS TEXT) || '/0'
		OR recipients.digest <> '' AND o.cause || '/' || o.recipient = recipients.digest)
	AND o.state = 'sending') THEN 'unknown' ELSE 'skipped' END,
	reason = 'erased', ended_at = {now}
WHERE contact = $1 AND outcome || '' = 'pending'` + returnRecipients

	keysOfContact = `SELECT broadcast, key FROM recipients WHERE contact = $1`

	// Of several in one broadcast each keeps a key of its own.
	keysAnew = `
WITH n AS MATERIALIZED (
	SELECT broadcast, key, CAST(row_number() OVER (PARTITION BY broadcast ORDER BY key) AS TEXT) AS number
	FROM recipients WHERE contact = $1
)`
	stripCharges = keysAnew + `
UPDATE charges SET key = CAST($2 AS TEXT) || '/' || n.number FROM n WHERE charges.broadcast = n.broadcast AND charges.key = n.key`

	stripRecipients = keysAnew + `
UPDATE recipients SET contact = '', key = CAST($2 AS TEXT) || '/' || n.number, chat = CASE WHEN chat = '' THEN '' ELSE CAST($2 AS TEXT) END,
	external_id = '', text_hash = '', rendering = '', digest = ''
FROM n WHERE recipients.broadcast = n.broadcast AND recipients.key = n.key`
)

// eraseRecipients leaves of the people only what the counts need. It comes before
// the outbox is erased, which knows what was being sent.
func (t *Tx) eraseRecipients(ctx context.Context, people []Person) error {
	for i, p := range people {
		if p.Contact == "" {
			continue
		}
		waits, err := t.lockWaitingOf(ctx, [][]any{{p.Contact}})
		if err != nil {
			return err
		}
		if waits {
			var theirs []recipientKey
			if err := t.sel(ctx, &theirs, keysOfContact, p.Contact); err != nil {
				return fmt.Errorf("recipients: %w", err)
			}
			var ended []recipientEnd
			if err := t.sel(ctx, &ended, endErased, p.Contact); err != nil {
				return fmt.Errorf("recipients: %w", err)
			}
			t.countEnds(ended)
			keys := make([][]any, len(theirs))
			for i, k := range theirs {
				keys[i] = []any{k.Broadcast, k.Key}
			}
			if err := t.giveBack(ctx, keys); err != nil {
				return err
			}
		}
		mark := LastWords + NewID() + strconv.Itoa(i)
		for _, strip := range []string{stripCharges, stripRecipients} { // the recipients know whose the charges are
			if _, err := t.exec(ctx, strip, p.Contact, mark); err != nil {
				return fmt.Errorf("recipients: %w", err)
			}
		}
	}
	return nil
}
