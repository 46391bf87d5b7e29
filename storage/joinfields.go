package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"visnyk/bot"
)

// things are what is known of a contact that a join may fill and a split give
// back, by the columns that each of them stands in.
func things() [][]contactColumn {
	var all [][]contactColumn
	place := map[string]int{}
	for _, c := range contactTable {
		of := cmp.Or(c.of, c.name)
		if c.identity {
			continue
		}
		if _, begun := place[of]; !begun {
			place[of] = len(all)
			all = append(all, nil)
		}
		all[place[of]] = append(all[place[of]], c)
	}
	return all
}

// take copies from another what is the same in a and b.
func take(to *ContactRow, from, a, b ContactRow) {
	for _, columns := range things() {
		if !slices.ContainsFunc(columns, func(c contactColumn) bool { return !same(c.plain(&a), c.plain(&b)) }) {
			for _, c := range columns {
				c.copy(to, &from)
			}
		}
	}
}

// fillBlanks returns the contact with its blanks filled from the other. Who asked to be
// left alone anywhere is left alone.
func fillBlanks(keep, other ContactRow) ContactRow {
	filled := keep
	take(&filled, other, keep, ContactRow{})
	for _, c := range contactTable {
		if c.unite != nil {
			c.unite(keep, other, &filled)
		}
	}
	return filled
}

// unfill gives back what the fields were before, as far as they are still as
// they were after.
func unfill(now, before, after ContactRow) ContactRow {
	back := now
	take(&back, before, now, after)
	return back
}

// outlast leaves with the one who is split off what holds for both.
func outlast(former *ContactRow, stays ContactRow) {
	for _, c := range contactTable {
		if c.outlasts != nil {
			c.outlasts(former, stays)
		}
	}
}

// same compares what both would be in the database, where an empty list is as
// good as none.
func same(a, b any) bool {
	plain := func(v any) string {
		switch s := toJSON(v); s {
		case "{}", "[]":
			return "null"
		default:
			return s
		}
	}
	return plain(a) == plain(b)
}

// ledgerRecord is what a person knows of a change, as it is stored.
type ledgerRecord struct {
	Change       string `db:"change_id"`
	OnItsWay     int64  `db:"on_its_way_at"`
	Told         int64  `db:"told_at"`
	Unsure       int64  `db:"unsure_at"`
	Acknowledged int64  `db:"acknowledged_at"`
	Version      int64  `db:"acknowledged_version"` // that was acknowledged
	Asked        int64  `db:"asked_at"`
	Mentioned    int64  `db:"mentioned_at"`
	Followed     int64  `db:"followed_at"`
	Created      int64  `db:"created_at"`
	Complained   int64  `db:"complained_at" json:",omitempty"`
	Unreached    string `db:"unreached" json:",omitempty"`
	UnreachedAt  int64  `db:"unreached_at" json:",omitempty"`
	Late         bool   `db:"late" json:",omitempty"`
}

// with returns the first moment of each mark.
func (r ledgerRecord) with(other ledgerRecord) ledgerRecord {
	first := func(a, b int64) int64 {
		if a == 0 || b != 0 && b < a {
			return b
		}
		return a
	}
	if other.Version > r.Version { // the newest one acknowledged counts, by its own moment
		r.Version, r.Acknowledged = other.Version, other.Acknowledged
	} else if other.Version < r.Version {
		other.Acknowledged = r.Acknowledged
	}
	if r.Unreached == "" || other.Unreached != "" && other.UnreachedAt > r.UnreachedAt { // the last word counts
		r.Unreached, r.UnreachedAt = other.Unreached, other.UnreachedAt
	}
	return ledgerRecord{
		Complained: first(r.Complained, other.Complained), Unreached: r.Unreached, UnreachedAt: r.UnreachedAt, Late: r.Late && other.Late,
		Change: r.Change, Version: r.Version, OnItsWay: first(r.OnItsWay, other.OnItsWay), Told: first(r.Told, other.Told),
		Unsure: first(r.Unsure, other.Unsure), Acknowledged: first(r.Acknowledged, other.Acknowledged),
		Asked: first(r.Asked, other.Asked), Mentioned: first(r.Mentioned, other.Mentioned),
		Followed: first(r.Followed, other.Followed), Created: first(r.Created, other.Created),
	}
}

func (r ledgerRecord) row(contact string) []any {
	return []any{contact, r.Change, r.OnItsWay, r.Told, r.Unsure, r.Acknowledged, r.Version, r.Asked, r.Mentioned, r.Followed, r.Created, r.Complained, r.Unreached, r.UnreachedAt, r.Late}
}

// united is a row of a ledger that a join changed.
type united struct {
	Before *ledgerRecord `json:",omitempty"` // nil: there was none
	After  ledgerRecord
}

const (
	wholeLedger = `
SELECT change_id, on_its_way_at, told_at, unsure_at, acknowledged_at, acknowledged_version, asked_at, mentioned_at, followed_at, created_at,
	complained_at, unreached, unreached_at, late
FROM ledger WHERE contact = $1 ORDER BY change_id {update}`

	putLedger = `
WITH v (contact, change_id, on_its_way_at, told_at, unsure_at, acknowledged_at, acknowledged_version, asked_at, mentioned_at, followed_at, created_at,
	complained_at, unreached, unreached_at, late) AS (
	VALUES {rows ($, $, CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), $, CAST($ AS BIGINT), CAST($ AS BOOLEAN))}
)
INSERT INTO ledger (contact, change_id, on_its_way_at, told_at, unsure_at, acknowledged_at, acknowledged_version, asked_at, mentioned_at, followed_at, created_at,
	complained_at, unreached, unreached_at, late)
SELECT contact, change_id, on_its_way_at, told_at, unsure_at, acknowledged_at, acknowledged_version, asked_at, mentioned_at, followed_at, created_at,
	complained_at, unreached, unreached_at, late
FROM v ORDER BY contact, change_id
ON CONFLICT (contact, change_id) DO UPDATE SET on_its_way_at = excluded.on_its_way_at,
	told_at = excluded.told_at, unsure_at = excluded.unsure_at, acknowledged_at = excluded.acknowledged_at,
	acknowledged_version = excluded.acknowledged_version,
	asked_at = excluded.asked_at, mentioned_at = excluded.mentioned_at, followed_at = excluded.followed_at,
	created_at = excluded.created_at, complained_at = excluded.complained_at,
	unreached = excluded.unreached, unreached_at = excluded.unreached_at, late = excluded.late`

	heardBy = `SELECT DISTINCT contact, change_id FROM tellings WHERE bot = $1 AND chat = $2 ORDER BY change_id`

	dropOfLedger = `
WITH v (contact, change_id) AS (VALUES {rows ($, $)})
DELETE FROM ledger WHERE (contact, change_id) IN (SELECT contact, change_id FROM v)
RETURNING contact, change_id, standing`
)

// uniteLedgers makes one ledger of two, and tells what the one who goes knew and
// what that changed for the one who stays. The caller holds the content.
func (t *Tx) uniteLedgers(ctx context.Context, lose, keep string) (told []ledgerRecord, changed []united, err error) {
	var theirs []ledgerRecord
	if err := t.sel(ctx, &told, wholeLedger, lose); err != nil {
		return nil, nil, fmt.Errorf("ledger: %w", err)
	}
	if err := t.sel(ctx, &theirs, wholeLedger, keep); err != nil {
		return nil, nil, fmt.Errorf("ledger: %w", err)
	}
	var rows [][]any
	var of []summarised
	for _, r := range told {
		of = append(of, summarised{keep, r.Change}) // the tellings are theirs by now
		u := united{After: r}
		if i := slices.IndexFunc(theirs, func(k ledgerRecord) bool { return k.Change == r.Change }); i >= 0 {
			u.Before, u.After = &theirs[i], theirs[i].with(r)
			if *u.Before == u.After {
				continue
			}
		}
		changed = append(changed, u)
		rows = append(rows, u.After.row(keep))
	}
	if _, err := t.execRows(ctx, putLedger, nil, rows); err != nil {
		return nil, nil, fmt.Errorf("ledger: %w", err)
	}
	var left []standsRow
	if err := t.sel(ctx, &left, forgetLedger, lose); err != nil {
		return nil, nil, fmt.Errorf("ledger: %w", err)
	}
	t.gone(left)
	return told, changed, t.summarise(ctx, of)
}

// partLedgers undoes that, as far as nothing has happened since. The tellings of
// the address are the former's again.
func (t *Tx) partLedgers(ctx context.Context, keep, former string, a bot.Address, told []ledgerRecord, changed []united) error {
	var now []ledgerRecord
	if err := t.sel(ctx, &now, wholeLedger, keep); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	var put, drop [][]any
	var of []summarised
	for _, u := range changed {
		of = append(of, summarised{keep, u.After.Change})
		switch still := slices.Contains(now, u.After); {
		case still && u.Before != nil:
			put = append(put, u.Before.row(keep))
		case still:
			drop = append(drop, []any{keep, u.After.Change})
		}
	}
	for _, r := range told {
		of = append(of, summarised{former, r.Change})
		put = append(put, r.row(former))
	}
	var left []standsRow
	if err := selRows(ctx, t.conn, &left, dropOfLedger, nil, drop); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	t.gone(left)
	if _, err := t.execRows(ctx, putLedger, nil, put); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	// What was on its way to the address may have ended since, and more been told.
	var heard []summarised
	if err := t.sel(ctx, &heard, heardBy, a.Bot, a.Chat); err != nil {
		return fmt.Errorf("tellings: %w", err)
	}
	if _, err := t.execRows(ctx, addToSummary, nil, pairs(heard)); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	for _, h := range heard {
		of = append(of, h, summarised{keep, h.Change})
	}
	return t.summarise(ctx, of)
}
