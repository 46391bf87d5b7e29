package storage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"visnyk/bot"
)

// Waiting is a recipient who may be told now, unless the governor says otherwise.
type Waiting struct {
	Broadcast, Key string
	Push           bot.Push          // what they are told, as the governor sees it
	Contact        bot.Contact       // but for External and preferences
	Attributes     map[string]string // for the variables of the text
	To             bot.Address
	Language       bot.Language // they are told in
	Round          int          // of the tries that somebody asked for
	Held           bool         // it was put off by the night, the cap, a pause or an operator
	// Of is the broadcast of With, which is what else is due to them: one digest tells
	// all of it.
	Of   Mailing
	With []Waiting
}

// Cause returns that of the one part of their message. A try that somebody asked for
// is another one than the first.
func (w Waiting) Cause() string { return fmt.Sprintf("bcast/%s/%d/0", w.Broadcast, w.Round) }

// Released is the message of a recipient who may be told, or why there is none.
type Released struct {
	Part      bot.Part
	Rendering string // the hash of what was approved and is filled
	TextHash  string // of the text as it is said
	Tells     bool   // the message tells its broadcast's change
	Skip      string // the reason why they are not told at all
	Fail      string // the reason why the text could not be made for them
	// Lines are those of Waiting.With, where the message is a digest; without them what
	// else is due goes on waiting.
	Lines []DigestLine
}

// DigestLine is what a digest says of one broadcast.
type DigestLine struct{ Rendering, TextHash string }

type releaseRecord struct {
	Key        string       `db:"key"`
	Contact    string       `db:"contact"`
	Chat       string       `db:"chat"`
	Variant    bot.Language `db:"variant"`
	Round      int          `db:"round"`
	Waits      string       `db:"waits"`
	Name       string       `db:"name"`
	Language   bot.Language `db:"language"`
	Zone       string       `db:"zone"`
	Stopped    bool         `db:"stopped"`
	Kind       string       `db:"kind"`
	Tier       string       `db:"tier"`
	Region     string       `db:"region"`
	Muted      string       `db:"muted"`
	Granted    string       `db:"granted"`
	Quiet      bot.Quiet    `db:"quiet"`
	Paused     micros       `db:"paused_until"`
	Attributes string       `db:"attributes"`
}

func (r releaseRecord) waiting(broadcast, name string) Waiting {
	w := Waiting{
		Broadcast: broadcast, Key: r.Key, Round: r.Round, To: bot.Address{Bot: name, Chat: r.Chat}, Language: r.Variant, Held: putOff(r.Waits),
		Contact: bot.Contact{
			ID: r.Contact, Name: r.Name, Language: r.Language, Zone: r.Zone, Stopped: r.Stopped, Kind: r.Kind, Tier: r.Tier, Region: r.Region,
		},
	}
	w.Contact.Wishes.Quiet, w.Contact.Wishes.PausedUntil = r.Quiet, r.Paused.time()
	// Ours; what cannot be read is not known.
	_ = fromJSON(r.Muted, &w.Contact.Wishes.Muted)
	_ = fromJSON(r.Granted, &w.Contact.Wishes.Granted)
	_ = fromJSON(r.Attributes, &w.Attributes)
	return w
}

// waitingRecipients are the next of the broadcast at the bot. Whether they may be told
// is judged with the rows in hand, see Tx.Govern. Whom somebody else writes just now is
// passed over: they are next time's.
const waitingRecipients = `
WITH r AS MATERIALIZED (
	SELECT r.key, r.contact, r.chat, r.language, r.round, r.waits, r.not_before FROM recipients r
	WHERE r.broadcast = $1 AND r.bot = $2 AND r.outcome = 'pending' AND r.released_at = 0 AND r.not_before <= {now}
	ORDER BY r.not_before, r.key LIMIT $3 {skip}
)
SELECT r.key, r.contact, r.chat, r.language AS variant, r.round, r.waits,
	k.name, k.language, k.zone, k.stopped, k.kind, k.tier, k.region, k.muted, k.granted, k.quiet, k.paused_until, k.attributes
FROM r JOIN contacts k ON k.id = r.contact ORDER BY r.not_before, r.key`

const bulkAhead = `
SELECT count(*) FROM outbox
WHERE bot = $1 AND lane = 2 AND state IN ('pending', 'sending') AND not_before <= {now}`

// BulkAhead returns how many announcements of the bot are in the outbox and may leave
// now, or are leaving.
func (s *Store) BulkAhead(ctx context.Context, name string) (n int, err error) {
	err = s.r.get(ctx, &n, bulkAhead, name)
	return n, doing("announcements ahead", err)
}

// ReleaseRecipients puts the messages of at most limit recipients of a broadcast at the bot
// into the outbox: of those whom the governor lets be told now, tell returns the
// message of each, in their order. zone is that of whoever has not said another. All
// of it is one transaction, and their rows are locked: whoever stops, is erased or
// joins meanwhile does so before or after it. It returns how many it looked at, and
// how many messages it put on their way. ErrLeaseLost where the bot is somebody
// else's; of a broadcast that is not sending there is nobody.
func (s *Store) ReleaseRecipients(
	ctx context.Context, l Lease, broadcast string, limit int, zone *time.Location, tell func(m Mailing, all []Waiting) []Released,
) (seen, released int, err error) {
	err = s.fenced(ctx, l, func(t *Tx) error {
		seen, released = 0, 0
		m, err := t.broadcasting(ctx, broadcast)
		if err != nil || m.State != bot.BroadcastSending {
			return err
		}
		var records []releaseRecord
		if err := t.sel(ctx, &records, waitingRecipients, broadcast, l.Bot, limit); err != nil {
			return err
		}
		if seen = len(records); seen == 0 {
			return nil
		}
		push, err := t.push(ctx, m)
		if err != nil {
			return err
		}
		waiting := make([]Waiting, len(records))
		for i, r := range records {
			waiting[i] = r.waiting(broadcast, l.Bot)
			waiting[i].Push = push
			waiting[i].Push.Visit = r.Waits == string(bot.WithheldVisit)
		}
		released, err = t.release(ctx, m, zone, waiting, tell)
		return err
	})
	return seen, released, doing("release", err)
}

const (
	noteReleased = `
WITH v (broadcast, key, rendering, text_hash, digest) AS (VALUES {rows ($, $, $, $, $)})
UPDATE recipients SET released_at = {now}, waits = CASE WHEN v.digest = '' AND recipients.waits <> 'visit' THEN '' ELSE recipients.waits END,
	rendering = v.rendering, text_hash = v.text_hash, digest = v.digest
FROM v WHERE recipients.broadcast = v.broadcast AND recipients.key = v.key`

	endUnreleased = `
WITH v (key, outcome, reason) AS (VALUES {rows ($, $, $)})
UPDATE recipients SET outcome = v.outcome, reason = v.reason, ended_at = {now}
FROM v WHERE recipients.broadcast = $1 AND recipients.key = v.key AND recipients.outcome = 'pending'` + returnRecipients

	deferRecipients = `
WITH v (key, not_before, waits) AS (VALUES {rows ($, CAST($ AS BIGINT), $)})
UPDATE recipients SET not_before = v.not_before, waits = v.waits FROM v WHERE recipients.broadcast = $1 AND recipients.key = v.key`
)

// What was released before and moved back had the same cause; it left the outbox
// with that.
var putReleased = `
WITH v (bot, chat, cause, lane, kind, body, not_before, reach, place, tells, history_id, thread, broadcast, recipient) AS (
	VALUES {rows ($, $, $, CAST($ AS BIGINT), $, CAST($ AS {bytes}), CAST($ AS BIGINT), $, CAST($ AS BIGINT), CAST($ AS BOOLEAN), CAST($ AS BIGINT), $, $, $)}
), ` + releasedOnTheirWay()

// releasedOnTheirWay is putOnItsWay of what has a recipient.
func releasedOnTheirWay() string {
	insert, _, _ := strings.Cut(putOnItsWay, "RETURNING")
	return strings.NewReplacer(
		"history_id, thread)", "history_id, thread, broadcast, recipient)",
		"'') END\nFROM v", "'') END, v.broadcast, v.recipient\nFROM v",
	).Replace(insert) + strings.TrimSpace(returnEndings)
}

// release writes what becomes of recipients whose rows are locked.
func (t *Tx) release(
	ctx context.Context, m Mailing, zone *time.Location, waiting []Waiting, tell func(Mailing, []Waiting) []Released,
) (released int, err error) {
	g, verdicts, err := t.mayLeaveNow(ctx, zone, waiting)
	if err != nil {
		return 0, err
	}
	var told []Waiting
	var put, noted, ends, later [][]any
	for i, w := range waiting {
		switch v := verdicts[i]; {
		case v.Goes():
			told = append(told, w)
		case v.Ends():
			ends = append(ends, []any{w.Key, bot.RecipientSkipped, string(v.Why)})
		case w.Push.Visit: // it is asked again at the next one
			later = append(later, []any{w.Key, noVisit, bot.WithheldVisit})
		default:
			later = append(later, []any{w.Key, v.Until, string(v.Why)})
		}
	}
	if err := t.gatherDue(ctx, g, m, told); err != nil {
		return 0, err
	}
	for i, r := range tell(m, told) {
		switch w := told[i]; {
		case r.Skip != "":
			ends = append(ends, []any{w.Key, bot.RecipientSkipped, r.Skip})
		case r.Fail != "":
			ends = append(ends, []any{w.Key, bot.RecipientFailed, r.Fail})
		default:
			put = append(put, []any{
				w.To.Bot, w.To.Chat, r.cause(w), bot.LaneBulk, r.Part.Kind, []byte(r.Part.Body), 0, "", len(put), r.Tells, 0, r.Part.Thread, m.ID, w.Key,
			})
			noted = append(noted, r.notes(w)...)
		}
	}
	if _, err := t.execRows(ctx, noteReleased, nil, noted); err != nil {
		return 0, err
	}
	var written []ending
	if err := selRows(ctx, t.conn, &written, putReleased, nil, put); err != nil {
		return 0, err
	}
	if _, err := t.execRows(ctx, deferRecipients, []any{m.ID}, later); err != nil {
		return 0, err
	}
	if err := t.recipientsEnd(ctx, endUnreleased, []any{m.ID}, ends); err != nil {
		return 0, err
	}
	for _, w := range written { // who blocked us or stopped meanwhile has an end at once
		if w.State == statePending {
			released++
		}
	}
	return released, t.endRecipients(ctx, written)
}
