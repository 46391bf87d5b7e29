package storage

import (
	"context"
	"fmt"

	"visnyk/bot"
)

// Marked is one mark of a person in the ledger of a change.
type Marked struct {
	Contact, Change string
	Mark            bot.Mark
}

const loadLedger = `
WITH v (contact) AS (VALUES {rows ($)})
SELECT l.contact, l.change_id, l.told_at, l.acknowledged_at
FROM v JOIN ledger l ON l.contact = v.contact ORDER BY l.contact, l.change_id`

// loadLedger gives what the contacts of the loaded turns know, by contact.
func (c conn) loadLedger(ctx context.Context, found map[bot.Address]Loaded) (map[string][]Known, error) {
	var rows [][]any
	asked := map[string]bool{"": true}
	for _, l := range found {
		if !asked[l.Contact.ID] {
			asked[l.Contact.ID] = true
			rows = append(rows, []any{l.Contact.ID})
		}
	}
	var records []struct {
		Contact        string `db:"contact"`
		Change         string `db:"change_id"`
		ToldAt         micros `db:"told_at"`
		AcknowledgedAt micros `db:"acknowledged_at"`
	}
	if err := selRows(ctx, c, &records, loadLedger, nil, rows); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	known := make(map[string][]Known, len(rows))
	for _, r := range records {
		known[r.Contact] = append(known[r.Contact],
			Known{Change: r.Change, Told: r.ToldAt != 0, Acknowledged: r.AcknowledgedAt != 0})
	}
	return known, nil
}

const (
	// holdContent keeps PutChanges out until the commit, so that a new contact
	// and a newly approved change cannot miss each other.
	holdContent = `SELECT version FROM content WHERE id = 1 {share}`

	openLedger = `
WITH v (contact) AS (VALUES {rows ($)})
INSERT INTO ledger (contact, change_id, created_at)
SELECT v.contact, c.id, {now} FROM v CROSS JOIN changes c
WHERE c.state IN ('approved', 'announced') ORDER BY v.contact, c.id
ON CONFLICT (contact, change_id) DO NOTHING`
)

// openLedger gives new contacts a row for every change that may be told.
func (t *Tx) openLedger(ctx context.Context, contacts [][]any) error {
	if len(contacts) == 0 {
		return nil
	}
	var version int64
	if err := t.get(ctx, &version, holdContent); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	if _, err := t.execRows(ctx, openLedger, nil, contacts); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return nil
}

// The first time of a mark stays.
const markLedger = `
WITH v (contact, change_id, told, acknowledged, asked) AS (
	VALUES {rows ($, $, CAST($ AS BOOLEAN), CAST($ AS BOOLEAN), CAST($ AS BOOLEAN))}
)
INSERT INTO ledger (contact, change_id, told_at, acknowledged_at, asked_at, created_at)
SELECT contact, change_id,
	CASE WHEN told THEN {now} ELSE 0 END,
	CASE WHEN acknowledged THEN {now} ELSE 0 END,
	CASE WHEN asked THEN {now} ELSE 0 END,
	{now}
FROM v ORDER BY contact, change_id
ON CONFLICT (contact, change_id) DO UPDATE SET
	told_at = CASE WHEN ledger.told_at = 0 THEN excluded.told_at ELSE ledger.told_at END,
	acknowledged_at = CASE WHEN ledger.acknowledged_at = 0 THEN excluded.acknowledged_at ELSE ledger.acknowledged_at END,
	asked_at = CASE WHEN ledger.asked_at = 0 THEN excluded.asked_at ELSE ledger.asked_at END`

// mark writes the marks of a batch, one row for a person and a change.
func (t *Tx) mark(ctx context.Context, marks []Marked) error {
	type key struct{ contact, change string }
	place := map[key]int{}
	var rows [][]any
	for _, m := range marks {
		k := key{clean(m.Contact), clean(m.Change)}
		i, ok := place[k]
		if !ok {
			i = len(rows)
			place[k] = i
			rows = append(rows, []any{k.contact, k.change, false, false, false})
		}
		switch m.Mark {
		case bot.MarkTold:
			rows[i][2] = true
		case bot.MarkAcknowledged:
			rows[i][3] = true
		case bot.MarkAsked:
			rows[i][4] = true
		default:
			return fmt.Errorf("ledger: no mark %q", m.Mark)
		}
	}
	if _, err := t.execRows(ctx, markLedger, nil, rows); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return nil
}
