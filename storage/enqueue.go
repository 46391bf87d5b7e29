package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"visnyk/bot"
)

// A row that comes with its address's reach goes by that, for the conversation
// may be written in the same statement; the others go by the conversation. So do
// those without a thread: they go where the person last was.
const (
	enqueue = `WITH v ` + queuedRows + `, ` + putOnItsWay

	queuedRows = `(bot, chat, cause, lane, kind, body, not_before, reach, place, tells, history_id, thread, epoch) AS (
	VALUES {rows ($, $, $, CAST($ AS BIGINT), $, CAST($ AS {bytes}), CAST($ AS BIGINT), $, CAST($ AS BIGINT), CAST($ AS BOOLEAN), CAST($ AS BIGINT), $, CAST($ AS BIGINT))}
)`
	putOnItsWay = `last AS MATERIALIZED (
	SELECT b.bot, b.lane, COALESCE((SELECT max(o.id) FROM outbox o
		WHERE o.bot = b.bot AND o.lane = b.lane AND o.state IN ('pending', 'sending')), 0) AS id
	FROM (SELECT DISTINCT bot, lane FROM v) b
)
INSERT {fail}INTO outbox (bot, chat, cause, id, lane, kind, body, state, reason, not_before, created_at, tells, history_id, thread, epoch, attempts)
SELECT v.bot, v.chat, v.cause, CASE WHEN last.id < (SELECT {now}) THEN (SELECT {now}) ELSE last.id + 1 END + v.place,
	v.lane, v.kind, v.body, CASE WHEN ` + omitted + ` <> '' THEN 'skipped' WHEN v.epoch = 0 THEN 'pending' ELSE 'sending' END, ` + omitted + `, v.not_before, (SELECT {now}), v.tells, v.history_id,
	CASE WHEN v.thread <> '' OR v.reach <> '' THEN v.thread ELSE COALESCE(c.thread, '') END,
	v.epoch, CASE WHEN v.epoch = 0 THEN 0 ELSE 1 END
FROM v JOIN last ON last.bot = v.bot AND last.lane = v.lane
LEFT JOIN conversations c ON c.bot = v.bot AND c.chat = v.chat
{inorder}
ON CONFLICT (bot, chat, cause) DO NOTHING
RETURNING id, bot, chat, cause, state, reason, created_at, tells, history_id, thread`

	// Whoever only opened the chat may be answered, and so may whoever asked to be
	// sent nothing but answers.
	omitted = `CASE WHEN COALESCE(NULLIF(v.reach, ''), c.reach) = 'blocked' THEN 'blocked'
		WHEN v.lane <> 2 THEN ''
		WHEN COALESCE(NULLIF(v.reach, ''), c.reach) = 'opened' THEN 'unreachable'
		WHEN c.hushed OR EXISTS (SELECT 1 FROM contacts k WHERE k.id = c.contact AND k.stopped) THEN 'stopped'
		ELSE '' END`
)

// The query has the number of the lane.
var _ = [1]struct{}{}[bot.LaneBulk-2]

// Enqueue puts parts on their way, in the order given, and reports what it left
// out: the same cause to the same address adds nothing, what is for a person who
// has blocked the bot is skipped at once, as are announcements to those who only
// opened the chat or asked for nothing but answers.
func (t *Tx) Enqueue(ctx context.Context, rows []bot.Queued) (Enqueued, error) {
	written, err := t.enqueue(ctx, rows)
	return report(rows, written), err
}

// enqueued is a row as it was written.
type enqueued struct {
	ID        int64    `db:"id"`
	Bot       string   `db:"bot"`
	Chat      string   `db:"chat"`
	Cause     string   `db:"cause"`
	State     string   `db:"state"`
	Reason    Omission `db:"reason"`
	CreatedAt micros   `db:"created_at"`
	Tells     bool     `db:"tells"`
	HistoryID int64    `db:"history_id"`
	Thread    string   `db:"thread"`
}

func (t *Tx) enqueue(ctx context.Context, rows []bot.Queued) (written []enqueued, err error) {
	all := make([]reply, len(rows))
	for i, q := range rows {
		all[i].Queued = q
	}
	return t.reply(ctx, all)
}

// reply is a row with the reach of its address and the key of the row of the
// history that says the same (in plainTurns: the number of its entry), where the turn that
// says it knows them; and the epoch of the lease under which it is claimed as it is written,
// if it is.
type reply struct {
	bot.Queued
	reach bot.Reach
	said  int64
	epoch int64
}

// addReplies adds what the turn says under the lease, unless those are its last words. Of
// what may leave at once the first is claimed where the turn bids it, for behind it the
// others wait; and the answer to a press, which waits for nobody.
func (l Lease) addReplies(all []reply, w *TurnWrite) []reply {
	if w.Erase != nil {
		return all
	}
	first := w.Claim
	for _, q := range w.Outbox {
		r := reply{Queued: q}
		if c := w.Conversation; c != nil && c.Address == q.To {
			r.reach = c.Reach
			answer := q.Part.Kind == bot.Answer
			if q.Lane == bot.LaneReply && q.NotBefore.IsZero() && (first || answer && w.Claim) {
				r.epoch = l.Epoch
				first = first && answer
			}
		}
		all = append(all, r)
	}
	return all
}

func replyRows(all []reply) [][]any {
	rows := make([][]any, len(all))
	for i, r := range all {
		rows[i] = []any{
			r.To.Bot, r.To.Chat, r.Cause, r.Lane, r.Part.Kind, []byte(r.Part.Body), r.NotBefore, r.reach, i, r.Tells, r.said, r.Part.Thread, r.epoch,
		}
	}
	return rows
}

func (t *Tx) reply(ctx context.Context, all []reply) (written []enqueued, err error) {
	if err := selRows(ctx, t.apart(), &written, enqueue, nil, replyRows(all)); err != nil {
		return nil, fmt.Errorf("enqueue: %w", err)
	}
	return written, nil
}

func (t *Tx) putReplies(ctx context.Context, b *batch, all []reply) (err error) {
	for i, r := range all {
		all[i].said = b.said[message{clean(r.To.Bot), clean(r.To.Chat), clean(r.Message())}]
	}
	b.queued, err = t.reply(ctx, all)
	return err
}

// lastWordsOf are what the turn says to somebody who is forgotten with it.
func lastWordsOf(w *TurnWrite) []bot.Queued {
	if w.Erase == nil {
		return nil
	}
	return w.Outbox
}

func (t *Tx) putLastWords(ctx context.Context, b *batch, all []bot.Queued) error {
	for _, q := range all {
		b.woken = append(b.woken, "outbox:"+q.To.Bot)
	}
	_, err := t.enqueue(ctx, all)
	return err
}

// endSkipped ends those of the replies that ended as they were written, after what
// they tell is noted.
func (t *Tx) endSkipped(ctx context.Context, b *batch, _ []struct{}) error {
	var ended []ending
	for _, w := range b.queued {
		if w.State == stateSkipped {
			ended = append(ended, ending{Bot: w.Bot, Chat: w.Chat, Cause: w.Cause, ID: w.ID, State: w.State, HistoryID: w.HistoryID, Tells: w.Tells})
		}
	}
	return t.ended(ctx, ended)
}

// leaving returns the reply as it was written.
func (r reply) leaving(id int64, created micros) OutboxRow {
	row := OutboxRow{ID: id, Queued: r.Queued, CreatedAt: created.time(), Epoch: r.epoch}
	if row.Epoch != 0 {
		row.Attempts = 1
	}
	return row
}

// ready returns those of the rows that were written and may leave at once, in
// their order.
func ready(rows []reply, written []enqueued) []OutboxRow {
	type key struct{ chat, cause string }
	asked := make(map[key]reply, len(rows))
	for _, q := range rows {
		asked[key{clean(q.To.Chat), clean(q.Cause)}] = q
	}
	list := make([]OutboxRow, 0, len(written))
	for _, w := range written {
		q := asked[key{w.Chat, w.Cause}]
		if w.State == stateSkipped || !q.NotBefore.IsZero() {
			continue
		}
		q.To, q.Cause, q.Part.Thread = bot.Address{Bot: w.Bot, Chat: w.Chat}, w.Cause, w.Thread
		row := q.leaving(w.ID, w.CreatedAt)
		row.HistoryID = w.HistoryID
		list = append(list, row)
	}
	slices.SortFunc(list, func(a, b OutboxRow) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Cause, b.Cause))
	})
	return list
}
