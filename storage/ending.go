package storage

import (
	"context"
	"fmt"

	"visnyk/bot"
)

// ending is a row of the outbox as a statement left it that may have ended it.
type ending struct {
	Bot        string   `db:"bot"`
	Chat       string   `db:"chat"`
	Cause      string   `db:"cause"`
	ID         int64    `db:"id"`
	State      string   `db:"state"`
	ExternalID string   `db:"external_id"`
	SentAt     int64    `db:"sent_at"`
	HistoryID  int64    `db:"history_id"`
	Tells      bool     `db:"tells"`
	Lane       bot.Lane `db:"lane"`
	Reason     string   `db:"reason"`
	Broadcast  string   `db:"broadcast"` // "" unless it is the message of one
	Recipient  string   `db:"recipient"` // the key among its recipients
}

const (
	// returnEndings ends every statement that may end rows of the outbox. What it
	// gives goes to Tx.ended, in the same transaction.
	returnEndings = `
RETURNING outbox.bot, outbox.chat, outbox.cause, outbox.id, outbox.state, outbox.external_id, outbox.sent_at,
	outbox.history_id, outbox.tells, outbox.lane, outbox.reason, outbox.broadcast, outbox.recipient`

	// putOutcomes writes the endings e beside what was said, by its key: the cause
	// of a message's first part is its own and "/0". The worst outcome stays; the
	// rest is of the part that was sent last.
	putOutcomes = `
UPDATE history SET
	outcome = CASE WHEN history.outcome IN ('', 'sent') OR history.outcome = 'unknown' AND e.state <> 'sent'
		THEN e.state ELSE history.outcome END,
	external_id = CASE WHEN e.sent_at <> 0 THEN e.external_id ELSE history.external_id END,
	sent_at = CASE WHEN e.sent_at <> 0 THEN e.sent_at ELSE history.sent_at END,
	delivered_at = CASE WHEN e.sent_at <> 0 THEN 0 ELSE history.delivered_at END,
	seen_at = CASE WHEN e.sent_at <> 0 THEN 0 ELSE history.seen_at END` + saidBy + ` AND e.state NOT IN ('pending', 'sending')`

	saidBy = `
FROM e WHERE history.bot = e.bot AND history.chat = e.chat AND history.id = e.history_id AND history.cause || '/0' = e.cause`

	writeOutcomes = `
WITH e (bot, chat, cause, state, external_id, sent_at, history_id) AS (
	VALUES {rows ($, $, $, $, $, CAST($ AS BIGINT), CAST($ AS BIGINT))}
)` + putOutcomes
)

// worse orders the outcomes of parts: of a message the worst counts.
func worse(a, b string) bool {
	rank := map[string]int{stateSent: 1, stateUnknown: 2, stateSkipped: 3, stateExpired: 3, stateMalformed: 3, stateGone: 3}
	return rank[a] > rank[b]
}

func (e ending) over() bool { return e.State != statePending && e.State != stateSending }

// message returns the cause of the message that the part belongs to.
func (e ending) message() string { return bot.Queued{Cause: e.Cause}.Message() }

// ended writes how messages ended: beside the rows of the history that say them,
// and to their tellings. It is given what returnEndings gave; rows that wait
// again, or were ended before, may be among them.
func (t *Tx) ended(ctx context.Context, all []ending) error {
	type key struct {
		bot, chat string
		id        int64
	}
	place := map[key]int{}
	var messages []ending
	tells := map[message]bool{}
	for _, e := range all {
		if !e.over() {
			continue
		}
		if e.Tells {
			tells[message{e.Bot, e.Chat, e.message()}] = true
		}
		k := key{e.Bot, e.Chat, e.HistoryID}
		i, several := place[k]
		if !several {
			place[k] = len(messages)
			e.Cause = e.message() + "/0"
			messages = append(messages, e)
			continue
		}
		m := &messages[i]
		if worse(e.State, m.State) {
			m.State = e.State
		}
		if e.SentAt != 0 && (m.SentAt == 0 || e.ID > m.ID) {
			m.ID, m.ExternalID, m.SentAt = e.ID, e.ExternalID, e.SentAt
		}
	}
	var rows [][]any
	for _, m := range messages {
		if m.HistoryID != 0 {
			rows = append(rows, []any{m.Bot, m.Chat, m.Cause, m.State, m.ExternalID, m.SentAt, m.HistoryID})
		}
	}
	if _, err := t.apart().execRows(ctx, writeOutcomes, nil, rows); err != nil {
		return fmt.Errorf("outcomes: %w", err)
	}
	if err := t.showEnded(ctx, all); err != nil {
		return err
	}
	if err := t.endRecipients(ctx, all); err != nil {
		return err
	}
	if err := t.endDoubles(ctx, all); err != nil {
		return err
	}
	if err := t.tellRecipients(ctx, all); err != nil {
		return err
	}
	return t.endTellings(ctx, tells)
}

// endRows runs a statement over rows that may end rows of the outbox, and writes
// what that means elsewhere.
func (t *Tx) endRows(ctx context.Context, query string, head []any, rows [][]any) (int, error) {
	var all []ending
	if err := selRows(ctx, t.conn, &all, query+returnEndings, head, rows); err != nil {
		return 0, err
	}
	return len(all), t.ended(ctx, all)
}
