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
// one that commitTurns runs, fenced by the lease. A row that no longer waits, or
// a conversation that has moved on, fails the whole by a division by zero, which
// must be looked at even when nothing is said: hence the outer join.
const plainTurns = `
WITH ` + held + `, i ` + finishRows + `, c ` + conversationRows + `, h ` + historyRows + `,
	q ` + questionRows + `, o ` + queuedRows + `,
finished AS (WITH v AS (SELECT i.* FROM held, i)` + finish + `),
moved AS (WITH v AS (SELECT c.* FROM held, c)` + moveOn + ` RETURNING 1),
noted AS (WITH v AS (SELECT h.* FROM held, h), ` + addHistory + `),
ended AS (WITH v AS (SELECT q.* FROM held, q)` + putEndings + `),
said AS (WITH v AS (
	SELECT o.bot, o.chat, o.cause, o.lane, o.kind, o.body, o.not_before, o.reach, o.place, o.tells, COALESCE(noted.id, 0) AS history_id
	FROM held, o LEFT JOIN noted ON noted.bot = o.bot AND noted.chat = o.chat AND noted.cause = o.message
), ` + putOnItsWay + `),
whole AS MATERIALIZED (SELECT 1 / CASE
	WHEN (SELECT count(*) FROM finished) = (SELECT count(*) FROM i)
		AND (SELECT count(*) FROM moved) = (SELECT count(*) FROM c) THEN 1 ELSE 0 END AS whole)
SELECT COALESCE(said.id, 0) AS id, COALESCE(said.bot, '') AS bot, COALESCE(said.chat, '') AS chat,
	COALESCE(said.cause, '') AS cause, COALESCE(said.state, '') AS state, COALESCE(said.created_at, 0) AS created_at
FROM whole LEFT JOIN said ON TRUE WHERE whole = 1`

// plain tells that the turn writes nothing that plainTurns does not.
func (w TurnWrite) plain() bool {
	return w.Conversation != nil && w.Conversation.Version > 1 && w.Contact == nil && w.Open == nil && w.CloseTicket == "" &&
		len(w.Timers) == 0 && len(w.Tellings) == 0 && len(w.Marks) == 0 && len(w.Follows) == 0 && len(w.Receipts) == 0 && len(w.Relays) == 0 && !w.CancelBulk && !w.Silence &&
		w.Join == nil && w.Split == nil && w.Park == "" && w.Erase == nil && w.Seen == 0 && !slices.ContainsFunc(w.Outbox, func(q bot.Queued) bool {
		return w.Conversation.Reach == bot.Blocked || q.To != w.Conversation.Address // what is skipped ends at once
	})
}

// commitPlain writes plain turns. After an error without an answer they may be
// committed or not.
func (s *Store) commitPlain(ctx context.Context, l Lease, turns []TurnWrite) ([]OutboxRow, error) {
	var inbox, conversations, history, outbox [][]any
	var asked []bot.Question
	var queued []bot.Queued
	for _, w := range turns {
		inbox = append(inbox, finishRow(w))
		conversations = append(conversations, conversationRow(*w.Conversation))
		for _, e := range w.History {
			history = append(history, historyRow(e, len(history)))
		}
		asked = append(asked, w.Questions...)
		for _, q := range w.Outbox {
			reach := bot.Reach("")
			if q.To == w.Conversation.Address {
				reach = w.Conversation.Reach
			}
			outbox = append(outbox, queuedRow(q, reach, len(outbox), 0))
		}
		queued = append(queued, w.Outbox...)
	}
	sets := [][][]any{inbox, conversations, history, endings(asked), outbox}
	var written []enqueued
	err := again(ctx, func() error {
		written = nil
		return selSets(ctx, s.w, &written, plainTurns, l.head(), sets)
	})
	var p *pq.Error
	if errors.As(err, &p) && p.Code == "22012" { // division by zero
		err = s.r.lost(ctx, l, ErrConflict)
	}
	if err != nil {
		return nil, err
	}
	return ready(queued, written), nil
}
