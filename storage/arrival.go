package storage

import (
	"cmp"
	"context"
	"slices"

	"visnyk/bot"
	"visnyk/storage/db"
)

// arrival is an update as it is written.
type arrival struct {
	bot.Update
	of    *Incoming
	place int
}

type inboxKey struct {
	Bot string `db:"bot"`
	ID  string `db:"id"`
}

// put puts the columns that both databases are given.
func (a *arrival) put(r *db.Rows) {
	state := "waiting"
	if a.Defect != "" {
		state = "parked"
	}
	r.Text(a.Bot)
	r.Text(a.ID)
	r.Text(a.Chat)
	r.Text(string(a.of.Source))
	r.Bytes(a.Payload)
	r.Text(state)
	r.Truth(a.of.Greeted)
	r.Text(a.Defect)
}

// Seq is the database's clock, and more than that of any row still waiting: a clock set
// back does not swap the words of a chat.
const insertInbox = `
WITH v (bot, id, chat, source, payload, state, greeted, reason, place) AS (
	VALUES {rows ($, $, $, $, CAST($ AS {bytes}), $, CAST($ AS BOOLEAN), $, CAST($ AS BIGINT))}
), b (bot) AS (VALUES {rows ($)}), last AS MATERIALIZED (
	SELECT b.bot, COALESCE((SELECT max(i.seq) FROM inbox i WHERE i.bot = b.bot AND i.state = 'waiting'), 0) AS seq FROM b
)
INSERT INTO inbox (bot, id, chat, seq, source, payload, state, greeted, reason, received_at, settled_at)
SELECT v.bot, v.id, v.chat, CASE WHEN last.seq < (SELECT {now}) THEN (SELECT {now}) ELSE last.seq + 1 END + v.place,
	v.source, v.payload, v.state, v.greeted, v.reason, (SELECT {now}), CASE WHEN v.state = 'parked' THEN (SELECT {now}) ELSE 0 END
FROM v JOIN last ON last.bot = v.bot WHERE TRUE
ON CONFLICT (bot, id) DO NOTHING
RETURNING bot, id`

// putArrivals has PostgreSQL write them, and returns the keys of those that are new, and
// whether those are all. Equal ones stay in their order.
func (c conn) putArrivals(ctx context.Context, all []arrival) (added []inboxKey, whole bool, err error) {
	// In the order of their keys no two of those who write the same ones wait for each other.
	slices.SortFunc(all, func(a, b arrival) int {
		return cmp.Or(cmp.Compare(a.Bot, b.Bot), cmp.Compare(a.ID, b.ID), cmp.Compare(a.place, b.place))
	})
	updates := func(r *db.Rows) {
		for i := range all {
			all[i].put(r)
			r.Number(int64(all[i].place))
		}
	}
	bots := func(r *db.Rows) {
		for _, name := range botsOf(all) {
			r.Text(name)
		}
	}
	err = selSets(ctx, c, &added, insertInbox, nil, updates, bots)
	return added, len(added) == len(all), err
}

// SQLite would copy what is selected from the table that it goes into, and again what is
// returned. It has one writer: what was asked before the rows are written stays so.
const (
	endOfInbox = `
SELECT {now} AS now, COALESCE((SELECT max(rowid) FROM inbox), 0) AS last,
	max({now}, COALESCE((SELECT max(i.seq) + 1 FROM inbox i WHERE i.bot = $1 AND i.state = 'waiting'), 0)) AS seq`

	// With OR FAIL it need not be able to undo the statement alone: what fails undoes the whole.
	appendInbox = `
INSERT OR FAIL INTO inbox (bot, id, chat, source, payload, state, greeted, reason, seq, received_at, settled_at)
VALUES {rows ($, $, $, $, $, $, $, $, $, $, $)} ON CONFLICT (bot, id) DO NOTHING`

	appended = `SELECT bot, id FROM inbox WHERE rowid > $1`
)

// appendArrivals has SQLite write them behind its rows. It returns what putArrivals does, but
// the keys only where some are not new.
func (c conn) appendArrivals(ctx context.Context, all []arrival) (added []inboxKey, whole bool, err error) {
	c = c.apart()
	var end struct {
		Now  int64 `db:"now"`
		Last int64 `db:"last"` // row
		Seq  int64 `db:"seq"`  // the first that is free
	}
	var seq int64
	for _, name := range botsOf(all) {
		if err := c.get(ctx, &end, endOfInbox, name); err != nil {
			return nil, false, err
		}
		seq = max(seq, end.Seq)
	}
	n, err := c.execMade(ctx, appendInbox, nil, db.Make(len(all), 11, func(r *db.Rows) {
		for i := range all {
			a, settled := &all[i], int64(0)
			if a.Defect != "" {
				settled = end.Now
			}
			a.put(r)
			r.Number(seq + int64(a.place))
			r.Number(end.Now)
			r.Number(settled)
		}
	}))
	if err != nil || n == len(all) {
		return nil, true, err
	}
	err = c.sel(ctx, &added, appended, end.Last)
	return added, false, err
}

// botsOf returns the bots that they are of.
func botsOf(all []arrival) (bots []string) {
	for i := range all {
		if !slices.Contains(bots, all[i].Bot) {
			bots = append(bots, all[i].Bot)
		}
	}
	return bots
}
