package storage

import (
	"context"
	"errors"

	"github.com/lib/pq"
)

// Most turns move a known conversation on, note what was said and how a question
// ended, and reply. On PostgreSQL a batch of such turns is one statement, and so
// one way to the database where a transaction would be eight. Each part is the
// one that the writer of its noun runs, fenced by the lease. A row that no longer waits, or
// a conversation that has moved on, fails the whole by a division by zero, which
// must be looked at even when nothing is said: hence the outer join.
const plainTurns = `
WITH ` + held + `, i ` + finishRows + `, c ` + conversationRows + `, h ` + historyShape + `,
	q ` + questionRows + `, o ` + queuedRows + `,
finished AS (WITH v AS (SELECT i.* FROM held, i)` + finish + `),
moved AS (WITH v AS (SELECT c.* FROM held, c)` + moveOn + ` RETURNING 1),
noted AS (WITH v AS (SELECT h.* FROM held, h)` + addHistory + `),
ended AS (WITH v AS (SELECT q.* FROM held, q)` + putEndings + `),
said AS (WITH v AS (
	SELECT o.bot, o.chat, o.cause, o.lane, o.kind, o.body, o.not_before, o.reach, o.place, o.tells, o.thread, o.epoch, COALESCE(noted.id, 0) AS history_id
	FROM held, o LEFT JOIN noted ON noted.chat = o.chat AND noted.cause = o.message AND noted.bot = o.bot
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
