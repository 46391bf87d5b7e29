package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"visnyk/bot"
)

// field is one thing known of a contact that a join may fill and a split give
// back.
type field struct {
	of   func(*ContactRow) any
	copy func(to, from *ContactRow)
}

func fieldsOfContact() []field {
	return []field{
		{func(c *ContactRow) any { return c.Name }, func(to, from *ContactRow) { to.Name = from.Name }},
		{func(c *ContactRow) any { return []any{c.Language, c.Chosen} }, func(to, from *ContactRow) {
			to.Language, to.Chosen = from.Language, from.Chosen
		}},
		{func(c *ContactRow) any { return c.Zone }, func(to, from *ContactRow) { to.Zone = from.Zone }},
		{func(c *ContactRow) any { return c.Stopped }, func(to, from *ContactRow) { to.Stopped = from.Stopped }},
		{func(c *ContactRow) any { return c.Kind }, func(to, from *ContactRow) { to.Kind = from.Kind }},
		{func(c *ContactRow) any { return c.Tier }, func(to, from *ContactRow) { to.Tier = from.Tier }},
		{func(c *ContactRow) any { return c.Region }, func(to, from *ContactRow) { to.Region = from.Region }},
		{func(c *ContactRow) any { return c.Wishes }, func(to, from *ContactRow) { to.Wishes = from.Wishes }},
		{func(c *ContactRow) any { return c.Attributes }, func(to, from *ContactRow) { to.Attributes = from.Attributes }},
		{func(c *ContactRow) any { return c.Tags }, func(to, from *ContactRow) { to.Tags = from.Tags }},
	}
}

// fillBlanks gives the contact with its blanks filled from the other. Who asked to be
// left alone anywhere is left alone.
func fillBlanks(keep, other ContactRow) ContactRow {
	var blank ContactRow
	filled := keep
	for _, f := range fieldsOfContact() {
		if same(f.of(&keep), f.of(&blank)) {
			f.copy(&filled, &other)
		}
	}
	filled.Attributes, filled.Tags = maps.Clone(other.Attributes), slices.Clone(keep.Tags)
	if filled.Attributes == nil {
		filled.Attributes = map[string]string{}
	}
	maps.Copy(filled.Attributes, keep.Attributes)
	for _, tag := range other.Tags {
		if !slices.Contains(filled.Tags, tag) {
			filled.Tags = append(filled.Tags, tag)
		}
	}
	return filled
}

// unfill gives back what the fields were before, as far as they are still as
// they were after.
func unfill(now, before, after ContactRow) ContactRow {
	for _, f := range fieldsOfContact() {
		if same(f.of(&now), f.of(&after)) {
			f.copy(&now, &before)
		}
	}
	return now
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
	Asked        int64  `db:"asked_at"`
	Mentioned    int64  `db:"mentioned_at"`
	Followed     int64  `db:"followed_at"`
	Created      int64  `db:"created_at"`
}

// with gives the first moment of each mark.
func (r ledgerRecord) with(other ledgerRecord) ledgerRecord {
	first := func(a, b int64) int64 {
		if a == 0 || b != 0 && b < a {
			return b
		}
		return a
	}
	return ledgerRecord{
		Change: r.Change, OnItsWay: first(r.OnItsWay, other.OnItsWay), Told: first(r.Told, other.Told),
		Unsure: first(r.Unsure, other.Unsure), Acknowledged: first(r.Acknowledged, other.Acknowledged),
		Asked: first(r.Asked, other.Asked), Mentioned: first(r.Mentioned, other.Mentioned),
		Followed: first(r.Followed, other.Followed), Created: first(r.Created, other.Created),
	}
}

func (r ledgerRecord) row(contact string) []any {
	return []any{contact, r.Change, r.OnItsWay, r.Told, r.Unsure, r.Acknowledged, r.Asked, r.Mentioned, r.Followed, r.Created}
}

// united is a row of a ledger that a join changed.
type united struct {
	Before *ledgerRecord `json:",omitempty"` // nil: there was none
	After  ledgerRecord
}

const (
	wholeLedger = `
SELECT change_id, on_its_way_at, told_at, unsure_at, acknowledged_at, asked_at, mentioned_at, followed_at, created_at
FROM ledger WHERE contact = $1 ORDER BY change_id {update}`

	putLedger = `
WITH v (contact, change_id, on_its_way_at, told_at, unsure_at, acknowledged_at, asked_at, mentioned_at, followed_at, created_at) AS (
	VALUES {rows ($, $, CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT))}
)
INSERT INTO ledger (contact, change_id, on_its_way_at, told_at, unsure_at, acknowledged_at, asked_at, mentioned_at, followed_at, created_at)
SELECT contact, change_id, on_its_way_at, told_at, unsure_at, acknowledged_at, asked_at, mentioned_at, followed_at, created_at
FROM v ORDER BY contact, change_id
ON CONFLICT (contact, change_id) DO UPDATE SET on_its_way_at = excluded.on_its_way_at,
	told_at = excluded.told_at, unsure_at = excluded.unsure_at, acknowledged_at = excluded.acknowledged_at,
	asked_at = excluded.asked_at, mentioned_at = excluded.mentioned_at, followed_at = excluded.followed_at,
	created_at = excluded.created_at`

	heardBy = `SELECT DISTINCT contact, change_id FROM tellings WHERE bot = $1 AND chat = $2 ORDER BY change_id`

	dropOfLedger = `
WITH v (contact, change_id) AS (VALUES {rows ($, $)})
DELETE FROM ledger WHERE (contact, change_id) IN (SELECT contact, change_id FROM v)`
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
	for _, r := range told {
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
	if _, err := t.exec(ctx, forgetLedger, lose); err != nil {
		return nil, nil, fmt.Errorf("ledger: %w", err)
	}
	return told, changed, nil
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
	if _, err := t.execRows(ctx, dropOfLedger, nil, drop); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
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
