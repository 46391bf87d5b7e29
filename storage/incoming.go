package storage

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"visnyk/bot"
	"visnyk/storage/db"
)

// Incoming is an update at the door. One with a Defect is parked at once, in no chat.
type Incoming struct {
	Update  bot.Update
	Source  Source
	Greeted bool // the HTTP answer already greeted the person
}

// The rows that a B-tree page of PostgreSQL can key: longer ones are not what
// messengers send.
const (
	maxUpdateID = 1024 // bytes
	maxChat     = 512  // bytes
)

// Seq is the database's clock, and more than that of any row still waiting: a
// clock set back does not swap the words of a chat. PostgreSQL is told which bots they are of.
const (
	insertInbox   = `WITH v ` + incomingRows + `, b AS (SELECT DISTINCT bot FROM v)` + intoInbox
	insertInboxOf = `WITH v ` + incomingRows + `, b (bot) AS (VALUES {rows ($)})` + intoInbox

	incomingRows = `(bot, id, chat, source, payload, state, greeted, reason, place) AS (
	VALUES {rows ($, $, $, $, CAST($ AS {bytes}), $, CAST($ AS BOOLEAN), $, CAST($ AS BIGINT))}
)`
	intoInbox = `, last AS MATERIALIZED (
	SELECT b.bot, COALESCE((SELECT max(i.seq) FROM inbox i WHERE i.bot = b.bot AND i.state = 'waiting'), 0) AS seq FROM b
)
INSERT INTO inbox (bot, id, chat, seq, source, payload, state, greeted, reason, received_at, settled_at)
SELECT v.bot, v.id, v.chat, CASE WHEN last.seq < (SELECT {now}) THEN (SELECT {now}) ELSE last.seq + 1 END + v.place,
	v.source, v.payload, v.state, v.greeted, v.reason, (SELECT {now}), CASE WHEN v.state = 'parked' THEN (SELECT {now}) ELSE 0 END
FROM v JOIN last ON last.bot = v.bot WHERE TRUE
ON CONFLICT (bot, id) DO NOTHING
RETURNING bot, id`
)

// arrival is an update as it is written.
type arrival struct {
	bot.Update
	of    *Incoming
	place int
}

// put puts it as incomingRows has it.
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
	r.Number(int64(a.place))
}

// Receive stores updates in the order given, in one statement and its own
// commit, and tells which of them are new: an update that was stored before,
// by anybody, is false. When it gives nil every one of them is safe on disk.
// ErrNoRoom when the disk is nearly full.
func (s *Store) Receive(ctx context.Context, in []Incoming) (fresh []bool, err error) {
	if err := s.Room(ctx); err != nil {
		return nil, doing("receive", err)
	}
	if !s.door.atOnce(len(in), 0, 9) {
		err = s.InTx(ctx, func(t *Tx) error {
			fresh, err = t.Receive(ctx, in)
			return err
		})
		return fresh, err
	}
	err = again(ctx, func() error {
		fresh, err = s.door.receive(ctx, in)
		return err
	})
	return fresh, err
}

// Receive stores updates within the transaction, as Store.Receive does.
func (t *Tx) Receive(ctx context.Context, in []Incoming) (fresh []bool, err error) {
	return t.receive(ctx, in)
}

func (c conn) receive(ctx context.Context, in []Incoming) ([]bool, error) {
	all := make([]arrival, len(in))
	for i := range in {
		all[i] = arrival{fit(in[i].Update), &in[i], i}
	}
	added, err := c.putArrivals(ctx, all)
	if err != nil {
		return nil, doing("receive", err)
	}
	fresh := make([]bool, len(in))
	if len(added) == len(all) {
		for i := range fresh {
			fresh[i] = true
		}
		return fresh, nil
	}
	isNew := make(map[inboxKey]bool, len(added))
	for _, k := range added {
		isNew[k] = true
	}
	for _, a := range all {
		k := inboxKey{clean(a.Bot), clean(a.ID)}
		fresh[a.place] = isNew[k]
		delete(isNew, k) // the first of equal ones is the new one
	}
	return fresh, nil
}

// putArrivals writes them and returns the keys of those that are new. Equal ones stay in
// their order.
func (c conn) putArrivals(ctx context.Context, all []arrival) (added []inboxKey, err error) {
	if c.sql.SQLite() {
		rows := make([][]any, len(all))
		for i := range all {
			rows[i] = db.Row(9, all[i].put)
		}
		err = selRows(ctx, c.apart(), &added, insertInbox, nil, rows)
		return added, err
	}
	// In the order of their keys no two of those who write the same ones wait for each other.
	slices.SortFunc(all, func(a, b arrival) int {
		return cmp.Or(cmp.Compare(a.Bot, b.Bot), cmp.Compare(a.ID, b.ID), cmp.Compare(a.place, b.place))
	})
	updates := func(r *db.Rows) {
		for i := range all {
			all[i].put(r)
		}
	}
	bots := func(r *db.Rows) {
		for i := range all {
			if i == 0 || all[i].Bot != all[i-1].Bot {
				r.Text(all[i].Bot)
			}
		}
	}
	err = selSets(ctx, c, &added, insertInboxOf, nil, updates, bots)
	return added, err
}

type inboxKey struct {
	Bot string `db:"bot"`
	ID  string `db:"id"`
}

// fit makes u's keys short enough to be keys.
func fit(u bot.Update) bot.Update {
	if len(u.ID) > maxUpdateID {
		sum := sha256.Sum256([]byte(u.ID))
		u.ID = "sha256/" + hex.EncodeToString(sum[:])
	}
	if len(u.Chat) > maxChat {
		u.Chat = ""
		if u.Defect == "" {
			u.Defect = "the chat's id is too long"
		}
	}
	return u
}
