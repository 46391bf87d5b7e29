package storage

import (
	"context"
	"fmt"
	"time"

	"visnyk/bot"
)

const (
	// Nobody claims what is taken back: the claim finds a row that is there and
	// pending, or none. What waits for its next try goes on waiting for that.
	unclaimed = `
DELETE FROM outbox WHERE lane = 2 AND state IN ('pending', 'sending') AND state = 'pending' AND broadcast <> ''`
	takenBack = `
RETURNING broadcast, recipient, cause, not_before, attempts`

	takeBackOf = unclaimed + ` AND (broadcast = $1 OR cause LIKE 'digest/%' AND EXISTS (
	SELECT 1 FROM recipients r WHERE r.digest = outbox.cause || '/' || outbox.recipient AND r.digest <> '' AND r.broadcast = $1))` + takenBack

	takeBackFrom = unclaimed + `
AND (bot, chat) IN (SELECT c.bot, c.chat FROM conversations c WHERE c.contact = $1)` + takenBack

	// What the claim refuses: it came back to the outbox for another try after its
	// broadcast, or its person, had been stopped, or nobody could claim it for long, as
	// while the messenger bars the bot. Whether it may leave is judged anew.
	takeBackStrays = unclaimed + ` AND bot = $1 AND NOT (` + mayLeave + `)` + takenBack

	waitAgain = `
WITH v (broadcast, key, not_before, tries) AS (VALUES {rows ($, $, CAST($ AS BIGINT), CAST($ AS BIGINT))})
UPDATE recipients SET released_at = 0, digest = '', tries = v.tries,
	not_before = CASE WHEN v.not_before > recipients.not_before THEN v.not_before ELSE recipients.not_before END
FROM v WHERE recipients.broadcast = v.broadcast AND recipients.key = v.key AND recipients.outcome || '' = 'pending'`

	// mayLeave is true of a row of the outbox unless it is one of a broadcast, or tells
	// one in a digest, that does not send just now, or is for a person who wants nothing
	// but answers or has a pause, or refused its topic, or the governor's word on it holds
	// no more: by now it may be night.
	mayLeave = `outbox.broadcast = '' OR outbox.created_at > {now} - 120000000
	AND EXISTS (SELECT 1 FROM broadcasts b WHERE b.id = outbox.broadcast AND b.state = 'sending' AND (b.until_at = 0 OR b.until_at > {now}))
	AND NOT EXISTS (SELECT 1 FROM conversations c JOIN contacts k ON k.id = c.contact
		LEFT JOIN broadcasts b ON b.id = outbox.broadcast LEFT JOIN topics p ON p.id = b.topic
		WHERE c.bot = outbox.bot AND c.chat = outbox.chat AND (k.stopped OR c.hushed OR k.paused_until > {now} OR ` + refuses + `))
	AND (outbox.cause NOT LIKE 'digest/%' OR NOT EXISTS (SELECT 1 FROM recipients r JOIN broadcasts b ON b.id = r.broadcast
		JOIN contacts k ON k.id = r.contact LEFT JOIN topics p ON p.id = b.topic
		WHERE r.digest = outbox.cause || '/' || outbox.recipient AND r.digest <> ''
		AND (b.state <> 'sending' OR b.until_at <> 0 AND b.until_at <= {now} OR ` + refuses + `)))`

	// refuses is true of a contact k who does not want the topic p, as bot.Wishes.Agrees
	// has it.
	refuses = `COALESCE(CASE WHEN p.starts THEN k.muted LIKE '%"' || p.id || '"%' ELSE k.granted NOT LIKE '%"' || p.id || '"%' END, FALSE)`
)

// The condition has the number.
var _ = [1]struct{}{}[bot.WordHolds-120000000*time.Microsecond]

// TakeBackReleased moves what the broadcast has in the outbox and nobody has claimed back to
// its recipients, who wait again, and returns how many there were.
func (t *Tx) TakeBackReleased(ctx context.Context, broadcast string) (int, error) {
	n, err := t.backToWaiting(ctx, takeBackOf, broadcast)
	return n, doing("take back", err)
}

// takeBackFrom moves what is in the outbox for the person back to their recipients'
// rows.
func (t *Tx) takeBackFrom(ctx context.Context, contact string) error {
	_, err := t.backToWaiting(ctx, takeBackFrom, contact)
	return doing("take back", err)
}

// takenMessage is a message that was taken from the outbox before it was claimed.
type takenMessage struct {
	Broadcast string `db:"broadcast"`
	Recipient string `db:"recipient"`
	Cause     string `db:"cause"`
	NotBefore int64  `db:"not_before"`
	Attempts  int    `db:"attempts"`
}

func (t *Tx) backToWaiting(ctx context.Context, query string, values ...any) (int, error) {
	var back []takenMessage
	if err := t.sel(ctx, &back, query, values...); err != nil {
		return 0, err
	}
	return len(back), t.waitAgain(ctx, back)
}

// waitAgain has the recipients of messages that were taken back wait.
func (t *Tx) waitAgain(ctx context.Context, back []takenMessage) error {
	whose := make([]addressed, len(back))
	for i, b := range back {
		whose[i] = addressed{b.Cause, b.Broadcast, b.Recipient}
	}
	of, err := t.recipientsOf(ctx, whose)
	if err != nil {
		return err
	}
	var rows [][]any
	for i, recipients := range of {
		for _, r := range recipients {
			rows = append(rows, []any{r.Broadcast, r.Key, back[i].NotBefore, back[i].Attempts})
		}
	}
	if _, err = t.execRows(ctx, waitAgain, nil, rows); err != nil {
		return err
	}
	keys := make([][]any, len(rows))
	for i, r := range rows {
		keys[i] = r[:2]
	}
	return t.giveBack(ctx, keys)
}

// toldBeside is that x is a recipient of another wave of the plan, whose person is not told
// once more by the wave of the row of recipients.
const toldBeside = `EXISTS (SELECT 1 FROM waves w JOIN waves o ON o.change_id = w.change_id
	WHERE w.broadcast = recipients.broadcast AND w.kind <> 'unaware' AND o.broadcast = x.broadcast AND o.broadcast <> w.broadcast)`

const (
	// Of several who became one person since, one is told, unless that was another.
	lockEnded = `
SELECT broadcast, key, bot, language, outcome, reason FROM recipients
WHERE broadcast = $1 AND contact <> '' AND chat <> '' AND outcome = $2 AND reason <> 'joined' AND (reason = $3 OR $3 = '')
AND NOT EXISTS (SELECT 1 FROM recipients x WHERE x.contact = recipients.contact AND x.broadcast = $1 AND x.key <> recipients.key
	AND (x.outcome IN ('pending', 'sent') OR x.outcome = 'unknown' AND $2 <> 'unknown'
		OR x.key < recipients.key AND x.outcome = $2 AND x.chat <> '' AND x.reason <> 'joined' AND (x.reason = $3 OR $3 = '')))
AND NOT EXISTS (SELECT 1 FROM recipients x WHERE x.contact = recipients.contact AND x.outcome IN ('pending', 'sent', 'unknown') AND ` + toldBeside + `)
ORDER BY key {update}`

	retryRecipients = `
WITH v (broadcast, key) AS (VALUES {rows ($, $)})
UPDATE recipients SET outcome = 'pending', reason = '', round = recipients.round + 1, released_at = 0, not_before = 0, ended_at = 0,
	external_id = '', sent_at = 0, tries = 0, digest = ''
FROM v WHERE recipients.broadcast = v.broadcast AND recipients.key = v.key`
)

// RetryRecipients has exactly those of the broadcast wait again who ended so, for the
// reason; "" is any. Nothing that may have arrived goes again unless that is what is
// asked for. It returns how many there are.
func (t *Tx) RetryRecipients(ctx context.Context, broadcast string, outcome bot.RecipientOutcome, reason string) (int, error) {
	if outcome != bot.RecipientSkipped && outcome != bot.RecipientFailed && outcome != bot.RecipientUnknown {
		return 0, doing("retry", fmt.Errorf("nobody who is %q is told again", outcome))
	}
	var again []struct {
		recipientEnd
		Key string `db:"key"`
	}
	if err := t.sel(ctx, &again, lockEnded, broadcast, outcome, reason); err != nil {
		return 0, doing("retry", err)
	}
	keys := make([][]any, len(again))
	for i, e := range again {
		keys[i] = []any{e.Broadcast, e.Key}
		t.count(e.Broadcast, e.Bot, e.Language, e.Outcome, e.Reason, -1)
		t.count(e.Broadcast, e.Bot, e.Language, string(bot.RecipientPending), "", 1)
	}
	_, err := t.execRows(ctx, retryRecipients, nil, keys)
	return len(again), doing("retry", err)
}

// walkEvery is between two walks over the people of a segment that time, or what people
// do, moves them in and out of.
const walkEvery = time.Hour

const (
	noteWalk = `UPDATE broadcasts SET walked_at = CASE WHEN $2 THEN {now} ELSE 0 END WHERE id = $1`

	walkDue = `
WHERE state IN ('scheduled', 'sending', 'paused', 'cancelled') AND state = 'sending' AND listed AND walked_at > 0 AND walked_at <= {now} - $1
	AND (until_at = 0 OR until_at > {now})`
	anyWalkDue = `SELECT EXISTS (SELECT 1 FROM broadcasts` + walkDue + `)`
	walkAgain  = `UPDATE broadcasts SET walked_at = {now}, listed = FALSE` + walkDue + ` RETURNING id`
)

// AskRecipients asks for the people of a broadcast that starts to be listed; where its
// segment moves, again and again while it sends, or until its window ends.
func (t *Tx) AskRecipients(ctx context.Context, m Mailing) error {
	if _, err := t.exec(ctx, noteWalk, m.ID, m.Audience.Moves()); err != nil {
		return doing("ask for recipients", err)
	}
	return t.askExpansions(ctx, ExpandRecipients, [][]any{{m.ID}})
}

// walkAgain asks for the people of segments that move to be looked through once more.
func (s *Store) walkAgain(ctx context.Context) error {
	var due bool
	if err := s.r.get(ctx, &due, anyWalkDue, walkEvery); err != nil || !due {
		return err
	}
	return s.InTx(ctx, func(t *Tx) error {
		var ids []string
		if err := t.sel(ctx, &ids, walkAgain, walkEvery); err != nil {
			return err
		}
		return t.askExpansions(ctx, ExpandRecipients, column(ids))
	})
}

const (
	countOpenBroadcasts = `
SELECT count(*) FROM broadcasts WHERE state IN ('scheduled', 'sending', 'paused', 'cancelled') AND started_at <> 0 AND ended_at = 0`

	noteListed = `
UPDATE broadcasts SET listed = TRUE WHERE state IN ('scheduled', 'sending', 'paused', 'cancelled') AND started_at <> 0 AND NOT listed
AND NOT EXISTS (SELECT 1 FROM expansions e WHERE e.kind = 'recipients' AND e.subject = broadcasts.id AND e.ended_at = 0)`

	// The counts are those of the rows in every commit.
	nobodyWaits = `COALESCE((SELECT sum(n) FROM broadcast_counts c WHERE c.broadcast = broadcasts.id AND c.what = 'pending'), 0) = 0`

	noteSent = `
UPDATE broadcasts SET state = 'sent', version = version + 1, ended_at = {now}, updated_at = {now}
WHERE state IN ('scheduled', 'sending', 'paused', 'cancelled') AND state = 'sending' AND listed AND NOT (walked_at > 0 AND until_at > {now}) AND ` + nobodyWaits + `
RETURNING id`

	cancelledBroadcasts = `
SELECT id FROM broadcasts WHERE state IN ('scheduled', 'sending', 'paused', 'cancelled') AND state = 'cancelled' AND ended_at = 0 ORDER BY id`

	// Some at a time: nobody who stops, joins or is erased waits long.
	endCancelled = `
UPDATE recipients SET outcome = 'skipped', reason = 'cancelled', ended_at = {now}
WHERE broadcast = $1 AND outcome = 'pending' AND released_at = 0 AND key IN (
	SELECT key FROM recipients WHERE broadcast = $1 AND outcome = 'pending' AND released_at = 0 LIMIT 2000)` + returnRecipients

	noteCancelled = `
UPDATE broadcasts SET ended_at = {now}, updated_at = {now} WHERE id = $1 AND ` + nobodyWaits
)

// Tidied tells what went on by itself.
type Tidied struct {
	Sent []string // ids of the broadcasts that are sent by it
	Open int      // how many had begun and were not over before it
	More bool     // there is more to do at once
}

// TidyBroadcasts notes what went on by itself: whose people are all listed, which are
// sent because no recipient is pending, and of those that were cancelled, some more
// recipients who will not be told.
func (s *Store) TidyBroadcasts(ctx context.Context) (d Tidied, err error) {
	if err := s.r.get(ctx, &d.Open, countOpenBroadcasts); err != nil || d.Open == 0 {
		return d, doing("tidy broadcasts", err)
	}
	if d.More, err = s.endVisits(ctx); err != nil {
		return d, doing("tidy broadcasts", err)
	}
	if _, err := s.w.exec(ctx, noteListed); err != nil {
		return d, doing("tidy broadcasts", err)
	}
	if err := s.w.sel(ctx, &d.Sent, noteSent); err != nil {
		return d, doing("tidy broadcasts", err)
	}
	if err := s.walkAgain(ctx); err != nil {
		return d, doing("tidy broadcasts", err)
	}
	var cancelled []string
	if err := s.r.sel(ctx, &cancelled, cancelledBroadcasts); err != nil {
		return d, doing("tidy broadcasts", err)
	}
	for _, id := range cancelled {
		err := s.InTx(ctx, func(t *Tx) error {
			var ended []recipientEnd
			if err := t.sel(ctx, &ended, endCancelled, id); err != nil {
				return err
			}
			t.countEnds(ended)
			if len(ended) > 0 {
				d.More = true
				return nil
			}
			_, err := t.exec(ctx, noteCancelled, id)
			return err
		})
		if err != nil {
			return d, doing("tidy broadcasts", err)
		}
	}
	return d, nil
}

// OpenBroadcasts returns those that are in one of the two states and not over, those
// that begin first before.
func (s *Store) OpenBroadcasts(ctx context.Context, one, other bot.BroadcastState) ([]Mailing, error) {
	all, err := s.r.broadcasts(ctx, openBroadcasts, one, other)
	return all, doing("broadcasts", err)
}

// TakeBackStrays moves back what is in the bot's outbox and may not leave, though it
// was released: it came back for another try after its broadcast or its person was
// stopped, or has waited there for longer than bot.WordHolds.
func (s *Store) TakeBackStrays(ctx context.Context, l Lease) error {
	return s.fenced(ctx, l, func(t *Tx) error {
		_, err := t.backToWaiting(ctx, takeBackStrays, l.Bot)
		return doing("take back", err)
	})
}
