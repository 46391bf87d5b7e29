package storage

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/lib/pq"

	"visnyk/bot"
	"visnyk/storage/db"
)

// Most turns move a known conversation on, note what was said and how a question
// ended, and reply. On PostgreSQL a batch of such turns is one statement, and so
// one way to the database where a transaction would be eight; for SQLite see plainsteps.go.
// A row that no longer waits, or a conversation that has moved on, fails the whole by a
// division by zero.
//
// Entries and replies are numbered on from one key, the database's clock or more: it is
// above that of every entry of these chats and of every reply of the bot that is open. So
// a reply knows the key of its entry by the entry's number, and whoever asked knows all.
// Nobody else writes replies of these causes, so that one which stands there already fails
// the whole too: to look out for it would cost as much as the entry of an index.
//
// Most batches end no question, and what would write that makes an eighth of what a lone
// turn costs.
var (
	plainTurns       = plainStatement("")
	plainTurnsEnding = plainStatement("q " + questionRows + `,
ended AS (WITH v AS (SELECT q.* FROM held, q)` + putEndings + `),`)
)

func plainStatement(ended string) string {
	return `
WITH ` + held + `,` + ended + `
i (note, bot, id) AS (VALUES {rows ($, $, $)}), c ` + conversationRows + `, h ` + historyShape + `,
o ` + repliesShape + `,
finished AS (WITH v AS (SELECT i.*, 'done' AS state, '' AS reason FROM i)` + finish + `),
moved AS (WITH v AS (SELECT c.* FROM held, c)` + moveOn + ` RETURNING conversations.bot, conversations.chat),
whole AS MATERIALIZED (SELECT 1 / CASE WHEN count(*) = $4 AND (SELECT count(*) FROM finished) = $4 THEN 1 ELSE 0 END AS whole,
	{now} AS now, greatest({now}, max((SELECT max(h.id) + 1 FROM history h WHERE h.bot = moved.bot AND h.chat = moved.chat)),
		(SELECT max(o.id) + 1 FROM outbox o WHERE o.bot = $1 AND o.lane = 0 AND o.state IN ('pending', 'sending'))) AS id
	FROM moved),
noted AS (WITH v AS (SELECT h.*, whole.id + h.place AS id FROM whole, h)` + intoHistory + `v.id` + asSaid + `),
replied AS (` + sayPlain("whole.id", "whole.now") + `FROM whole, o)
SELECT id, now FROM whole WHERE whole = 1`
}

const repliesShape = `(chat, cause, kind, body, not_before, place, said, thread, epoch) AS (
	VALUES {rows ($, $, $, CAST($ AS {bytes}), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), $, CAST($ AS BIGINT))}
)`

// sayPlain writes the replies o, whose first has the key id.
func sayPlain(id, now string) string {
	return strings.NewReplacer("{id}", id, "{moment}", now).Replace(`
INSERT {fail}INTO outbox (bot, chat, cause, id, lane, kind, body, state, not_before, created_at, history_id, thread, epoch, attempts)
SELECT $1, o.chat, o.cause, {id} + o.place, 0, o.kind, o.body, CASE WHEN o.epoch = 0 THEN 'pending' ELSE 'sending' END, o.not_before,
	{moment}, CASE WHEN o.said = 0 THEN 0 ELSE {id} + o.said - 1 END, o.thread, o.epoch, CASE WHEN o.epoch = 0 THEN 0 ELSE 1 END
`)
}

// The query has the number of the lane.
var _ = [1]struct{}{}[bot.LaneReply]

// errNotPlain tells that the transaction must write the turns: mostly since a reply stands in
// the outbox already.
var errNotPlain = errors.New("storage: turns that are not plain after all")

// firstKey is what the first entry and the first reply of plain turns are numbered by, and the
// moment at which they are written.
type firstKey struct {
	ID  int64  `db:"id"`
	Now micros `db:"now"`
}

// parted returns the turns that are plain, and on SQLite the others, which the same transaction
// writes after those; nil for none. Whoever is forgotten may have been said something by any
// of them, so that such turns are not parted.
func (s *Store) parted(l Lease, b *batch) (plain, others *batch) {
	if b.plain(!s.dialect.arrays) {
		return b, nil
	}
	if s.dialect.arrays || !b.erased.empty() {
		return nil, b
	}
	these, those := b.parted()
	if len(these) == 0 {
		return nil, b
	}
	return newBatch(l, these), newBatch(l, those)
}

// commitPlain writes plain turns, and on SQLite others with them; errNotPlain when the
// transaction must that is for all. After an error without an answer they may be committed or not.
func (s *Store) commitPlain(ctx context.Context, l Lease, b, others *batch) (said []OutboxRow, err error) {
	b.numberEntries()
	var first firstKey
	if s.dialect.arrays {
		first, err = s.writePlain(ctx, l, b)
	} else {
		first, err = s.writePlainInSteps(ctx, l, b, others)
	}
	if err != nil {
		return nil, err
	}
	said = make([]OutboxRow, 0, len(b.outbox.all))
	for i, r := range b.outbox.all {
		if r.NotBefore.IsZero() {
			r.To, r.Cause = bot.Address{Bot: clean(r.To.Bot), Chat: clean(r.To.Chat)}, clean(r.Cause)
			r.Part.Thread = clean(r.Part.Thread)
			row := r.leaving(first.ID+int64(i), first.Now)
			if r.said != 0 {
				row.HistoryID = first.ID + r.said - 1
			}
			said = append(said, row)
		}
	}
	if others != nil {
		said = append(said, others.told(s)...)
	}
	return said, nil
}

// writePlain writes plain turns in one statement.
func (s *Store) writePlain(ctx context.Context, l Lease, b *batch) (firstKey, error) {
	sets := []func(*db.Rows){b.putFinished, b.putConversations, b.putEntries, b.putReplies}
	query := plainTurns
	if !b.questions.empty() {
		query = plainTurnsEnding
		sets = slices.Insert(sets, 0, func(r *db.Rows) { r.Put(endings(b.questions.all)) })
	}
	var written []firstKey
	err := again(ctx, func() error {
		written = nil
		return selSets(ctx, s.w, &written, query, append(l.head(), len(b.turns)), sets...)
	})
	var p *pq.Error
	if errors.As(err, &p) {
		switch p.Code {
		case "22012": // division by zero
			err = s.r.lost(ctx, l, ErrConflict)
		case "23505": // a key that is there
			err = errNotPlain
		}
	}
	if err != nil {
		return firstKey{}, err
	}
	return written[0], nil
}

// putFinished puts the turn's row of the inbox as plainTurns has it, with its note.
func putFinished(r *db.Rows, w *TurnWrite) {
	r.Text(w.Note)
	r.Text(w.Bot)
	r.Text(w.InboxID)
}

func (b *batch) putFinished(r *db.Rows) {
	for i := range b.turns {
		putFinished(r, &b.turns[i])
	}
}

func (b *batch) putConversations(r *db.Rows) {
	for i := range b.conversations.all {
		putConversation(r, &b.conversations.all[i])
	}
}

func (b *batch) putEntries(r *db.Rows) {
	for i := range b.history.all {
		putEntry(r, i, &b.history.all[i])
	}
}

func (b *batch) putReplies(r *db.Rows) {
	for i := range b.outbox.all {
		putReply(r, i, &b.outbox.all[i])
	}
}

// putReply puts the reply as plainTurns has it.
func putReply(r *db.Rows, place int, q *reply) {
	r.Text(q.To.Chat)
	r.Text(q.Cause)
	r.Text(string(q.Part.Kind))
	r.Bytes(q.Part.Body)
	r.Moment(q.NotBefore)
	r.Number(int64(place))
	r.Number(q.said)
	r.Text(q.Part.Thread)
	r.Number(q.epoch)
}

// numberEntries has each reply name the entry that says the same: 1 is the first of the
// batch, 0 none.
func (b *batch) numberEntries() {
	entries, replies := 0, b.outbox.all
	for _, w := range b.turns {
		for i := range w.Outbox {
			r := &replies[i]
			cause := r.Message()
			if n := slices.IndexFunc(w.History, func(e bot.Entry) bool { return e.Cause == cause && e.Address == r.To }); n >= 0 {
				r.said = int64(entries + n + 1)
			}
		}
		entries, replies = entries+len(w.History), replies[len(w.Outbox):]
	}
}
