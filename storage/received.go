package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"visnyk/bot"
)

// receipted is a part that a receipt has marked.
type receipted struct {
	Chat       string   `db:"chat"`
	Cause      string   `db:"cause"`
	ExternalID string   `db:"external_id"`
	HistoryID  int64    `db:"history_id"`
	Tells      bool     `db:"tells"`
	Broadcast  string   `db:"broadcast"`
	Recipient  string   `db:"recipient"`
	Lane       bot.Lane `db:"lane"`
	At         int64    `db:"at"`
}

const returnReceipted = `
RETURNING outbox.chat, outbox.cause, outbox.external_id, outbox.history_id, outbox.tells, outbox.lane,
	outbox.broadcast, outbox.recipient, `

// Of a message in parts the last one counts, whose id stands with it. Delivery and
// sight outweigh a failure on another device, in whatever order they are told.
const (
	receivedRows = `
WITH v (chat, cause, external_id, id, at) AS (VALUES {rows ($, $, $, CAST($ AS BIGINT), CAST($ AS BIGINT))})
UPDATE `
	ofHistory = `
FROM v WHERE x.bot = $1 AND x.chat = v.chat AND x.id = v.id AND x.cause = v.cause AND x.external_id = v.external_id`
	ofTellings = `
FROM v WHERE x.bot = $1 AND x.chat = v.chat AND x.cause = v.cause AND x.external_id = v.external_id`
	// ofWhom says which rows of the ledger sum up the tellings.
	ofWhom = `
RETURNING contact, change_id`

	setArrived   = `outcome = CASE WHEN x.outcome = 'failed' THEN 'sent' ELSE x.outcome END`
	setDelivered = `delivered_at = CASE WHEN x.delivered_at = 0 THEN v.at ELSE x.delivered_at END, ` + setArrived
	setSeen      = `seen_at = CASE WHEN x.seen_at = 0 THEN v.at ELSE x.seen_at END, ` + setArrived
	setFailed    = `outcome = CASE WHEN x.outcome = 'sent' AND x.delivered_at = 0 AND x.seen_at = 0 THEN 'failed' ELSE x.outcome END`
)

func setOf(kind bot.EventKind) string {
	switch kind {
	case bot.Delivered:
		return setDelivered
	case bot.Seen:
		return setSeen
	}
	return setFailed
}

// received writes what receipts tell beside what was said, and to the tellings.
func (t *Tx) received(ctx context.Context, name string, kind bot.EventKind, all []receipted) error {
	var said, told, reached, arrived [][]any
	var whose []addressed
	var by []receipted
	for _, r := range all {
		row := []any{r.Chat, bot.Queued{Cause: r.Cause}.Message(), r.ExternalID, r.HistoryID, r.At}
		if r.HistoryID != 0 {
			said = append(said, row)
		}
		if r.Tells {
			told = append(told, row)
		}
		if r.Broadcast != "" {
			whose, by = append(whose, addressed{r.Cause, r.Broadcast, r.Recipient}), append(by, r)
		}
	}
	of, err := t.recipientsOf(ctx, whose)
	if err != nil {
		return fmt.Errorf("receipts: %w", err)
	}
	for i, recipients := range of {
		for _, r := range recipients {
			reached = append(reached, []any{r.Broadcast, r.Key, by[i].At})
			arrived = append(arrived, []any{r.Broadcast, r.Key, by[i].Chat, by[i].ExternalID, by[i].At})
		}
	}
	if _, err := t.execRows(ctx, receivedRows+`history AS x SET `+setOf(kind)+ofHistory, []any{name}, said); err != nil {
		return fmt.Errorf("receipts: %w", err)
	}
	var heard []summarised
	if err := selRows(ctx, t.conn, &heard, receivedRows+`tellings AS x SET `+setOf(kind)+ofTellings+ofWhom, []any{name}, told); err != nil {
		return fmt.Errorf("receipts: %w", err)
	}
	if err := t.arriveAfterAll(ctx, name, kind, arrived); err != nil {
		return err
	}
	if err := t.reachRecipients(ctx, kind, reached); err != nil {
		return err
	}
	if err := t.summarise(ctx, heard); err != nil {
		return err
	}
	return t.showReceipts(ctx, name, kind, all)
}

// A row of the outbox leaves rawKept after it was sent; what was said then is older
// still. The history may be kept for a shorter time than the tellings.
const matchLate = `
WITH v (chat, message, place) AS (VALUES {rows ($, $, CAST($ AS BIGINT))})
SELECT v.place, h.cause, h.id AS history_id, h.sent_at FROM v
JOIN history h ON h.bot = $1 AND h.chat = v.chat AND h.id < {now} - $2 AND h.external_id = v.message
UNION
SELECT v.place, t.cause, t.history_id, t.sent_at FROM v
JOIN tellings t ON t.bot = $1 AND t.chat = v.chat AND t.external_id = v.message`

// The person's rows are few, and found by who they are.
const lateRecipients = `
WITH v (chat, message, place) AS (VALUES {rows ($, $, CAST($ AS BIGINT))})
SELECT v.place, r.broadcast, r.key FROM v JOIN conversations c ON c.bot = $1 AND c.chat = v.chat
JOIN recipients r ON r.contact = c.contact AND r.bot = $1 AND r.chat = v.chat AND r.external_id = v.message
WHERE r.external_id <> ''`

// reachLate notes what receipts tell of messages of broadcasts that have left the
// outbox.
func (t *Tx) reachLate(ctx context.Context, name string, records []receiptRecord, rows [][]any, found map[int]bool) error {
	var missing [][]any
	for i, r := range rows {
		if !found[i] {
			missing = append(missing, r)
		}
	}
	var late []struct {
		Place int `db:"place"`
		recipientKey
	}
	if err := selRows(ctx, t.conn, &late, lateRecipients, []any{name}, missing); err != nil {
		return fmt.Errorf("late receipts: %w", err)
	}
	of := map[bot.EventKind][][]any{}
	for _, l := range late {
		r := records[l.Place]
		of[r.Kind] = append(of[r.Kind], []any{l.Broadcast, l.Key, int64(r.At)})
	}
	for _, kind := range []bot.EventKind{bot.Delivered, bot.Seen} {
		if err := t.reachRecipients(ctx, kind, of[kind]); err != nil {
			return err
		}
	}
	return nil
}

// matchLate finds what those of the receipts speak of that no row of the outbox
// answers to (any more), by chat and the messenger's id. Ids of 0 mark them.
func (t *Tx) matchLate(ctx context.Context, name string, rows [][]any, found map[int]bool) (late []receiptRecord, err error) {
	var missing [][]any
	for i, r := range rows {
		if !found[i] {
			missing = append(missing, r)
		}
	}
	if err := selRows(ctx, t.conn, &late, matchLate, []any{name, rawKept}, missing); err != nil {
		return nil, fmt.Errorf("late receipts: %w", err)
	}
	return late, nil
}

const (
	// Seen speaks of all that left before, of which the outbox knows the last days
	// only. Looking back ends where something was seen before.
	seenHistory = `
WITH v (chat, id, sent_at, at) AS (VALUES {rows ($, CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT))}), w AS MATERIALIZED (
	SELECT v.chat, v.id, v.sent_at, v.at, COALESCE((SELECT max(h.id) FROM history h
		WHERE h.bot = $1 AND h.chat = v.chat AND h.id < {now} - $2 AND h.id < v.id AND h.seen_at <> 0), 0) AS seen
	FROM v
)
UPDATE history AS x SET seen_at = CASE WHEN w.at = 0 THEN {now} ELSE w.at END
FROM w WHERE x.bot = $1 AND x.chat = w.chat AND x.id > w.seen AND x.id < {now} - $2 AND x.id < w.id
	AND x.outcome = 'sent' AND x.seen_at = 0 AND x.sent_at <= w.sent_at`

	seenTellings = `
WITH w (chat, id, sent_at, at) AS (VALUES {rows ($, CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT))})
UPDATE tellings AS x SET seen_at = CASE WHEN w.at = 0 THEN {now} ELSE w.at END
FROM w WHERE x.bot = $1 AND x.chat = w.chat AND x.created_at < {now} - $2
	AND x.outcome = 'sent' AND x.seen_at = 0 AND x.sent_at <= w.sent_at`

	clockOf = `SELECT {now}`
)

// receivedLate writes what receipts tell of messages whose rows of the outbox have
// left: those they speak of, which are late, and what had left before the others.
func (t *Tx) receivedLate(ctx context.Context, name string, known, late []receiptRecord) error {
	var now int64
	if len(late) > 0 {
		if err := t.get(ctx, &now, clockOf); err != nil {
			return fmt.Errorf("late receipts: %w", err)
		}
	}
	for _, kind := range []bot.EventKind{bot.Delivered, bot.Seen, bot.Failed} {
		var marked []receipted
		for _, r := range late {
			if r.Kind == kind {
				marked = append(marked, receipted{
					Chat: r.Chat, Cause: r.Cause + "/0", ExternalID: r.Message, HistoryID: r.Said, Tells: true, At: cmp.Or(int64(r.At), now),
				})
			}
		}
		if err := t.received(ctx, name, kind, marked); err != nil {
			return err
		}
	}
	last := map[string]receiptRecord{} // of each chat; what it speaks of includes the rest
	for _, r := range known {
		if was, ok := last[r.Chat]; r.Kind == bot.Seen && (!ok || r.SentAt > was.SentAt) {
			last[r.Chat] = r
		}
	}
	var rows [][]any
	for _, r := range last {
		rows = append(rows, []any{r.Chat, r.Said, int64(r.SentAt), int64(r.At)})
	}
	slices.SortFunc(rows, func(a, b []any) int { return cmp.Compare(a[0].(string), b[0].(string)) })
	if _, err := t.execRows(ctx, seenHistory, []any{name, rawKept}, rows); err != nil {
		return fmt.Errorf("late receipts: %w", err)
	}
	var seen []summarised
	if err := selRows(ctx, t.conn, &seen, seenTellings+ofWhom, []any{name, rawKept}, rows); err != nil {
		return fmt.Errorf("late receipts: %w", err)
	}
	return t.summarise(ctx, seen)
}
