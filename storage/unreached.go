package storage

import (
	"context"
	"fmt"
	"slices"

	"visnyk/bot"
)

const (
	tellingBroadcasts = `
WITH v (id, contact, reason) AS (VALUES {rows ($, $, $)})
SELECT DISTINCT v.contact, b.change_id, v.reason FROM v JOIN broadcasts b ON b.id = v.id
JOIN ledger l ON l.contact = v.contact AND l.change_id = b.change_id WHERE b.change_id <> '' ORDER BY v.contact, b.change_id`

	putUnreached = `
WITH v (contact, change_id, reason) AS (VALUES {rows ($, $, $)})
UPDATE ledger SET unreached = v.reason, unreached_at = {now}
FROM v WHERE ledger.contact = v.contact AND ledger.change_id = v.change_id`
)

// passesBy reports whether the end of a recipient says that they could not be told: not
// that nobody wanted to tell them any more.
func (e recipientEnd) passesBy() bool {
	ours := []string{bot.ReasonJoined, bot.ReasonErased, bot.ReasonCancelled, bot.ReasonLeft}
	over := e.Outcome == string(bot.RecipientSkipped) || e.Outcome == string(bot.RecipientFailed)
	return over && e.Contact != "" && !slices.Contains(ours, e.Reason)
}

// missed notes why broadcasts of changes did not reach people.
func (t *Tx) missed(ctx context.Context, ended []recipientEnd) error {
	var rows [][]any
	for _, e := range ended {
		if e.passesBy() {
			rows = append(rows, []any{e.Broadcast, e.Contact, e.Reason})
		}
	}
	var found []struct {
		summarised
		Reason string `db:"reason"`
	}
	if err := selRows(ctx, t.conn, &found, tellingBroadcasts, nil, rows); err != nil {
		return fmt.Errorf("unreached: %w", err)
	}
	var of []summarised
	put := make([][]any, 0, len(found))
	for _, f := range found {
		if len(of) > 0 && of[len(of)-1] == f.summarised { // two waves at once
			continue
		}
		of, put = append(of, f.summarised), append(put, []any{f.Contact, f.Change, f.Reason})
	}
	return t.rewrite(ctx, of, func() error {
		_, err := t.execRows(ctx, putUnreached, nil, put)
		return err
	})
}

const putComplained = `
WITH v (contact, change_id) AS (VALUES {rows ($, $)})
UPDATE ledger SET complained_at = CASE WHEN ledger.complained_at = 0 THEN {now} ELSE ledger.complained_at END
FROM v WHERE ledger.contact = v.contact AND ledger.change_id = v.change_id`

// complain notes that people complained of changes, where the ledger has them.
func (t *Tx) complain(ctx context.Context, of []summarised) error {
	return t.rewrite(ctx, of, func() error {
		_, err := t.execRows(ctx, putComplained, nil, pairs(of))
		return err
	})
}

const changesOfBroadcasts = `
WITH v (id, contact) AS (VALUES {rows ($, $)})
SELECT DISTINCT v.contact, b.change_id FROM v JOIN broadcasts b ON b.id = v.id WHERE b.change_id <> '' AND v.contact <> ''`

// complainOf notes the same of the changes that broadcasts tell.
func (t *Tx) complainOf(ctx context.Context, marked []recipientEnd) error {
	var rows [][]any
	for _, m := range marked {
		rows = append(rows, []any{m.Broadcast, m.Contact})
	}
	var of []summarised
	if err := selRows(ctx, t.conn, &of, changesOfBroadcasts, nil, rows); err != nil {
		return fmt.Errorf("complaints: %w", err)
	}
	return t.complain(ctx, of)
}
