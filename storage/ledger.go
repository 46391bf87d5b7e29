package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"visnyk/bot"
)

// The ledger has one row for a person and a change. What they did stands in it by
// the turn in which they did it: acknowledged_at, asked_at and followed_at, which
// say nothing of whether we told them. What they were told is the summary of their
// tellings: on_its_way_at while a message has not ended, told_at and mentioned_at
// by the first that was sent, unsure_at by the first that may have arrived. A
// telling that failed leaves nothing here, so that it is offered again.

// Marked is one thing a person did about a change: MarkAcknowledged or MarkAsked.
type Marked struct {
	Contact, Change string
	Mark            bot.Mark
}

// Following is a person's wish to hear of the later stages of a change.
type Following struct {
	Contact, Change string
	On              bool
}

// knownToContact gives what the contact k knows, as knownOf reads it: a line for
// each change, with a digit for each mark before the change's id.
const knownToContact = `(
	SELECT string_agg(CASE WHEN l.mentioned_at <> 0 THEN '1' ELSE '0' END || CASE WHEN l.on_its_way_at <> 0 THEN '1' ELSE '0' END
		|| CASE WHEN l.told_at <> 0 THEN '1' ELSE '0' END || CASE WHEN l.unsure_at <> 0 THEN '1' ELSE '0' END
		|| CASE WHEN l.acknowledged_at <> 0 THEN '1' ELSE '0' END || CASE WHEN l.followed_at <> 0 THEN '1' ELSE '0' END
		|| l.change_id, '
')
	FROM ledger l WHERE l.contact = k.id)`

// knownOf reads what knownToContact gives, in the order of the changes' ids.
func knownOf(lines string) (known []Known) {
	const marks = 6
	for line := range strings.SplitSeq(lines, "\n") {
		if len(line) <= marks {
			continue
		}
		known = append(known, Known{
			Change: line[marks:], Mentioned: line[0] == '1', OnItsWay: line[1] == '1', Told: line[2] == '1',
			Unsure: line[3] == '1', Acknowledged: line[4] == '1', Followed: line[5] == '1',
		})
	}
	slices.SortFunc(known, func(a, b Known) int { return strings.Compare(a.Change, b.Change) })
	return known
}

// The changes c that the ledger is brought in line with, and whether each asks
// for a kind, a tier or a region at all.
const changeAudiences = `
SELECT x.id, x.state,
	EXISTS (SELECT 1 FROM audiences a WHERE a.change_id = x.id AND a.field = 'kind') AS by_kind,
	EXISTS (SELECT 1 FROM audiences a WHERE a.change_id = x.id AND a.field = 'tier') AS by_tier,
	EXISTS (SELECT 1 FROM audiences a WHERE a.change_id = x.id AND a.field = 'region') AS by_region
FROM changes x`

// concerns is the one place where SQL says whom a change concerns: the contact k
// is in the audience of c, as bot.Audience.Includes has it.
const concerns = `
(NOT c.by_kind OR (c.id, CASE k.kind WHEN '' THEN 'client' ELSE k.kind END) IN
	(SELECT a.change_id, a.value FROM audiences a WHERE a.field = 'kind'))
AND (NOT c.by_tier OR (c.id, k.tier) IN (SELECT a.change_id, a.value FROM audiences a WHERE a.field = 'tier'))
AND (NOT c.by_region OR (c.id, k.region) IN (SELECT a.change_id, a.value FROM audiences a WHERE a.field = 'region'))`

const (
	// holdContent keeps writers of content out until the commit, so that a
	// contact and a newly approved change cannot miss each other.
	holdContent = `SELECT version FROM content WHERE id = 1 {share}`

	addToLedger = `
INSERT INTO ledger (contact, change_id, created_at)
SELECT k.id, c.id, {now} FROM c CROSS JOIN contacts k
WHERE c.state IN ('approved', 'announced') AND ` + concerns + `
ORDER BY k.id, c.id
ON CONFLICT (contact, change_id) DO NOTHING`

	// What a person once heard of a change stays: it is the proof of notice.
	dropFromLedger = `
AND mentioned_at = 0 AND on_its_way_at = 0 AND told_at = 0 AND unsure_at = 0 AND acknowledged_at = 0 AND asked_at = 0 AND followed_at = 0
AND NOT EXISTS (SELECT 1 FROM c CROSS JOIN contacts k WHERE c.id = ledger.change_id AND k.id = ledger.contact AND ` + concerns + `)`
)

// part is what the ledger is brought in line with: some changes and everybody,
// or some contacts and all changes.
type part struct{ add, drop string }

var (
	changesOfLedger = part{
		add: `WITH v (id) AS (VALUES {rows ($)}), c AS MATERIALIZED (` + changeAudiences + ` WHERE x.id IN (SELECT id FROM v))` + addToLedger,
		drop: `WITH v (id) AS (VALUES {rows ($)}), c AS MATERIALIZED (` + changeAudiences + ` WHERE x.id IN (SELECT id FROM v))
DELETE FROM ledger WHERE change_id IN (SELECT id FROM v) ` + dropFromLedger,
	}
	contactsOfLedger = part{
		add: `WITH v (id) AS (VALUES {rows ($)}), c AS MATERIALIZED (` + changeAudiences + `)` +
			strings.Replace(addToLedger, "WHERE ", "WHERE k.id IN (SELECT id FROM v) AND ", 1),
		drop: `WITH v (id) AS (VALUES {rows ($)}), c AS MATERIALIZED (` + changeAudiences + `)
DELETE FROM ledger WHERE contact IN (SELECT id FROM v) ` + dropFromLedger,
	}
)

// alignLedger gives every person a row for each change that may be told and
// concerns them, and takes away those that no longer concern them, as far as
// they heard nothing of them. ids are of changes or of contacts, as p has it.
// The caller holds the content.
func (t *Tx) alignLedger(ctx context.Context, p part, ids [][]any) error {
	for _, query := range []string{p.drop, p.add} {
		if _, err := t.execRows(ctx, query, nil, ids); err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
	}
	return nil
}

// concern brings the ledger of contacts in line with all changes. Every write
// of what a change may ask for ends here.
func (t *Tx) concern(ctx context.Context, contacts [][]any) error {
	if len(contacts) == 0 {
		return nil
	}
	if err := t.holdContent(ctx); err != nil {
		return err
	}
	return t.alignLedger(ctx, contactsOfLedger, contacts)
}

// concernNew does what concern does, for contacts that have no rows yet.
func (t *Tx) concernNew(ctx context.Context, contacts [][]any) error {
	if len(contacts) == 0 {
		return nil
	}
	if err := t.holdContent(ctx); err != nil {
		return err
	}
	_, err := t.execRows(ctx, contactsOfLedger.add, nil, contacts)
	return doing("ledger", err)
}

func (t *Tx) holdContent(ctx context.Context) error {
	var version int64
	return doing("hold content", t.get(ctx, &version, holdContent))
}

// The first time of a mark stays.
const markLedger = `
WITH v (contact, change_id, acknowledged, asked) AS (VALUES {rows ($, $, CAST($ AS BOOLEAN), CAST($ AS BOOLEAN))})
INSERT INTO ledger (contact, change_id, acknowledged_at, asked_at, created_at)
SELECT contact, change_id,
	CASE WHEN acknowledged THEN {now} ELSE 0 END,
	CASE WHEN asked THEN {now} ELSE 0 END,
	{now}
FROM v ORDER BY contact, change_id
ON CONFLICT (contact, change_id) DO UPDATE SET
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
			rows = append(rows, []any{k.contact, k.change, false, false})
		}
		switch m.Mark {
		case bot.MarkAcknowledged:
			rows[i][2] = true
		case bot.MarkAsked:
			rows[i][3] = true
		default:
			return fmt.Errorf("ledger: a person does not make the mark %q", m.Mark)
		}
	}
	if _, err := t.execRows(ctx, markLedger, nil, rows); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return nil
}

const follow = `
WITH v (contact, change_id, following) AS (VALUES {rows ($, $, CAST($ AS BOOLEAN))})
UPDATE ledger SET followed_at = CASE WHEN NOT v.following THEN 0
	WHEN ledger.followed_at = 0 THEN {now} ELSE ledger.followed_at END
FROM v WHERE ledger.contact = v.contact AND ledger.change_id = v.change_id`

// follow writes who follows which change; the last word counts.
func (t *Tx) follow(ctx context.Context, all []Following) error {
	type key struct{ contact, change string }
	place := map[key]int{}
	var rows [][]any
	for _, f := range all {
		k := key{clean(f.Contact), clean(f.Change)}
		i, ok := place[k]
		if !ok {
			i = len(rows)
			place[k] = i
			rows = append(rows, []any{k.contact, k.change, f.On})
		}
		rows[i][2] = f.On
	}
	if _, err := t.execRows(ctx, follow, nil, rows); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return nil
}
