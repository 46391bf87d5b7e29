package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"visnyk/bot"
)

// reply is a row with the reach of its address and the key of the row of the
// history that says the same, where the turn that says it knows them.
type reply struct {
	bot.Queued
	reach bot.Reach
	said  int64
}

// repliesOf are what the turn says, unless those are its last words.
func repliesOf(w TurnWrite) []reply {
	if w.Erase != nil {
		return nil
	}
	all := make([]reply, len(w.Outbox))
	for i, q := range w.Outbox {
		all[i].Queued = q
		if c := w.Conversation; c != nil && c.Address == q.To {
			all[i].reach = c.Reach
		}
	}
	return all
}

func replyRows(all []reply) [][]any {
	rows := make([][]any, len(all))
	for i, r := range all {
		rows[i] = []any{
			r.To.Bot, r.To.Chat, r.Cause, r.Lane, r.Part.Kind, []byte(r.Part.Body), r.NotBefore, r.reach, i, r.Tells, r.said, r.Message(),
		}
	}
	return rows
}

func (t *Tx) reply(ctx context.Context, all []reply) (written []enqueued, err error) {
	if err := selRows(ctx, t.conn, &written, enqueue, nil, replyRows(all)); err != nil {
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
func lastWordsOf(w TurnWrite) []bot.Queued {
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
func (t *Tx) endSkipped(ctx context.Context, b *batch, _ []reply) error {
	var ended []ending
	for _, w := range b.queued {
		if w.State == stateSkipped {
			ended = append(ended, ending{Bot: w.Bot, Chat: w.Chat, Cause: w.Cause, ID: w.ID, State: w.State, HistoryID: w.HistoryID, Tells: w.Tells})
		}
	}
	return t.ended(ctx, ended)
}

// ready gives those of the rows that were written and may leave at once, in
// their order.
func ready(rows []reply, written []enqueued) []OutboxRow {
	type key struct{ chat, cause string }
	asked := make(map[key]bot.Queued, len(rows))
	for _, q := range rows {
		asked[key{clean(q.To.Chat), clean(q.Cause)}] = q.Queued
	}
	list := make([]OutboxRow, 0, len(written))
	for _, w := range written {
		q := asked[key{w.Chat, w.Cause}]
		if w.State == statePending && q.NotBefore.IsZero() {
			q.To, q.Cause = bot.Address{Bot: w.Bot, Chat: w.Chat}, w.Cause
			list = append(list, OutboxRow{ID: w.ID, Queued: q, CreatedAt: w.CreatedAt.time()})
		}
	}
	slices.SortFunc(list, func(a, b OutboxRow) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Cause, b.Cause))
	})
	return list
}
