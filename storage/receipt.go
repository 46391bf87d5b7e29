package storage

import (
	"context"
	"fmt"
	"time"

	"visnyk/bot"
)

// Receipt is what a messenger tells of a message of ours: Delivered, Seen or
// Failed.
type Receipt struct {
	Kind    bot.EventKind
	Address bot.Address
	Message string    // the messenger's id of the message
	At      time.Time // zero: now
	Detail  string    // why it failed
}

// earlyReceipts is how long a receipt waits for the send it speaks of.
const earlyReceipts = 10 * time.Minute

type receiptRecord struct {
	Place   int           `db:"place"`
	Chat    string        `db:"chat"`
	Message string        `db:"message"`
	Kind    bot.EventKind `db:"kind"`
	At      micros        `db:"at"`
	Detail  string        `db:"detail"`
	ID      int64         `db:"id"` // of the outbox; 0 when the row has left
	SentAt  micros        `db:"sent_at"`
	Said    int64         `db:"history_id"`
	Cause   string        `db:"cause"` // of the message, where the row has left
}

const matchReceipts = `
WITH v (chat, message, place) AS (VALUES {rows ($, $, CAST($ AS BIGINT))})
SELECT v.place, o.id, o.sent_at, o.history_id FROM v
JOIN outbox o ON o.bot = $1 AND o.chat = v.chat AND o.external_id = v.message AND o.external_id <> ''`

const keepReceipts = `
WITH v (chat, message, kind, at, detail) AS (VALUES {rows ($, $, $, CAST($ AS BIGINT), $)})
INSERT INTO receipts (bot, chat, message, kind, at, detail, received_at)
SELECT $1, chat, message, kind, CASE WHEN at = 0 THEN {now} ELSE at END, detail, {now}
FROM v ORDER BY chat, message, kind
ON CONFLICT (bot, chat, message, kind) DO NOTHING`

const dropOldReceipts = `DELETE FROM receipts WHERE bot = $1 AND received_at < {now} - $2`

func (t *Tx) putReceipts(ctx context.Context, b *batch, all []Receipt) error {
	return t.applyReceipts(ctx, b.bot, all)
}

// applyReceipts writes receipts to the rows they speak of. Those of messages
// we do not know (yet) are kept for a while and are never an error.
func (t *Tx) applyReceipts(ctx context.Context, name string, receipts []Receipt) error {
	records := distinct(receipts)
	if len(records) == 0 {
		return nil
	}
	rows := make([][]any, len(records))
	for i, r := range records {
		rows[i] = []any{r.Chat, r.Message, i}
	}
	var matched []receiptRecord
	if err := selRows(ctx, t.conn, &matched, matchReceipts, []any{name}, rows); err != nil {
		return fmt.Errorf("receipts: %w", err)
	}
	found := make(map[int]bool, len(matched))
	for _, m := range matched {
		found[m.Place] = true
	}
	if err := t.reachLate(ctx, name, records, rows, found); err != nil {
		return err
	}
	late, err := t.matchLate(ctx, name, rows, found)
	if err != nil {
		return err
	}
	known := make([]receiptRecord, 0, len(matched)+len(late))
	for _, m := range append(matched, late...) {
		r := records[m.Place]
		r.ID, r.SentAt, r.Said, r.Cause = m.ID, m.SentAt, m.Said, m.Cause
		known = append(known, r)
		found[m.Place] = true
	}
	var early [][]any
	for i, r := range records {
		if !found[i] {
			early = append(early, []any{r.Chat, r.Message, r.Kind, int64(r.At), r.Detail})
		}
	}
	if err := t.writeReceipts(ctx, name, known); err != nil || len(early) == 0 {
		return err
	}
	if _, err := t.exec(ctx, dropOldReceipts, name, earlyReceipts); err != nil {
		return fmt.Errorf("receipts: %w", err)
	}
	if _, err := t.execRows(ctx, keepReceipts, []any{name}, early); err != nil {
		return fmt.Errorf("receipts: %w", err)
	}
	return nil
}

// distinct drops what repeats (the first device to tell wins), and what names
// no message.
func distinct(receipts []Receipt) []receiptRecord {
	type key struct {
		chat, message string
		kind          bot.EventKind
	}
	seen := map[key]bool{}
	var records []receiptRecord
	for _, r := range receipts {
		k := key{clean(r.Address.Chat), clean(r.Message), r.Kind}
		if r.Message == "" || seen[k] {
			continue
		}
		seen[k] = true
		records = append(records, receiptRecord{
			Chat: k.chat, Message: k.message, Kind: r.Kind, At: microsOf(r.At), Detail: r.Detail,
		})
	}
	return records
}

// The first delivery counts, and it outweighs a failure on another device.
const markDelivered = `
WITH v (chat, message, at) AS (VALUES {rows ($, $, CAST($ AS BIGINT))})
UPDATE outbox SET delivered_at = CASE WHEN v.at = 0 THEN {now} ELSE v.at END, failed_at = 0, fail_note = ''
FROM v WHERE outbox.bot = $1 AND outbox.chat = v.chat AND outbox.external_id = v.message
	AND outbox.external_id <> '' AND outbox.delivered_at = 0` + returnReceipted + `outbox.delivered_at AS at`

const markFailed = `
WITH v (chat, message, at, detail) AS (VALUES {rows ($, $, CAST($ AS BIGINT), $)})
UPDATE outbox SET failed_at = CASE WHEN v.at = 0 THEN {now} ELSE v.at END, fail_note = v.detail
FROM v WHERE outbox.bot = $1 AND outbox.chat = v.chat AND outbox.external_id = v.message
	AND outbox.external_id <> '' AND outbox.delivered_at = 0 AND outbox.seen_at = 0 AND outbox.failed_at = 0` + returnReceipted + `outbox.failed_at AS at`

// Seen speaks of a message and of all that left before it, except what failed.
const markSeen = `
WITH v (chat, message, id, at, sent_at) AS (
	VALUES {rows ($, $, CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT))}
)
UPDATE outbox SET
	seen_at = (SELECT min(CASE WHEN v.at = 0 THEN {now} ELSE v.at END) FROM v
		WHERE v.chat = outbox.chat AND (outbox.sent_at, outbox.id) <= (v.sent_at, v.id)),
	failed_at = 0, fail_note = ''
WHERE bot = $1 AND state = 'sent' AND seen_at = 0 AND chat IN (SELECT chat FROM v)
AND EXISTS (SELECT 1 FROM v WHERE v.chat = outbox.chat AND (outbox.sent_at, outbox.id) <= (v.sent_at, v.id)
	AND (outbox.failed_at = 0 OR outbox.external_id = v.message))` + returnReceipted + `outbox.seen_at AS at`

// writeReceipts marks the rows that the receipts speak of. In whatever order
// the receipts come, the row ends the same.
func (t *Tx) writeReceipts(ctx context.Context, name string, known []receiptRecord) error {
	var delivered, seen, failed [][]any
	var late []receiptRecord
	for _, r := range known {
		if r.ID == 0 {
			late = append(late, r)
			continue
		}
		switch r.Kind {
		case bot.Delivered:
			delivered = append(delivered, []any{r.Chat, r.Message, int64(r.At)})
		case bot.Seen:
			seen = append(seen, []any{r.Chat, r.Message, r.ID, int64(r.At), int64(r.SentAt)})
		case bot.Failed:
			failed = append(failed, []any{r.Chat, r.Message, int64(r.At), r.Detail})
		}
	}
	for _, step := range []struct {
		kind  bot.EventKind
		query string
		rows  [][]any
	}{{bot.Delivered, markDelivered, delivered}, {bot.Seen, markSeen, seen}, {bot.Failed, markFailed, failed}} {
		var marked []receipted
		if err := selRows(ctx, t.conn, &marked, step.query, []any{name}, step.rows); err != nil {
			return fmt.Errorf("receipts: %w", err)
		}
		if err := t.received(ctx, name, step.kind, marked); err != nil {
			return err
		}
	}
	return t.receivedLate(ctx, name, known, late)
}

const findEarlyReceipts = `
WITH v (chat, message) AS (VALUES {rows ($, $)})
SELECT r.chat, r.message, r.kind, r.at, r.detail FROM v
JOIN receipts r ON r.bot = $1 AND r.chat = v.chat AND r.message = v.message
ORDER BY r.received_at`

const anyReceipt = `SELECT EXISTS (SELECT 1 FROM receipts WHERE bot = $1)`

const dropReceipts = `
WITH v (chat, message) AS (VALUES {rows ($, $)})
DELETE FROM receipts WHERE bot = $1 AND (chat, message) IN (SELECT chat, message FROM v)`

// takeEarlyReceipts gives messages marked as sent (chat and the messenger's id)
// the receipts that came before. It looks after the commit of that mark: a
// receipt of a turn that did not see the mark is in the table by then, because
// the turn and the mark waited for each other, and any later one finds the
// message itself.
func (s *Store) takeEarlyReceipts(ctx context.Context, name string, sent [][]any) error {
	if len(sent) == 0 {
		return nil
	}
	var early bool // where the messenger tells nothing, or not so soon, there is none
	if err := s.r.get(ctx, &early, anyReceipt, name); err != nil || !early {
		return doing("early receipts", err)
	}
	var records []receiptRecord
	if err := selRows(ctx, s.r, &records, findEarlyReceipts, []any{name}, sent); err != nil {
		return fmt.Errorf("receipts: %w", err)
	}
	if len(records) == 0 {
		return nil
	}
	receipts := make([]Receipt, len(records))
	for i, r := range records {
		receipts[i] = Receipt{
			Kind: r.Kind, Address: bot.Address{Bot: name, Chat: r.Chat}, Message: r.Message,
			At: r.At.time(), Detail: r.Detail,
		}
	}
	return s.InTx(ctx, func(t *Tx) error {
		if err := t.applyReceipts(ctx, name, receipts); err != nil {
			return err
		}
		if _, err := t.execRows(ctx, dropReceipts, []any{name}, sent); err != nil {
			return fmt.Errorf("receipts: %w", err)
		}
		return nil
	})
}

const forgottenReceipts = `
SELECT r.chat, r.message FROM receipts r
JOIN outbox o ON o.bot = r.bot AND o.chat = r.chat AND o.external_id = r.message AND o.external_id <> ''
WHERE r.bot = $1`

// takeForgottenReceipts does what a holder that died between a mark and its
// early receipts left undone.
func (s *Store) takeForgottenReceipts(ctx context.Context, name string) error {
	var records []struct {
		Chat    string `db:"chat"`
		Message string `db:"message"`
	}
	if err := s.r.sel(ctx, &records, forgottenReceipts, name); err != nil {
		return fmt.Errorf("receipts: %w", err)
	}
	sent := make([][]any, len(records))
	for i, r := range records {
		sent[i] = []any{r.Chat, r.Message}
	}
	return s.takeEarlyReceipts(ctx, name, sent)
}
