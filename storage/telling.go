package storage

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"visnyk/bot"
)

// message names an outgoing message: its address and its cause.
type message struct{ bot, chat, cause string }

const (
	// addRenderings is for who shows a text first; the others find it there.
	addRenderings = `
WITH v (hash, change_id, version, channel, language, part, template) AS (VALUES {rows ($, $, CAST($ AS BIGINT), $, $, $, $)})
INSERT INTO renderings (hash, change_id, version, channel, language, part, template, made_at)
SELECT hash, change_id, version, channel, language, part, template, {now} FROM v ORDER BY hash
ON CONFLICT (hash) DO NOTHING`

	addTellings = `
WITH v (bot, chat, cause, change_id, contact, version, part, rendering, text_hash, history_id, tells_seen) AS (
	VALUES {rows ($, $, $, $, $, CAST($ AS BIGINT), $, $, $, CAST($ AS BIGINT), CAST($ AS BOOLEAN))}
)
INSERT INTO tellings (bot, chat, cause, change_id, contact, version, part, rendering, text_hash, history_id, tells_seen, created_at)
SELECT bot, chat, cause, change_id, contact, version, part, rendering, text_hash, history_id, tells_seen, {now} FROM v
ORDER BY bot, chat, cause, change_id
ON CONFLICT (bot, chat, cause, change_id) DO NOTHING`

	addToSummary = `
WITH v (contact, change_id) AS (VALUES {rows ($, $)})
INSERT INTO ledger (contact, change_id, created_at) SELECT contact, change_id, {now} FROM v ORDER BY contact, change_id
ON CONFLICT (contact, change_id) DO NOTHING`
)

// tell notes what the messages of a turn tell of changes as on its way. said are
// the keys of their rows of the history.
func (t *Tx) tell(ctx context.Context, tellings []bot.Telling, said map[message]int64) error {
	if len(tellings) == 0 {
		return nil
	}
	shown := map[string][]any{}
	rows := make([][]any, len(tellings))
	var of []summarised
	for i, told := range tellings {
		r := told.Rendering
		hash := r.Hash()
		shown[hash] = []any{hash, r.Change, r.Version, r.Channel, r.Language, r.Part, r.Template}
		m := message{clean(told.Address.Bot), clean(told.Address.Chat), clean(told.Cause)}
		rows[i] = []any{
			m.bot, m.chat, m.cause, r.Change, told.Contact, r.Version, r.Part, hash, told.TextHash, said[m], told.TellsSeen,
		}
		of = append(of, summarised{clean(told.Contact), clean(r.Change)})
	}
	for _, step := range []struct {
		query string
		rows  [][]any
	}{{addRenderings, slices.Collect(maps.Values(shown))}, {addTellings, rows}, {addToSummary, pairs(of)}} {
		if _, err := t.execRows(ctx, step.query, nil, step.rows); err != nil {
			return fmt.Errorf("tellings: %w", err)
		}
	}
	return t.summarise(ctx, of)
}

const (
	// The lock makes those who end different parts of one message wait for each
	// other, so that the last of them sees that it is the last.
	lockTellings = `
WITH v (bot, chat, cause) AS (VALUES {rows ($, $, $)})
SELECT t.bot, t.chat, t.cause FROM v JOIN tellings t ON t.bot = v.bot AND t.chat = v.chat AND t.cause = v.cause
WHERE t.outcome = 'on its way' ORDER BY t.bot, t.chat, t.cause {update}`

	partsOfMessages = `
WITH v (bot, chat, cause) AS (VALUES {rows ($, $, $)})
SELECT o.bot, o.chat, o.cause, o.id, o.state, o.external_id, o.sent_at, o.history_id, o.tells FROM v
JOIN outbox o ON o.bot = v.bot AND o.chat = v.chat AND o.cause >= v.cause || '/' AND o.cause < v.cause || '0'`

	putTellingOutcomes = `
WITH v (bot, chat, cause, outcome, external_id, sent_at) AS (VALUES {rows ($, $, $, $, $, CAST($ AS BIGINT))})
UPDATE tellings SET outcome = v.outcome, external_id = v.external_id, sent_at = v.sent_at
FROM v WHERE tellings.bot = v.bot AND tellings.chat = v.chat AND tellings.cause = v.cause AND tellings.outcome = 'on its way'
RETURNING tellings.contact, tellings.change_id, tellings.version`
)

// endTellings ends the tellings of those of the messages of which no part is on
// its way any more. The outcome is that of the worst part; a message told
// something only if all of it was sent. Of one whose parts have left the outbox
// nobody knows.
func (t *Tx) endTellings(ctx context.Context, of map[message]bool) error {
	var open []ending
	if err := selRows(ctx, t.conn, &open, lockTellings, nil, messageRows(of)); err != nil {
		return fmt.Errorf("tellings: %w", err)
	}
	of = map[message]bool{}
	for _, o := range open {
		of[message{o.Bot, o.Chat, o.Cause}] = true
	}
	var parts []ending
	if err := selRows(ctx, t.conn, &parts, partsOfMessages, nil, messageRows(of)); err != nil {
		return fmt.Errorf("tellings: %w", err)
	}
	slices.SortFunc(parts, func(a, b ending) int { return cmp.Compare(a.ID, b.ID) })
	ends := map[message]ending{}
	for _, p := range parts {
		m := message{p.Bot, p.Chat, p.message()}
		if !p.over() {
			delete(of, m)
		}
		end, several := ends[m]
		if several && worse(end.State, p.State) {
			p.State = end.State
		}
		if p.SentAt == 0 {
			p.SentAt, p.ExternalID = end.SentAt, end.ExternalID
		}
		ends[m] = p
	}
	var rows [][]any
	for m := range of {
		end, ok := ends[m]
		if !ok {
			end.State = stateUnknown
		}
		rows = append(rows, []any{m.bot, m.chat, m.cause, end.State, end.ExternalID, end.SentAt})
	}
	var ended []toldNow
	if err := selRows(ctx, t.conn, &ended, putTellingOutcomes, nil, rows); err != nil {
		return fmt.Errorf("tellings: %w", err)
	}
	if err := t.toldOld(ctx, ended); err != nil {
		return err
	}
	return t.summarise(ctx, whose(ended))
}

const unendedTellings = `SELECT bot, chat, cause FROM tellings WHERE bot = $1 AND outcome = 'on its way'`

// recoverTellings ends what an earlier holder of the bot's lease left on its way:
// one of an older version ended the messages without it.
func (t *Tx) recoverTellings(ctx context.Context, name string) error {
	var open []ending
	if err := t.sel(ctx, &open, unendedTellings, name); err != nil {
		return fmt.Errorf("tellings: %w", err)
	}
	of := map[message]bool{}
	for _, o := range open {
		of[message{o.Bot, o.Chat, o.Cause}] = true
	}
	return t.endTellings(ctx, of)
}

func messageRows(of map[message]bool) (rows [][]any) {
	for m := range of {
		rows = append(rows, []any{m.bot, m.chat, m.cause})
	}
	return rows
}

// summarised is a row of the ledger, which sums up the tellings of a person and a
// change.
type summarised struct {
	Contact string `db:"contact"`
	Change  string `db:"change_id"`
}

func pairs(of []summarised) (rows [][]any) {
	for _, s := range of {
		rows = append(rows, []any{s.Contact, s.Change})
	}
	return rows
}

// The first time of a mark stays. Who was mentioned a change may have read it where
// nobody can know that it arrived: once is enough. Of what tells it one message counts for
// how they were told: of the newest version the one that was seen, else the first.
var putSummary = `
WITH v (contact, change_id) AS (VALUES {rows ($, $)}), t AS (
	SELECT x.*, row_number() OVER (PARTITION BY x.contact, x.change_id ORDER BY
		CASE WHEN x.part = 'digest line' OR x.outcome NOT IN ('sent', 'failed', 'unknown') THEN 2 WHEN x.outcome = 'unknown' THEN 1 ELSE 0 END,
		x.version DESC, CASE WHEN x.seen_at <> 0 THEN 0 ELSE 1 END, x.sent_at, x.cause) AS nth,
		x.part <> 'digest line' AND x.outcome IN ('sent', 'failed', 'unknown') AS tells
	FROM v JOIN tellings x ON x.change_id = v.change_id AND x.contact = v.contact
), s AS (
	SELECT v.contact, v.change_id,
		COALESCE(min(CASE WHEN t.outcome = 'on its way' THEN t.created_at END), 0) AS on_its_way,
		COALESCE(min(CASE WHEN t.tells AND t.outcome <> 'unknown' THEN t.sent_at END), 0) AS told,
		COALESCE(min(CASE WHEN t.tells AND t.outcome = 'unknown' THEN t.created_at END), 0) AS unsure,
		COALESCE(min(CASE WHEN t.part = 'digest line' AND t.outcome IN ('sent', 'unknown', 'failed') THEN t.created_at END), 0) AS mentioned,
		COALESCE(min(CASE WHEN t.tells AND t.delivered_at <> 0 THEN t.delivered_at END), 0) AS delivered,
		COALESCE(min(CASE WHEN t.part <> 'digest line' AND t.seen_at <> 0 THEN t.seen_at END), 0) AS seen,
		COALESCE(min(CASE WHEN t.part <> 'digest line' AND NOT t.tells_seen AND t.sent_at <> 0 THEN t.sent_at END), 0) AS blind,
		COALESCE(min(CASE WHEN t.nth = 1 AND t.tells THEN t.bot END), '') AS by_bot,
		COALESCE(min(CASE WHEN t.nth = 1 AND t.tells THEN d.language END), '') AS by_language,
		COALESCE(min(CASE WHEN t.nth = 1 AND t.tells THEN t.version END), 0) AS by_version
	FROM v LEFT JOIN t ON t.change_id = v.change_id AND t.contact = v.contact
	LEFT JOIN renderings d ON t.nth = 1 AND d.hash = t.rendering
	GROUP BY v.contact, v.change_id
), f AS (
	SELECT l.contact, l.change_id, s.on_its_way, s.delivered AS delivered_at, s.seen AS seen_at, s.blind AS blind_at,
		s.by_bot AS told_by, s.by_language AS told_in, s.by_version AS told_version,
		CASE WHEN l.told_at = 0 THEN s.told ELSE l.told_at END AS told_at,
		CASE WHEN l.unsure_at = 0 THEN s.unsure ELSE l.unsure_at END AS unsure_at,
		CASE WHEN l.mentioned_at = 0 THEN s.mentioned ELSE l.mentioned_at END AS mentioned_at,
		l.acknowledged_at, l.acknowledged_version, l.asked_at, l.complained_at, l.late, l.unreached, l.unreached_at, l.created_at
	FROM s JOIN ledger l ON l.contact = s.contact AND l.change_id = s.change_id
)
UPDATE ledger SET on_its_way_at = f.on_its_way, told_at = f.told_at, unsure_at = f.unsure_at, mentioned_at = f.mentioned_at,
	delivered_at = f.delivered_at, seen_at = f.seen_at, blind_at = f.blind_at,
	told_by = f.told_by, told_in = f.told_in, told_version = f.told_version,
	standing = ` + standingOf(standsAs, "f.") + `, stands_at = ` + standingOf(standsAt, "f.") + `
FROM f WHERE ledger.contact = f.contact AND ledger.change_id = f.change_id
RETURNING ledger.contact, ledger.change_id, ledger.standing`

// summarise brings rows of the ledger in line with the tellings they sum up. The
// lock comes first and by itself: whoever has it next sees what this one wrote.
func (t *Tx) summarise(ctx context.Context, of []summarised) error {
	stood, err := t.lockLedger(ctx, of)
	if err != nil {
		return err
	}
	var now []standsRow
	if err := selRows(ctx, t.conn, &now, putSummary, nil, pairs(slices.Collect(maps.Keys(stood)))); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	t.moved(now, stood)
	return nil
}

func (t *Tx) putTellings(ctx context.Context, b *batch, all []bot.Telling) error {
	return t.tell(ctx, all, b.said)
}
