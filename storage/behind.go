package storage

import (
	"context"
	"fmt"
	"strings"

	"visnyk/bot"
	"visnyk/storage/db"
)

// What is theirs ends here. History numbers its rows past any clock, so its last
// number also outweighs a clock that was set back.
const putErasures = `
WITH v (bot, chat) AS (VALUES {rows ($, $)}), ends AS (
	SELECT v.bot, v.chat,
		COALESCE((SELECT max(h.id) FROM history h WHERE h.bot = v.bot AND h.chat = v.chat), 0) AS history_id,
		COALESCE((SELECT w.seq FROM webchat_heads w WHERE w.bot = v.bot AND w.chat = v.chat), 0) AS line_seq
	FROM v
)
INSERT INTO erasures (bot, chat, erased_at, history_id, line_seq, raw)
SELECT bot, chat, CASE WHEN history_id > {now} THEN history_id ELSE {now} END, history_id, line_seq, CAST($1 AS BOOLEAN)
FROM ends WHERE TRUE
ON CONFLICT (bot, chat) DO UPDATE SET erased_at = excluded.erased_at, history_id = excluded.history_id,
	line_seq = excluded.line_seq, raw = erasures.raw OR excluded.raw`

// leaveBehind notes what is theirs at the addresses, and lets the first rows of
// each table leave: mostly that is all of them.
func (t *Tx) leaveBehind(ctx context.Context, at []bot.Address, raw bool) error {
	if _, err := t.execRows(ctx, putErasures, []any{raw}, keys(at)); err != nil {
		return fmt.Errorf("erasures: %w", err)
	}
	long, err := t.stillLong(ctx, at)
	if err != nil {
		return err
	}
	over := make([]bot.Address, 0, len(at))
	for _, a := range at {
		left := raw
		for _, l := range long[a] {
			more, err := t.leave(ctx, a, l)
			if err != nil {
				return err
			}
			left = left || more
		}
		if !left {
			over = append(over, a)
		}
	}
	return t.endErasures(ctx, over)
}

func keys(at []bot.Address) [][]any {
	rows := make([][]any, len(at))
	for i, a := range at {
		rows[i] = []any{a.Bot, a.Chat}
	}
	return rows
}

// long is one way in which rows leave a table behind an erasure.
type long struct {
	table string
	leaving
	theirs string // the rows x of the erasure e
}

// longTables is what leaves behind erasures, in the order of the manifest.
func longTables() []long {
	var all []long
	for _, h := range manifest() {
		for _, l := range h.behind {
			theirs := "erasures e JOIN " + h.table + " x ON x.bot = e.bot AND x.chat = e.chat AND " + h.theirs
			if l.which != "" {
				theirs += " AND " + l.which
			}
			all = append(all, long{h.table, l, theirs})
		}
	}
	return all
}

// first lets some rows of the address leave: $1 and $2 are it, $3 is a name of no
// meaning where the rows stay.
func (l long) first() string {
	do := "DELETE FROM " + l.table
	if l.set != "" {
		do = "UPDATE " + l.table + " SET " + l.set
	}
	return fmt.Sprintf("%s WHERE (%s) IN (%s)", do, l.key, db.AtMost(l.key, l.order, fmt.Sprintf(`
	SELECT x.%s, %s AS size FROM %s WHERE e.bot = $1 AND e.chat = $2 ORDER BY x.%s LIMIT %d`,
		strings.ReplaceAll(l.key, ", ", ", x."), l.size, l.theirs, l.order, db.RemoveAtOnce)))
}

// stillLong returns the tables in which the addresses have something that leaves.
func (c conn) stillLong(ctx context.Context, at []bot.Address) (map[bot.Address][]long, error) {
	tables := longTables()
	each := make([]string, len(tables))
	for i, l := range tables {
		each[i] = fmt.Sprintf("SELECT v.bot, v.chat, %d AS place FROM v WHERE EXISTS (SELECT 1 FROM %s WHERE e.bot = v.bot AND e.chat = v.chat)", i, l.theirs)
	}
	var found []struct {
		Bot   string `db:"bot"`
		Chat  string `db:"chat"`
		Place int    `db:"place"`
	}
	query := "WITH v (bot, chat) AS (VALUES {rows ($, $)})\n" + strings.Join(each, "\nUNION ALL ") + "\nORDER BY place"
	if err := selRows(ctx, c, &found, query, nil, keys(at)); err != nil {
		return nil, fmt.Errorf("erasures: %w", err)
	}
	all := map[bot.Address][]long{}
	for _, f := range found {
		a := bot.Address{Bot: f.Bot, Chat: f.Chat}
		all[a] = append(all[a], tables[f.Place])
	}
	return all, nil
}

const historyLeft = `UPDATE erasures SET history_id = 0 WHERE bot = $1 AND chat = $2`

// leave lets some rows of the erased person leave the table, and tells whether
// there are more.
func (t *Tx) leave(ctx context.Context, a bot.Address, l long) (more bool, err error) {
	values := []any{a.Bot, a.Chat}
	if l.set != "" {
		values = append(values, LastWords+NewID())
	}
	_, err = t.exec(ctx, l.first(), values...)
	if err == nil {
		err = t.get(ctx, &more, "SELECT EXISTS (SELECT 1 FROM "+l.theirs+" WHERE e.bot = $1 AND e.chat = $2)", a.Bot, a.Chat)
	}
	if err == nil && l.table == "history" && !more {
		// Numbers go on from the last row: with a clock set back, those of
		// somebody new may now be smaller.
		_, err = t.exec(ctx, historyLeft, a.Bot, a.Chat)
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", l.table, err)
	}
	return more, nil
}

const (
	// A head that has numbered lines of somebody new is theirs.
	dropHeads = `
WITH v (bot, chat) AS (VALUES {rows ($, $)})
DELETE FROM webchat_heads WHERE (bot, chat) IN (
	SELECT x.bot, x.chat FROM v JOIN erasures e ON e.bot = v.bot AND e.chat = v.chat
	JOIN webchat_heads x ON x.bot = e.bot AND x.chat = e.chat AND x.seq <= e.line_seq)`

	dropErasures = `
WITH v (bot, chat) AS (VALUES {rows ($, $)})
DELETE FROM erasures WHERE (bot, chat) IN (SELECT bot, chat FROM v)`
)

func (t *Tx) endErasures(ctx context.Context, at []bot.Address) error {
	for _, query := range []string{dropHeads, dropErasures} {
		if _, err := t.execRows(ctx, query, nil, keys(at)); err != nil {
			return fmt.Errorf("erasures: %w", err)
		}
	}
	return nil
}
