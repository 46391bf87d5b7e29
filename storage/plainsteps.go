package storage

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"visnyk/storage/db"
)

// SQLite writes plain turns in the steps of one transaction: it costs nothing to ask it several
// times, but whoever else would write waits meanwhile. So the rows are made before, each goes
// by its key, and none is joined or told again. What is not as the turn knew it leaves the
// turns to the transaction that is for all; and so does an entry that is not below the first
// key, since the clock was set back.
const (
	plainKey = `
SELECT {now} AS now, max({now}, COALESCE((SELECT max(o.id) + 1 FROM outbox o
	WHERE o.bot = ?1 AND o.lane = 0 AND o.state IN ('pending', 'sending')), 0)) AS id
FROM bots WHERE bot = ?1 AND owner = ?2 AND epoch = ?3`

	finishPlain = `
UPDATE {fail}inbox SET state = 'done', reason = '', settled_at = ?1, note = '',
	payload = CASE WHEN source = 'relay' THEN x'' ELSE payload END
WHERE bot = ?2 AND id IN ({rows $}) AND state || '' = 'waiting'`

	annotatePlain = `UPDATE inbox SET note = ? WHERE bot = ? AND id = ?`

	// The contact is an index's: to write it anew, though it is the same, would cost two
	// entries of that.
	movePlain = `
UPDATE conversations SET flow = ?2, step = ?, vars = ?, screen = ?, buttons = ?, reach = ?, reach_at = ?, last_at = ?,
	burst = ?, burst_at = ?, hushed = ?, thread = ?, version = version + 1
WHERE bot = ? AND chat = ? AND version + 1 = ? AND contact = ?
	AND NOT EXISTS (SELECT 1 FROM history h WHERE h.bot = conversations.bot AND h.chat = conversations.chat AND h.id >= ?1)`

	notePlain = `WITH v ` + historyShape + intoHistory + `?1 + v.place` + asSaid
)

// beginPlain is insertConversations of those in whose chats nothing is above the key.
var beginPlain = strings.Replace(insertConversations, "WHERE TRUE",
	"WHERE NOT EXISTS (SELECT 1 FROM history h WHERE h.bot = v.bot AND h.chat = v.chat AND h.id >= ?1)", 1)

var replyPlain = `WITH o ` + repliesShape + sayPlain("?2", "?3") + `FROM o`

// writePlainInSteps writes plain turns in one transaction, and after them the others, unless
// nil. Nobody commits turns within another transaction, so that errNotPlain leaves nothing.
func (s *Store) writePlainInSteps(ctx context.Context, l Lease, b, others *batch) (first firstKey, err error) {
	finished := db.Make(len(b.turns), 1, func(r *db.Rows) {
		for i := range b.turns {
			r.Text(b.turns[i].InboxID)
		}
	})
	annotated := db.Make(0, 3, func(r *db.Rows) {
		for i := range b.turns {
			if b.turns[i].Note != "" {
				putFinished(r, &b.turns[i])
			}
		}
	})
	conversations := func(first bool) db.Made {
		return db.Make(len(b.conversations.all), 16, func(r *db.Rows) {
			for i := range b.conversations.all {
				if c := &b.conversations.all[i]; first == (c.Version == 1) {
					putConversation(r, c)
				}
			}
		})
	}
	begun, moved := conversations(true), conversations(false)
	noted := db.Make(len(b.history.all), 9, b.putEntries)
	replied := db.Make(len(b.outbox.all), 9, b.putReplies)
	ended := endings(b.questions.all)
	err = s.InTx(ctx, func(t *Tx) error {
		b.fresh, b.moved = nil, nil
		err := t.apart().get(ctx, &first, plainKey, l.head()...)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrLeaseLost
		}
		write := func(query string, rows db.Made, head ...any) {
			if err == nil {
				var n int
				if n, err = t.execMade(ctx, query, head, rows); err == nil && n != rows.Len() {
					err = errNotPlain
				}
			}
		}
		of := func(n noun) {
			if err == nil {
				err = n.write(ctx, t, b)
			}
		}
		now := int64(first.Now)
		write(finishPlain, finished, now, l.Bot)
		write(annotatePlain, annotated)
		of(b.met)
		of(b.consents)
		write(beginPlain, begun, first.ID)
		write(movePlain, moved, first.ID)
		of(b.concerned)
		write(notePlain, noted, first.ID)
		write(replyPlain, replied, l.Bot, first.ID, now)
		if err == nil {
			_, err = t.apart().execRows(ctx, putQuestions, nil, ended)
		}
		if err == nil && others != nil {
			err = others.writeWhole(ctx, t, l)
		}
		return err
	})
	if db.Exists(err) {
		err = errNotPlain
	}
	return first, err
}
