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

// concerns is the one place where SQL says whom changes concern: the contact k is
// in the audience of c, as bot.Segment.Matches has it. Placeholders begin at
// first. Changes of one audience share its condition.
func (c conn) concerns(changes []concerning, first int) (condition, error) {
	ids := map[string][]string{}
	var order []string
	for _, x := range changes {
		if ids[x.Segment] == nil {
			order = append(order, x.Segment)
		}
		ids[x.Segment] = append(ids[x.Segment], x.ID)
	}
	all := condition{sql: "FALSE"}
	for _, text := range order {
		s, err := segmentOf(text)
		if err != nil {
			return condition{}, fmt.Errorf("change %s: %w", ids[text][0], err)
		}
		them := compiler{sqlite: c.sql.SQLite(), first: first + len(all.values)}
		among := them.among("c.id", ids[text])
		part, err := c.segment(s, "k", them.first+len(them.values))
		if err != nil {
			return condition{}, fmt.Errorf("change %s: %w", ids[text][0], err)
		}
		all.sql += "\n\tOR " + among + " AND " + part.sql
		all.values = append(append(all.values, them.values...), part.values...)
	}
	all.sql = "(" + all.sql + ")"
	return all, nil
}

// concerning is a change and its audience as it is stored.
type concerning struct {
	ID      string `db:"id"`
	Segment string `db:"segment"`
}

const (
	// holdContent keeps writers of content out until the commit, so that a
	// contact and a newly approved change cannot miss each other.
	holdContent = `SELECT version FROM content WHERE id = 1 {share}`

	addToLedger = `
INSERT INTO ledger (contact, change_id, created_at)
SELECT k.id, c.id, {now} FROM changes c CROSS JOIN contacts k
WHERE c.state IN ('approved', 'announced') AND {these} AND {concerns}
ORDER BY k.id, c.id
ON CONFLICT (contact, change_id) DO NOTHING`

	// What a person once heard of a change stays: it is the proof of notice.
	dropFromLedger = `
DELETE FROM ledger WHERE {these}
AND mentioned_at = 0 AND on_its_way_at = 0 AND told_at = 0 AND unsure_at = 0 AND acknowledged_at = 0 AND asked_at = 0 AND followed_at = 0
AND NOT EXISTS (SELECT 1 FROM changes c CROSS JOIN contacts k WHERE c.id = ledger.change_id AND k.id = ledger.contact AND {concerns})`
)

// part is what the ledger is brought in line with: some changes and everybody,
// or some contacts and all changes that may be told.
type part struct{ audiences, add, drop string }

var (
	changesOfLedger = part{
		audiences: `WITH v (id) AS (VALUES {rows ($)}) SELECT x.id, x.segment FROM v JOIN changes x ON x.id = v.id ORDER BY x.id`,
		add:       these(addToLedger, "c.id IN (SELECT id FROM v)"),
		drop:      these(dropFromLedger, "change_id IN (SELECT id FROM v)"),
	}
	contactsOfLedger = part{
		audiences: `SELECT id, segment FROM changes WHERE state IN ('approved', 'announced') ORDER BY id`,
		add:       these(addToLedger, "k.id IN (SELECT id FROM v)"),
		drop: these(dropFromLedger, `contact IN (SELECT id FROM v)
AND change_id IN (SELECT id FROM changes WHERE state IN ('approved', 'announced'))`),
	}
)

// these puts in which rows a statement is about.
func these(query, which string) string {
	return `WITH v (id) AS (VALUES {rows ($)})` + strings.Replace(query, "{these}", which, 1)
}

// alignLedger gives every person a row for each change that may be told and
// concerns them, and takes away those that no longer concern them, as far as
// they heard nothing of them. ids are of changes or of contacts, as p has it.
// The caller holds the content.
func (t *Tx) alignLedger(ctx context.Context, p part, ids [][]any, queries ...string) error {
	var audiences []concerning
	var err error
	if strings.Contains(p.audiences, "{rows ") {
		err = selRows(ctx, t.conn, &audiences, p.audiences, nil, ids)
	} else {
		err = t.sel(ctx, &audiences, p.audiences)
	}
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	if len(audiences) == 0 {
		return nil
	}
	is, err := t.concerns(audiences, 1)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	for _, query := range queries {
		if _, err := t.execRows(ctx, strings.Replace(query, "{concerns}", is.sql, 1), is.values, ids); err != nil {
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
	return t.alignLedger(ctx, contactsOfLedger, contacts, contactsOfLedger.drop, contactsOfLedger.add)
}

// concernNew does what concern does, for contacts that have no rows yet.
func (t *Tx) concernNew(ctx context.Context, contacts [][]any) error {
	if len(contacts) == 0 {
		return nil
	}
	if err := t.holdContent(ctx); err != nil {
		return err
	}
	return t.alignLedger(ctx, contactsOfLedger, contacts, contactsOfLedger.add)
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
