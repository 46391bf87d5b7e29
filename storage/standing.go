package storage

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"visnyk/bot"
)

const (
	// acknowledgedLast is whether the row x of the ledger acknowledges what it was told last.
	acknowledgedLast = `{x}acknowledged_at <> 0 AND {x}acknowledged_version >= {x}told_version`

	// standsAs is bot.Standing of the row x of the ledger, and standsAt the moment by which
	// those of one standing are ordered: since when time counts for what is not told of it.
	standsAs = `CASE WHEN ` + acknowledgedLast + ` THEN 'acknowledged' WHEN {x}told_at <> 0 THEN 'told'
		WHEN {x}unsure_at <> 0 THEN 'unsure' WHEN {x}unreached <> '' THEN 'unreached' ELSE 'waiting' END
	|| '|' || {x}told_by || '|' || {x}told_in || '|' || CAST(CASE WHEN ` + acknowledgedLast + ` THEN {x}acknowledged_version ELSE {x}told_version END AS TEXT)
	|| '|' || CASE WHEN {x}delivered_at <> 0 THEN 'D' ELSE '' END || CASE WHEN {x}seen_at <> 0 THEN 'S' WHEN {x}blind_at <> 0 THEN 'B' ELSE '' END
	|| CASE WHEN {x}asked_at <> 0 THEN 'Q' ELSE '' END || CASE WHEN {x}complained_at <> 0 THEN 'C' ELSE '' END || CASE WHEN {x}late THEN 'L' ELSE '' END
	|| '|' || CASE WHEN {x}told_at <> 0 OR {x}unsure_at <> 0 OR {x}acknowledged_at <> 0 THEN '' ELSE {x}unreached END`
	standsAt = `CASE WHEN {x}blind_at <> 0 THEN {x}blind_at WHEN {x}told_at <> 0 THEN {x}told_at WHEN {x}unreached <> '' THEN {x}unreached_at ELSE {x}created_at END`
)

// standingOf is one of them for the row that the prefix names.
func standingOf(expression, prefix string) string {
	return strings.ReplaceAll(expression, "{x}", prefix)
}

// stance names one count of the ledger.
type stance struct{ change, standing string }

// stood notes that n more people of the change have the standing once the transaction
// commits; "" is that of a row which no count knows yet.
func (t *Tx) stood(change, standing string, n int) {
	if standing == "" {
		return
	}
	if t.stances == nil {
		t.stances = map[stance]int{}
	}
	t.stances[stance{change, standing}] += n
}

const putStances = `
WITH v (change_id, standing, n) AS (VALUES {rows ($, $, CAST($ AS BIGINT))})
INSERT INTO ledger_counts (change_id, standing, n)
SELECT change_id, standing, n FROM v WHERE TRUE ORDER BY change_id, standing
ON CONFLICT (change_id, standing) DO UPDATE SET n = ledger_counts.n + excluded.n`

// LedgerTopic begins the topics that tell of which change the ledger counts otherwise.
const LedgerTopic = "ledger/"

// putStances writes what stood counted, in one order and behind all else, and tells of
// whom.
func (t *Tx) putStances(ctx context.Context) error {
	keys := slices.SortedFunc(maps.Keys(t.stances), func(a, b stance) int {
		return cmp.Or(cmp.Compare(a.change, b.change), cmp.Compare(a.standing, b.standing))
	})
	var rows [][]any
	for _, k := range keys {
		if n := t.stances[k]; n != 0 {
			rows = append(rows, []any{k.change, k.standing, n})
			if topic := LedgerTopic + k.change; !slices.Contains(t.woken, topic) {
				t.woken = append(t.woken, topic)
			}
		}
	}
	t.stances = nil
	_, err := t.execRows(ctx, putStances, nil, rows)
	return doing("count the ledger", err)
}

// standsRow is a row of the ledger with its standing.
type standsRow struct {
	summarised
	Standing string `db:"standing"`
}

// was is the standing of rows that are locked.
type was map[summarised]string

const lockStandings = `
WITH v (contact, change_id) AS (VALUES {rows ($, $)})
SELECT l.contact, l.change_id, l.standing FROM v JOIN ledger l ON l.contact = v.contact AND l.change_id = v.change_id
ORDER BY l.contact, l.change_id {update}`

// lockLedger locks those of the rows that are there and returns how they stand.
func (t *Tx) lockLedger(ctx context.Context, of []summarised) (was, error) {
	var locked []standsRow
	if err := selRows(ctx, t.conn, &locked, lockStandings, nil, pairs(inLedgerOrder(of))); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	stood := was{}
	for _, r := range locked {
		stood[r.summarised] = r.Standing
	}
	return stood, nil
}

func inLedgerOrder(of []summarised) []summarised {
	of = slices.SortedFunc(slices.Values(of), func(a, b summarised) int {
		return cmp.Or(cmp.Compare(a.Contact, b.Contact), cmp.Compare(a.Change, b.Change))
	})
	return slices.Compact(of)
}

var restand = `
WITH v (contact, change_id) AS (VALUES {rows ($, $)})
UPDATE ledger SET standing = ` + standingOf(standsAs, "ledger.") + `, stands_at = ` + standingOf(standsAt, "ledger.") + `
FROM v WHERE ledger.contact = v.contact AND ledger.change_id = v.change_id
RETURNING ledger.contact, ledger.change_id, ledger.standing`

// restand brings the standing of rows in line with what stands in them; stood is how they
// stood before it was written.
func (t *Tx) restand(ctx context.Context, of []summarised, stood was) error {
	var now []standsRow
	if err := selRows(ctx, t.conn, &now, restand, nil, pairs(inLedgerOrder(of))); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	t.moved(now, stood)
	return nil
}

// rewrite has f write rows of the ledger, and brings how they stand in line with that.
func (t *Tx) rewrite(ctx context.Context, of []summarised, f func() error) error {
	if len(of) == 0 {
		return nil
	}
	stood, err := t.lockLedger(ctx, of)
	if err != nil {
		return err
	}
	if err := f(); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return t.restand(ctx, of, stood)
}

// moved counts rows that stand otherwise now.
func (t *Tx) moved(now []standsRow, stood was) {
	for _, r := range now {
		if before := stood[r.summarised]; before != r.Standing {
			t.stood(r.Change, before, -1)
			t.stood(r.Change, r.Standing, 1)
		}
	}
}

// gone counts rows that are not there any more.
func (t *Tx) gone(rows []standsRow) {
	for _, r := range rows {
		t.stood(r.Change, r.Standing, -1)
	}
}

const eraseOfLedger = `
WITH v (contact) AS (VALUES {rows ($)})
DELETE FROM ledger WHERE contact IN (SELECT contact FROM v WHERE contact <> '') RETURNING contact, change_id, standing`

// eraseLedger forgets what these people knew; that there was somebody goes on being
// counted.
func (t *Tx) eraseLedger(ctx context.Context, people []Person) error {
	var contacts [][]any
	for _, p := range people {
		contacts = append(contacts, []any{p.Contact})
	}
	var left []standsRow
	if err := selRows(ctx, t.conn, &left, eraseOfLedger, nil, contacts); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	t.gone(left)
	for _, r := range left {
		t.stood(r.Change, string(bot.StanceErased), 1)
	}
	return nil
}
