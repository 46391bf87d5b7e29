package storage

import (
	"context"
	"errors"
	"slices"

	"github.com/lib/pq"

	"visnyk/bot"
)

// Most turns move a known conversation on, note what was said and how a question
// ended, and reply. On PostgreSQL a batch of such turns is one statement, and so
// one way to the database where a transaction would be eight. Each part is the
// one that the writer of its noun runs, fenced by the lease. A row that no longer waits, or
// a conversation that has moved on, fails the whole by a division by zero, which
// must be looked at even when nothing is said: hence the outer join.
//
// A reply finds the key of its entry by the entry's number in an array: a join of what is
// said with what is noted would look at each pair of them.
const plainTurns = `
WITH ` + held + `, i ` + finishRows + `, c ` + conversationRows + `, h ` + historyShape + `,
	q ` + questionRows + `, o ` + queuedRows + `,
finished AS (WITH v AS (SELECT i.* FROM held, i)` + finish + `),
moved AS (WITH v AS (SELECT c.* FROM held, c)` + moveOn + ` RETURNING 1),
keys AS MATERIALIZED (SELECT array_agg(` + historyID + ` ORDER BY v.place) AS ids FROM h v),
noted AS (WITH v AS (SELECT h.* FROM held, h)` + intoHistory + `(SELECT ids FROM keys)[v.place + 1]` + asSaid + `),
ended AS (WITH v AS (SELECT q.* FROM held, q)` + putEndings + `),
said AS (WITH v AS (
	SELECT o.bot, o.chat, o.cause, o.lane, o.kind, o.body, o.not_before, o.reach, o.place, o.tells, o.thread, o.epoch,
		COALESCE((SELECT ids FROM keys)[o.history_id], 0) AS history_id
	FROM held, o
), ` + putOnItsWay + `),
whole AS MATERIALIZED (SELECT 1 / CASE
	WHEN (SELECT count(*) FROM finished) = (SELECT count(*) FROM i)
		AND (SELECT count(*) FROM moved) = (SELECT count(*) FROM c) THEN 1 ELSE 0 END AS whole)
SELECT COALESCE(said.id, 0) AS id, COALESCE(said.bot, '') AS bot, COALESCE(said.chat, '') AS chat,
	COALESCE(said.cause, '') AS cause, COALESCE(said.state, '') AS state, COALESCE(said.created_at, 0) AS created_at,
	COALESCE(said.thread, '') AS thread
FROM whole LEFT JOIN said ON TRUE WHERE whole = 1`

// commitPlain writes plain turns. After an error without an answer they may be
// committed or not.
func (s *Store) commitPlain(ctx context.Context, l Lease, b *batch) ([]OutboxRow, error) {
	inbox, conversations := make([][]any, len(b.turns)), make([][]any, len(b.turns))
	for i, w := range b.turns {
		inbox[i], conversations[i] = finishRow(w), conversationRow(b.conversations.all[i])
	}
	b.numberEntries()
	sets := [][][]any{inbox, conversations, historyRows(b.history.all), endings(b.questions.all), replyRows(b.outbox.all)}
	err := again(ctx, func() error {
		b.queued = nil
		return selSets(ctx, s.w, &b.queued, plainTurns, l.head(), sets)
	})
	var p *pq.Error
	if errors.As(err, &p) && p.Code == "22012" { // division by zero
		err = s.r.lost(ctx, l, ErrConflict)
	}
	if err != nil {
		return nil, err
	}
	return b.leaving(), nil
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
