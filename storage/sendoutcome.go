package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/storage/db"
)

// SendOutcome is how the send of a claimed row ended.
type SendOutcome struct {
	Row        OutboxRow
	Outcome    bot.Outcome
	ExternalID string    // the messenger's id of the message, with Sent
	Reason     string    // why not, without any of the content
	NotBefore  time.Time // with Later, Halted and Unknown: when to try again
	// Unsent tells that nothing left, and that the claim's own commit went
	// unanswered: it may still be under way and is waited for.
	Unsent bool
	// Over tells of a row with Sent that nobody tells anything of it any more: the row of
	// an announcement or of a reply leaves the outbox then.
	Over bool
}

// By the key, not by the index of open rows: see finishInbox. What was sent is kept by the
// history, so its row goes on without it: it would be written once more. An unanswered row
// goes again only if it may and never went unanswered before.
const (
	outcomeRows = `
WITH ` + held + `, v (bot, chat, cause, epoch, state, once, external_id, reason, not_before, body) AS (
	VALUES {rows ($, $, $, CAST($ AS BIGINT), $, CAST($ AS BOOLEAN), $, $, CAST($ AS BIGINT), CAST($ AS {bytes}))}
)`
	putSendOutcomes = `
UPDATE outbox SET
	state = CASE WHEN v.state = 'unknown' AND NOT v.once AND outbox.unknowns = 0 THEN 'pending' ELSE v.state END,
	unknowns = outbox.unknowns + CASE WHEN v.state = 'unknown' THEN 1 ELSE 0 END,
	external_id = v.external_id, reason = v.reason, not_before = v.not_before,
	sent_at = CASE WHEN v.state = 'sent' THEN (SELECT {now}) ELSE 0 END,
	body = CASE WHEN v.state = 'sent' OR length(v.body) > 0 THEN v.body ELSE outbox.body END
FROM held, v WHERE outbox.bot = v.bot AND outbox.chat = v.chat AND outbox.cause = v.cause
	AND outbox.state || '' = 'sending' AND outbox.epoch = v.epoch` + returnEndings

	recordOutcomes = outcomeRows + putSendOutcomes

	// recordReplyOutcomes does on PostgreSQL what recordOutcomes and Tx.ended do, in one statement
	// and so in one way to the database. It is for messages in one part that tell
	// nothing of changes, and are neither an operator's nor an announcement, which nearly
	// all are.
	recordReplyOutcomes = outcomeRows + `, e AS (` + putSendOutcomes + `), noted AS (` + putOutcomes + `), seen AS (` + showPlain + ` AND e.state NOT IN ('pending', 'sending'))
SELECT count(*) FROM e`
)

// recordOutcomesAlone waits for turns under way: one that reads receipts, or a claim
// whose commit went unanswered.
var recordOutcomesAlone = strings.Replace(recordOutcomes, held, heldAlone, 1)

const skipGone = `
WITH v (chat) AS (VALUES {rows ($)})
UPDATE outbox SET state = 'skipped', reason = 'gone'
WHERE bot = $1 AND state || '' = 'pending' AND chat IN (SELECT chat FROM v)` + returnEndings

// The reach is the messenger's word; when it changed, only its events say. A
// turn that read the old one must read again, so the version moves on. Who never
// let us write is not gone.
const blockGone = `
WITH v (chat) AS (VALUES {rows ($)})
UPDATE conversations SET reach = $2, version = version + 1
WHERE bot = $1 AND chat IN (SELECT chat FROM v) AND reach <> 'opened'`

// RecordOutcomes writes the outcomes of claimed rows in one commit; a person who is gone
// takes all their pending rows along. After it, sent rows take their early
// receipts. A row that this lease no longer has in "sending" stays as it is, so
// RecordOutcomes may be repeated after any error.
func (s *Store) RecordOutcomes(ctx context.Context, l Lease, all []SendOutcome) error {
	if len(all) == 0 {
		return nil
	}
	if told := allTold(all, true); told || every(all, SendOutcome.leaves) {
		return doing("record outcomes", s.dropSent(ctx, l, all, told))
	}
	rows := make([][]any, 0, len(all))
	var left []SendOutcome
	var sent, gone [][]any
	query := recordOutcomes
	for _, e := range all {
		if e.leaves() {
			left = append(left, e)
			continue
		}
		if e.Unsent {
			query = recordOutcomesAlone
		}
		state, err := stateAfter(e.Outcome)
		if err != nil {
			return doing("record outcomes", err)
		}
		rows = append(rows, outcomeRow(e, state, l.Epoch))
		switch {
		case state == stateGone:
			gone = append(gone, []any{e.Row.To.Chat})
		case state == stateSent && e.ExternalID != "" && !e.Over:
			sent = append(sent, []any{e.Row.To.Chat, e.ExternalID})
		}
	}
	var err error
	if alone := s.outcomesAlone(all); alone != "" && len(left) == 0 {
		err = s.outcomeAlone(ctx, l, alone, len(rows), func(r *db.Rows) { r.Put(rows) })
	} else {
		err = s.InTx(ctx, func(t *Tx) error {
			ended, err := t.dropSent(ctx, l, left)
			if err != nil {
				return err
			}
			if err := selRows(ctx, t.apart(), &ended, query, l.head(), rows); err != nil {
				return err
			}
			if err := t.ours(ctx, l, len(ended), len(all)); err != nil {
				return err
			}
			if err := selRows(ctx, t.conn, &ended, skipGone, []any{l.Bot}, gone); err != nil {
				return err
			}
			if err := t.ended(ctx, ended); err != nil {
				return err
			}
			if _, err := t.execRows(ctx, blockGone, []any{l.Bot, bot.Blocked}, gone); err != nil {
				return err
			}
			return t.forgetLastWords(ctx, l.Bot, all)
		})
	}
	if err == nil {
		err = s.takeEarlyReceipts(ctx, l.Bot, sent)
	}
	return doing("record outcomes", err)
}

// ours is ErrLeaseLost where only n of as many rows were written because they are somebody
// else's by now; those that are not ours for another reason stay as they are.
func (c conn) ours(ctx context.Context, l Lease, n, of int) error {
	if n == of {
		return nil
	}
	return c.lost(ctx, l, nil)
}

// outcomeAlone runs the one statement that writes all that the outcomes mean, which is its
// own transaction.
func (s *Store) outcomeAlone(ctx context.Context, l Lease, query string, n int, rows func(*db.Rows)) error {
	return again(ctx, func() error {
		var written []int // the number of rows
		if err := selSets(ctx, s.w, &written, query, l.head(), rows); err != nil {
			return err
		}
		return s.w.ours(ctx, l, written[0], n)
	})
}

// outcomesAlone returns the one statement that writes all that the outcomes mean; ""
// where there is none.
func (s *Store) outcomesAlone(all []SendOutcome) string {
	replies := func(e SendOutcome) bool { return plainReply(e) && e.Outcome != bot.Gone }
	switch {
	case !s.dialect.arrays:
		return ""
	case every(all, replies):
		return recordReplyOutcomes
	case allTold(all, false):
		return recordToldOutcomes
	}
	return ""
}

// plainly reports whether the message has one part and tells nothing of changes, and its
// claim was answered.
func plainly(e SendOutcome) bool {
	return !e.Unsent && !e.Row.Tells && strings.HasSuffix(e.Row.Cause, "/0")
}

// plainReply reports whether it is a reply, and to somebody who was not forgotten.
func plainReply(e SendOutcome) bool {
	return plainly(e) && e.Row.Lane == bot.LaneReply && !strings.HasPrefix(e.Row.Cause, LastWords)
}

func every[T any](all []T, is func(T) bool) bool {
	return !slices.ContainsFunc(all, func(v T) bool { return !is(v) })
}

const forgetLastWords = `
WITH v (chat, cause) AS (VALUES {rows ($, $)})
DELETE FROM outbox WHERE bot = $1 AND (chat, cause) IN (SELECT chat, cause FROM v)
	AND state NOT IN ('pending', 'sending')`

// forgetLastWords drops what was said to people after they were erased.
func (t *Tx) forgetLastWords(ctx context.Context, name string, all []SendOutcome) error {
	var rows [][]any
	for _, e := range all {
		if strings.HasPrefix(e.Row.Cause, LastWords) {
			rows = append(rows, []any{e.Row.To.Chat, e.Row.Cause})
		}
	}
	n, err := t.execRows(ctx, forgetLastWords, []any{name}, rows)
	if err != nil || n == 0 {
		return err
	}
	return t.logDue(ctx)
}

func stateAfter(o bot.Outcome) (string, error) {
	switch o {
	case bot.Sent:
		return stateSent, nil
	case bot.Gone:
		return stateGone, nil
	case bot.Malformed:
		return stateMalformed, nil
	case bot.Later, bot.Halted:
		return statePending, nil
	case bot.Unknown:
		return stateUnknown, nil
	}
	return "", fmt.Errorf("no outcome %q", o)
}

func outcomeRow(e SendOutcome, state string, epoch int64) []any {
	var body []byte
	if state == statePending && bodiless(e.Row.Epoch, e.Row.Part.Kind) { // it must wait, so it needs one from now on
		body = e.Row.Part.Body
	}
	return []any{
		e.Row.To.Bot, e.Row.To.Chat, e.Row.Cause, epoch, state, sentOnce(e.Row.Lane, e.Row.Part.Kind),
		e.ExternalID, e.Reason, e.NotBefore, body,
	}
}

// bodiless reports whether an announcement of the kind, released claimed under the epoch,
// stands in the outbox without what it says. Nobody reads that there: it leaves from the
// memory of who released it, or is in doubt and never goes again.
func bodiless(epoch int64, kind bot.PartKind) bool {
	return epoch != 0 && sentOnce(bot.LaneBulk, kind)
}

// sentOnce reports whether a send without an answer is never repeated: an
// announcement that may have arrived is not sent a second time.
func sentOnce(lane bot.Lane, kind bot.PartKind) bool {
	return lane == bot.LaneBulk && !kind.Idempotent()
}

const sending = `
SELECT id, bot, chat, cause, lane, kind, body, not_before, attempts, unknowns, epoch, created_at, tells
FROM outbox WHERE bot = $1 AND state IN ('pending', 'sending') AND state = 'sending' AND epoch < $2`

// RecoverSending records outcomes of the rows that an earlier holder left in "sending": the
// bytes may have left, so they are treated as sends without an answer. It
// tells how many go again and how many stay unknown.
func (s *Store) RecoverSending(ctx context.Context, l Lease) (again, unknown int, err error) {
	err = s.fenced(ctx, l, func(t *Tx) error {
		again, unknown = 0, 0
		var records []outboxRecord
		if err := t.sel(ctx, &records, sending, l.Bot, l.Epoch); err != nil {
			return err
		}
		rows := make([][]any, len(records))
		for i, r := range records {
			rows[i] = outcomeRow(SendOutcome{Row: r.row(), Reason: "the sender died"}, stateUnknown, r.Epoch)
		}
		var ended []ending
		if err := selRows(ctx, t.conn, &ended, recordOutcomes, l.head(), rows); err != nil {
			return err
		}
		for _, e := range ended {
			if e.over() {
				unknown++
			} else {
				again++
			}
		}
		if err := t.ended(ctx, ended); err != nil {
			return err
		}
		return t.recoverTellings(ctx, l.Bot)
	})
	if err == nil {
		err = s.takeForgottenReceipts(ctx, l.Bot)
	}
	if err != nil {
		return 0, 0, doing("recover sends", err)
	}
	return again, unknown, nil
}
