package storage

import (
	"cmp"
	"context"
	"slices"

	"visnyk/bot"
)

// putReleased is putOnItsWay of the messages of one broadcast at one bot, each with its
// recipient; with an epoch they are claimed. What was released before and moved back had
// the same cause; it left the outbox with that. The bot is compared as an expression:
// SQLite would plan for its value, anew with every few rows.
const putReleased = `
WITH v (chat, cause, kind, body, place, tells, thread, recipient, attempts) AS (
	VALUES {rows ($, $, $, CAST($ AS {bytes}), CAST($ AS BIGINT), CAST($ AS BOOLEAN), $, $, CAST($ AS BIGINT))}
), last AS MATERIALIZED (
	SELECT {now} AS at, COALESCE((SELECT max(o.id) FROM outbox o WHERE o.bot = $1 || '' AND o.lane = 2 AND o.state IN ('pending', 'sending')), 0) + 1 AS id
), w AS MATERIALIZED (
	SELECT v.*, COALESCE(c.thread, '') AS usual, CASE WHEN c.reach = 'blocked' THEN 'blocked' WHEN c.reach = 'opened' THEN 'unreachable'
		WHEN c.hushed OR EXISTS (SELECT 1 FROM contacts k WHERE k.id = c.contact AND k.stopped) THEN 'stopped' ELSE '' END AS omitted
	FROM v LEFT JOIN conversations c ON c.bot = $1 || '' AND c.chat = v.chat
)
INSERT INTO outbox (bot, chat, cause, id, lane, kind, body, state, epoch, reason, created_at, tells, thread, broadcast, recipient, attempts)
SELECT CAST($1 AS TEXT), w.chat, w.cause, CASE WHEN last.id < last.at THEN last.at ELSE last.id END + w.place, 2, w.kind, w.body,
	CASE WHEN w.omitted <> '' THEN 'skipped' WHEN $3 = 0 THEN 'pending' ELSE 'sending' END, CASE WHEN w.omitted = '' THEN CAST($3 AS BIGINT) ELSE 0 END, w.omitted, last.at, w.tells,
	CASE WHEN w.thread = '' THEN w.usual ELSE w.thread END, CAST($2 AS TEXT), w.recipient, w.attempts
FROM w, last WHERE TRUE ORDER BY w.chat, w.cause
ON CONFLICT (bot, chat, cause) DO NOTHING
RETURNING id, recipient, reason, thread, created_at`

// releasing is a message that is to be put on its way.
type releasing struct {
	*Waiting
	cause string
	part  bot.Part
	tells bool
}

// put puts the messages on their way, and returns those that may leave, in their order.
// Who blocked us or stopped meanwhile has an end at once.
func (t *Tx) put(ctx context.Context, l Lease, broadcast string, claim bool, messages []releasing) (released []OutboxRow, err error) {
	epoch, tried := int64(0), 0
	if claim {
		epoch, tried = l.Epoch, 1
	}
	rows, of := make([][]any, len(messages)), make(map[string]*releasing, len(messages))
	for i, m := range messages {
		body := []byte(m.part.Body)
		if bodiless(epoch, m.part.Kind) {
			body = nil
		}
		rows[i] = []any{m.To.Chat, m.cause, m.part.Kind, body, i, m.tells, m.part.Thread, m.Key, m.Tries + tried}
		of[m.Key] = &messages[i]
	}
	var all []struct {
		ID        int64    `db:"id"`
		Recipient string   `db:"recipient"`
		Reason    Omission `db:"reason"`
		Thread    string   `db:"thread"`
		CreatedAt micros   `db:"created_at"`
	}
	if err := selRows(ctx, t.apart(), &all, putReleased, []any{l.Bot, broadcast, epoch}, rows); err != nil {
		return nil, err
	}
	released = make([]OutboxRow, 0, len(all))
	var ends []ending
	for _, w := range all {
		m := of[w.Recipient]
		if w.Reason != "" {
			ends = append(ends, ending{Cause: m.cause, State: stateSkipped, Reason: string(w.Reason), Broadcast: broadcast, Recipient: m.Key})
			continue
		}
		row := OutboxRow{ID: w.ID, Attempts: m.Tries + tried, CreatedAt: w.CreatedAt.time(), Epoch: epoch, Queued: bot.Queued{
			Lane: bot.LaneBulk, To: m.To, Cause: m.cause, Part: m.part, Tells: m.tells,
		}}
		row.Part.Thread = w.Thread
		released = append(released, row)
	}
	slices.SortFunc(released, func(a, b OutboxRow) int { return cmp.Compare(a.ID, b.ID) })
	return released, t.endRecipients(ctx, ends)
}
