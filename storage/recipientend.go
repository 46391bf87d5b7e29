package storage

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"visnyk/bot"
)

// counted names one count of a broadcast.
type counted struct {
	broadcast, bot, language, what, reason string
}

// count notes that n more recipients of a kind are there once the transaction
// commits. The counts are written last, and in one order: whoever counts waits for
// nobody afterwards.
func (t *Tx) count(broadcast, name string, language bot.Language, what, reason string, n int) {
	if t.counts == nil {
		t.counts = map[counted]int{}
	}
	t.counts[counted{broadcast, name, string(language), what, reason}] += n
}

const putCounts = `
WITH v (broadcast, bot, language, what, reason, n) AS (VALUES {rows ($, $, $, $, $, CAST($ AS BIGINT))})
INSERT INTO broadcast_counts (broadcast, bot, language, what, reason, n, moved_at)
SELECT broadcast, bot, language, what, reason, n, {now} FROM v WHERE TRUE ORDER BY broadcast, bot, language, what, reason
ON CONFLICT (broadcast, bot, language, what, reason) DO UPDATE SET n = broadcast_counts.n + excluded.n, moved_at = excluded.moved_at`

// putCounts writes what the transaction counted.
func (t *Tx) putCounts(ctx context.Context) error {
	keys := slices.SortedFunc(maps.Keys(t.counts), func(a, b counted) int {
		return cmp.Or(cmp.Compare(a.broadcast, b.broadcast), cmp.Compare(a.bot, b.bot), cmp.Compare(a.language, b.language),
			cmp.Compare(a.what, b.what), cmp.Compare(a.reason, b.reason))
	})
	var rows [][]any
	for _, k := range keys {
		if n := t.counts[k]; n != 0 {
			rows = append(rows, []any{k.broadcast, k.bot, k.language, k.what, k.reason, n})
		}
	}
	t.counts = nil
	_, err := t.execRows(ctx, putCounts, nil, rows)
	return doing("count recipients", err)
}

// recipientEnd is the end of a recipient who was pending.
type recipientEnd struct {
	Broadcast string       `db:"broadcast"`
	Contact   string       `db:"contact"`
	Bot       string       `db:"bot"`
	Language  bot.Language `db:"language"`
	Outcome   string       `db:"outcome"`
	Reason    string       `db:"reason"`
}

const (
	returnRecipients = `
RETURNING recipients.broadcast, recipients.contact, recipients.bot, recipients.language, recipients.outcome, recipients.reason`

	endRecipients = `
WITH v (broadcast, key, outcome, reason, external_id, sent_at) AS (VALUES {rows ($, $, $, $, $, CAST($ AS BIGINT))})
UPDATE recipients SET outcome = v.outcome, reason = v.reason, external_id = v.external_id, sent_at = v.sent_at, ended_at = {now}
FROM v WHERE recipients.broadcast = v.broadcast AND recipients.key = v.key AND recipients.outcome || '' = 'pending'` + returnRecipients
)

// endRecipients writes how messages of broadcasts ended to the rows of their
// recipients.
func (t *Tx) endRecipients(ctx context.Context, all []ending) error {
	var over []ending
	var whose []addressed
	for _, e := range all {
		if e.Broadcast != "" && e.over() {
			over, whose = append(over, e), append(whose, addressed{e.Cause, e.Broadcast, e.Recipient})
		}
	}
	of, err := t.recipientsOf(ctx, whose)
	if err != nil {
		return err
	}
	var rows, unsent [][]any
	for i, e := range over {
		outcome, reason := recipientOutcome(e)
		for _, r := range of[i] {
			if outcome == bot.RecipientSkipped || outcome == bot.RecipientFailed {
				unsent = append(unsent, []any{r.Broadcast, r.Key})
			}
			rows = append(rows, []any{r.Broadcast, r.Key, outcome, reason, e.ExternalID, e.SentAt})
		}
	}
	if err := t.recipientsEnd(ctx, endRecipients, nil, rows); err != nil {
		return fmt.Errorf("recipients: %w", err)
	}
	return t.giveBack(ctx, unsent)
}

// recipientsEnd runs a statement over rows that ends recipients who were pending, and
// counts them.
func (t *Tx) recipientsEnd(ctx context.Context, query string, head []any, rows [][]any) error {
	var ended []recipientEnd
	if err := selRows(ctx, t.apart(), &ended, query, head, rows); err != nil {
		return err
	}
	t.countEnds(ended)
	return t.missed(ctx, ended)
}

func (t *Tx) countEnds(ended []recipientEnd) {
	for _, e := range ended {
		t.count(e.Broadcast, e.Bot, e.Language, string(bot.RecipientPending), "", -1)
		t.count(e.Broadcast, e.Bot, e.Language, e.Outcome, e.Reason, 1)
	}
}

// recipientOutcome is what the end of a message means for its recipient.
func recipientOutcome(e ending) (outcome bot.RecipientOutcome, reason string) {
	switch e.State {
	case stateSent:
		return bot.RecipientSent, ""
	case stateUnknown:
		return bot.RecipientUnknown, ""
	case stateGone:
		return bot.RecipientFailed, bot.ReasonGone
	case stateMalformed:
		return bot.RecipientFailed, bot.ReasonMalformed
	case stateExpired:
		return bot.RecipientSkipped, bot.ReasonTooLate
	}
	if e.Reason == "left" {
		return bot.RecipientSkipped, bot.ReasonBlocked
	}
	return bot.RecipientSkipped, cmp.Or(e.Reason, bot.ReasonStopped)
}

// RecipientKey names a row of recipients.
type RecipientKey struct{ Broadcast, Key string }

// markRecipients are the columns of the marks. Only the first time counts.
func markRecipients(mark bot.RecipientMark) string {
	column := string(mark) + "_at"
	return `
WITH v (broadcast, key, at) AS (VALUES {rows ($, $, CAST($ AS BIGINT))})
UPDATE recipients SET ` + column + ` = CASE WHEN v.at = 0 THEN {now} ELSE v.at END
FROM v WHERE recipients.broadcast = v.broadcast AND recipients.key = v.key AND recipients.` + column + ` = 0` + returnRecipients
}

// MarkRecipients notes what recipients did, each once. A mark that is not known is
// an error.
func (t *Tx) MarkRecipients(ctx context.Context, mark bot.RecipientMark, all []RecipientKey) error {
	rows := make([][]any, len(all))
	for i, r := range all {
		rows[i] = []any{r.Broadcast, r.Key, 0}
	}
	return doing("mark recipients", t.markRecipients(ctx, mark, rows))
}

func (t *Tx) markRecipients(ctx context.Context, mark bot.RecipientMark, rows [][]any) error {
	if !slices.Contains(bot.RecipientMarks(), mark) {
		return fmt.Errorf("no mark %q", mark)
	}
	slices.SortFunc(rows, func(a, b []any) int {
		return cmp.Or(cmp.Compare(a[0].(string), b[0].(string)), cmp.Compare(a[1].(string), b[1].(string)))
	})
	rows = slices.CompactFunc(rows, func(a, b []any) bool { return a[0] == b[0] && a[1] == b[1] })
	var marked []recipientEnd
	if err := selRows(ctx, t.conn, &marked, markRecipients(mark), nil, rows); err != nil {
		return fmt.Errorf("recipients: %w", err)
	}
	for _, m := range marked {
		t.count(m.Broadcast, m.Bot, m.Language, string(mark), "", 1)
	}
	return nil
}

// reachRecipients notes what receipts tell of the messages of broadcasts. A failure
// on one device is no end of a message that the messenger took.
func (t *Tx) reachRecipients(ctx context.Context, kind bot.EventKind, rows [][]any) error {
	mark, known := map[bot.EventKind]bot.RecipientMark{
		bot.Delivered: bot.RecipientDelivered, bot.Seen: bot.RecipientSeen,
	}[kind]
	if !known || len(rows) == 0 {
		return nil
	}
	return t.markRecipients(ctx, mark, rows)
}

// What a broadcast told is known only now: before that nothing has left.
const tellRecipients = `
WITH v (bot, chat, cause, broadcast, key) AS (VALUES {rows ($, $, $, $, $)})
INSERT INTO tellings (bot, chat, cause, change_id, contact, version, part, rendering, text_hash, tells_seen, created_at)
SELECT v.bot, v.chat, v.cause, d.change_id, r.contact, d.version, CASE WHEN r.digest = '' THEN d.part ELSE 'digest line' END,
	r.rendering, r.text_hash, COALESCE((SELECT b.tells_seen FROM bots b WHERE b.bot = v.bot), FALSE), {now}
FROM v JOIN recipients r ON r.broadcast = v.broadcast AND r.key = v.key JOIN renderings d ON d.hash = r.rendering
WHERE r.contact <> '' AND d.change_id <> '' ORDER BY v.bot, v.chat, v.cause
ON CONFLICT (bot, chat, cause, change_id) DO NOTHING
RETURNING contact, change_id`

// tellRecipients notes what the messages of broadcasts that are over have told, or may
// have, of changes; a digest mentions each that a line of it is of.
func (t *Tx) tellRecipients(ctx context.Context, all []ending) error {
	var over []ending
	var whose []addressed
	for _, e := range all {
		if e.Broadcast != "" && e.Tells && (e.State == stateSent || e.State == stateUnknown) {
			over, whose = append(over, e), append(whose, addressed{e.Cause, e.Broadcast, e.Recipient})
		}
	}
	recipients, err := t.recipientsOf(ctx, whose)
	if err != nil {
		return fmt.Errorf("tellings: %w", err)
	}
	var rows [][]any
	for i, e := range over {
		for _, r := range recipients[i] {
			rows = append(rows, []any{e.Bot, e.Chat, e.message(), r.Broadcast, r.Key})
		}
	}
	var of []summarised
	if err := selRows(ctx, t.conn, &of, tellRecipients, nil, rows); err != nil {
		return fmt.Errorf("tellings: %w", err)
	}
	if _, err := t.execRows(ctx, addToSummary, nil, pairs(of)); err != nil {
		return fmt.Errorf("tellings: %w", err)
	}
	return nil
}
