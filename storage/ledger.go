package storage

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
)

// The ledger has one row for a person and a change. What they did stands in it by
// the turn in which they did it: acknowledged_at, asked_at and followed_at, which
// say nothing of whether we told them. What they were told is the summary of their
// tellings: on_its_way_at while a message has not ended, told_at and mentioned_at
// by the first that was sent, unsure_at by the first that may have arrived. A
// telling that failed leaves nothing here, so that it is offered again.

// LedgerMark is one thing a person did about a change: MarkAcknowledged or MarkAsked.
type LedgerMark struct {
	Contact, Change string
	Mark            bot.Mark
	Version         int // of the change, that was acknowledged
}

// LedgerFollow is a person's wish to hear of the later stages of a change.
type LedgerFollow struct {
	Contact, Change string
	On              bool
}

// told is which changes may be told, word for word as the index changes_told has
// it: SQLite needs that.
const told = `state = 'announced'`

// liveChanges are the changes that a turn may tell. knownToContact asks for each
// of them by key, so that neither the changes there once were nor what a person
// heard of them costs a turn anything.
const liveChanges = `live AS MATERIALIZED (SELECT id, version, announced_at FROM changes WHERE ` + told + `)`

// knownToContact gives what the contact k knows of the live changes, as knownOf
// reads it: a line for each change, with a digit for each mark and when it was
// mentioned before the change's id.
var knownToContact = `(
	SELECT string_agg((` + ledgerRow("k.id", "live.id", `CASE WHEN x.mentioned_at <> 0 THEN '1' ELSE '0' END
			|| CASE WHEN x.on_its_way_at <> 0 THEN '1' ELSE '0' END
			|| CASE WHEN x.told_at <> 0 THEN '1' ELSE '0' END || CASE WHEN x.unsure_at <> 0 THEN '1' ELSE '0' END
			|| CASE WHEN `+acknowledgedChange+` THEN '1' ELSE '0' END || CASE WHEN x.followed_at <> 0 THEN '1' ELSE '0' END
			|| x.mentioned_at || ' ' || x.change_id`) + `), '
')
	FROM live)`

// ledgerRow gives something of the row x of the contact and the change, NULL where
// there is none. By two equal signs, a plan that was made while the table had no rows
// may take an index that has other columns between the two, and go on reading all rows
// of the change for each person. What is asked here, the first row from there on, only
// the table's key has in order; and to SQLite, only where the change is no column.
func ledgerRow(contact, change, something string) string {
	return `SELECT CASE WHEN x.contact = ` + contact + ` AND x.change_id = ` + change + ` THEN ` + something + ` END
		FROM ledger x WHERE (x.contact, x.change_id) >= (` + contact + `, ` + change + ` || '') ORDER BY x.contact, x.change_id LIMIT 1`
}

// knownOf reads what knownToContact gives, in the order of the changes' ids.
func knownOf(lines string) (known []Known) {
	const marks = 6
	for line := range strings.SplitSeq(lines, "\n") {
		if len(line) <= marks {
			continue
		}
		at, id, _ := strings.Cut(line[marks:], " ")
		var mentioned time.Time
		if us, err := strconv.ParseInt(at, 10, 64); err == nil && us > 0 {
			mentioned = time.UnixMicro(us).UTC()
		}
		known = append(known, Known{
			Change: id, MentionedAt: mentioned, Mentioned: line[0] == '1', OnItsWay: line[1] == '1', Told: line[2] == '1',
			Unsure: line[3] == '1', Acknowledged: line[4] == '1', Followed: line[5] == '1',
		})
	}
	slices.SortFunc(known, func(a, b Known) int { return strings.Compare(a.Change, b.Change) })
	return known
}

// concerns is the one place where SQL says whom changes concern: the contact k is
// in the audience of c, as bot.Segment.Matches has it. Placeholders begin at
// first. Changes of one audience share its condition. No calendar moves anybody in
// or out of it: see bot.Segment.FaultsOfAudience.
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
		part, err := c.segment(s, bot.Calendar{}, "k", them.first+len(them.values))
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
	// lockContent keeps writers of content out until the commit, so that a
	// contact and a newly approved change cannot miss each other.
	lockContent = `SELECT version FROM content WHERE id = 1 {share}`

	// Of the contacts and the changes named, those that belong together. Both are
	// named by lists and looked up in subqueries that no planner can turn into
	// joins: one that still takes a table for small would read all of it.
	addToLedger = `
INSERT INTO ledger (contact, change_id, created_at, stands_at, late, standing)
SELECT a.contact, a.change_id, {now}, {now}, a.late, 'waiting|||0|' || CASE WHEN a.late THEN 'L' ELSE '' END || '|' FROM (
	SELECT k.id AS contact, c.id AS change_id,
		{late} AND NOT EXISTS (SELECT 1 FROM expansions e WHERE e.kind = 'ledger' AND e.subject = c.id AND e.ended_at = 0) AS late
	FROM changes c CROSS JOIN contacts k
	WHERE c.` + told + ` AND {change} AND {contact} AND {concerns}
) a
WHERE TRUE ORDER BY a.contact, a.change_id
ON CONFLICT (contact, change_id) DO NOTHING
RETURNING contact, change_id, standing`

	// untouched is a row that tells nothing of the person. What they once heard or
	// did stays: it is the proof of notice.
	untouched = `mentioned_at = 0 AND on_its_way_at = 0 AND told_at = 0 AND unsure_at = 0 AND acknowledged_at = 0 AND asked_at = 0 AND followed_at = 0`

	dropFromLedger = `
WITH v (contact, change_id) AS (VALUES {rows ($, $)})
DELETE FROM ledger WHERE (contact, change_id) IN (SELECT contact, change_id FROM v) AND ` + untouched + `
RETURNING contact, change_id, standing`
)

// Each row is asked for by its whole key, in a subquery: by two lists, a planner
// that takes the table for small reads all rows of a change for each few people.
var wrongInLedger = `
SELECT k.id AS contact, c.id AS change_id FROM changes c CROSS JOIN contacts k
WHERE {change} AND {contact} AND NOT COALESCE({concerns}, FALSE)
AND (` + ledgerRow("k.id", "c.id", untouched) + `)`

// alignLedger gives the contacts a row for each of the changes that may be told
// and concerns them, and takes away those of changes that do not concern them, as
// far as they heard nothing of them; where the contacts are new there are none.
// Nobody else may write the changes, or the contacts, until the commit.
//
// Unless they are listed with everybody else, who comes now comes late.
func (t *Tx) alignLedger(ctx context.Context, changes []concerning, contacts []string, isNew, listing bool) error {
	if len(changes) == 0 {
		return nil
	}
	is, err := t.concerns(changes, 1)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	ids := make([]string, len(changes))
	for i, c := range changes {
		ids[i] = c.ID
	}
	ask := func(query string) (string, []any) {
		these := compiler{sqlite: t.sql.SQLite(), first: 1 + len(is.values)}
		query = strings.NewReplacer(
			"{contact}", these.among("k.id", contacts), "{change}", these.among("c.id", ids), "{concerns}", is.sql,
		).Replace(query)
		return query, slices.Concat(is.values, these.values)
	}
	if !isNew {
		query, values := ask(wrongInLedger)
		if err := t.dropFromLedger(ctx, query, values); err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
	}
	query, values := ask(strings.Replace(addToLedger, "{late}", map[bool]string{true: "FALSE", false: "TRUE"}[listing], 1))
	var added []standsRow
	if err := t.sel(ctx, &added, query, values...); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	t.moved(added, nil)
	return nil
}

// dropFromLedger takes away the rows that the query finds.
func (t *Tx) dropFromLedger(ctx context.Context, query string, values []any) error {
	var wrong []struct {
		Contact string `db:"contact"`
		Change  string `db:"change_id"`
	}
	if err := t.sel(ctx, &wrong, query, values...); err != nil || len(wrong) == 0 {
		return err
	}
	rows := make([][]any, len(wrong))
	for i, w := range wrong {
		rows[i] = []any{w.Contact, w.Change}
	}
	var dropped []standsRow
	err := selRows(ctx, t.conn, &dropped, dropFromLedger, nil, rows)
	t.gone(dropped)
	return err
}

const (
	toldChanges = `SELECT id, segment FROM changes WHERE ` + told + ` ORDER BY id`
	toldChange  = `SELECT id, segment FROM changes WHERE id = $1 AND ` + told
)

// ExpandLedger aligns the contacts' rows of one change, within Store.Expand. over
// says that the change may not be told any more and needs no further rows. An
// audience that is written meanwhile is the next round's.
func (t *Tx) ExpandLedger(ctx context.Context, change string, contacts []string) (over bool, err error) {
	var changes []concerning
	if err := t.sel(ctx, &changes, toldChange, change); err != nil {
		return false, fmt.Errorf("ledger: %w", err)
	}
	return len(changes) == 0, t.alignLedger(ctx, changes, contacts, false, true)
}

// concern brings the ledger of contacts in line with all changes. Every write
// of what a change may ask for ends here.
func (t *Tx) concern(ctx context.Context, contacts []string) error {
	return t.concernAll(ctx, contacts, false)
}

// concernNew does what concern does, for contacts that have no rows yet.
func (t *Tx) concernNew(ctx context.Context, contacts []string) error {
	return t.concernAll(ctx, contacts, true)
}

func (t *Tx) concernAll(ctx context.Context, contacts []string, isNew bool) error {
	if len(contacts) == 0 {
		return nil
	}
	if err := t.lockContent(ctx); err != nil {
		return err
	}
	var changes []concerning
	if err := t.sel(ctx, &changes, toldChanges); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return t.alignLedger(ctx, changes, contacts, isNew, false)
}

const heardOf = `
SELECT count(*) FROM ledger WHERE change_id = $1 AND (told_at <> 0 OR on_its_way_at <> 0 OR unsure_at <> 0)`

// Heard returns how many people have heard of the change, or may have, or are about to.
func (t *Tx) Heard(ctx context.Context, change string) (n int, err error) {
	err = t.get(ctx, &n, heardOf, change)
	return n, doing("count who has heard", err)
}

func (t *Tx) lockContent(ctx context.Context) error {
	var version int64
	return doing("hold content", t.get(ctx, &version, lockContent))
}

// The first time of a mark stays; of an acknowledgement, for the newest version.
const markLedger = `
WITH v (contact, change_id, acknowledged, version, asked) AS (VALUES {rows ($, $, CAST($ AS BOOLEAN), CAST($ AS BIGINT), CAST($ AS BOOLEAN))})
INSERT INTO ledger (contact, change_id, acknowledged_at, acknowledged_version, asked_at, created_at)
SELECT contact, change_id,
	CASE WHEN acknowledged THEN {now} ELSE 0 END, version,
	CASE WHEN asked THEN {now} ELSE 0 END,
	{now}
FROM v ORDER BY contact, change_id
ON CONFLICT (contact, change_id) DO UPDATE SET
	acknowledged_at = CASE WHEN excluded.acknowledged_at <> 0
		AND (ledger.acknowledged_at = 0 OR ledger.acknowledged_version < excluded.acknowledged_version)
		THEN excluded.acknowledged_at ELSE ledger.acknowledged_at END,
	acknowledged_version = CASE WHEN ledger.acknowledged_version < excluded.acknowledged_version
		THEN excluded.acknowledged_version ELSE ledger.acknowledged_version END,
	asked_at = CASE WHEN ledger.asked_at = 0 THEN excluded.asked_at ELSE ledger.asked_at END`

// mark writes the marks of a batch, one row for a person and a change.
func (t *Tx) mark(ctx context.Context, marks []LedgerMark) error {
	type key struct{ contact, change string }
	type made struct {
		acknowledged, asked bool
		version             int
	}
	all := map[key]made{}
	for _, m := range marks {
		k := key{clean(m.Contact), clean(m.Change)}
		is := all[k]
		switch m.Mark {
		case bot.MarkAcknowledged:
			is.acknowledged, is.version = true, max(is.version, m.Version)
		case bot.MarkAsked:
			is.asked = true
		default:
			return fmt.Errorf("ledger: a person does not make the mark %q", m.Mark)
		}
		all[k] = is
	}
	var rows [][]any
	var of []summarised
	for k, is := range all {
		rows = append(rows, []any{k.contact, k.change, is.acknowledged, is.version, is.asked})
		of = append(of, summarised{k.contact, k.change})
	}
	return t.rewrite(ctx, of, func() error {
		_, err := t.execRows(ctx, markLedger, nil, rows)
		return err
	})
}

const follow = `
WITH v (contact, change_id, following) AS (VALUES {rows ($, $, CAST($ AS BOOLEAN))})
UPDATE ledger SET followed_at = CASE WHEN NOT v.following THEN 0
	WHEN ledger.followed_at = 0 THEN {now} ELSE ledger.followed_at END
FROM v WHERE ledger.contact = v.contact AND ledger.change_id = v.change_id`

// follow writes who follows which change; the last word counts.
func (t *Tx) follow(ctx context.Context, all []LedgerFollow) error {
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
