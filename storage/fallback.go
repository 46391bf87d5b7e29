package storage

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
)

// Where a messenger tells of delivery, what it has not told of within the hours that the
// broadcast gives goes to the person's next address, once. Where it does not tell, sent
// is the end; and what may have arrived never goes anywhere else by itself.
//
// A person has one row in a broadcast. What the first messenger tells before the next
// address is told takes the row back there. Once that is told the row stays with it: it is
// what was sent last, what a retry would repeat and what the person answers under; what the
// first one tells after that is noted there, so that delivered is as many as have it, each
// once, and the messengers still add up to the whole.

const (
	// Of those that are over the ones are looked at that ended since.
	fallbackDue = `
SELECT id FROM broadcasts WHERE fallback > 0 AND state IN ('sending', 'sent') AND started_at > 0
AND started_at <= {now} - fallback * 3600000000 AND (until_at = 0 OR until_at > {now})
AND (ended_at = 0 OR ended_at > {now} - (fallback + 24) * 3600000000) ORDER BY id`

	undelivered = `
SELECT key, contact, bot, language FROM recipients
WHERE broadcast = $1 AND key > $2 AND outcome = 'sent' AND delivered_at = 0 AND seen_at = 0 AND fell_at = 0 AND contact <> ''
	AND sent_at > 0 AND sent_at <= {now} - $3 AND {bot} ORDER BY key LIMIT 500 {skip}`

	nextAddresses = `
SELECT k.id, k.language, k.stopped, k.muted, k.granted, k.preferred, k.preferred_for,
	COALESCE(c.bot, '') AS bot, COALESCE(c.chat, '') AS chat, COALESCE(c.reach, '') AS reach,
	COALESCE(c.hushed, FALSE) AS hushed, COALESCE(c.last_at, 0) AS last_at
FROM contacts k LEFT JOIN conversations c ON c.contact = k.id AND NOT {bot}
WHERE {contact} ORDER BY k.id`

	// Who has nowhere else to be told is not looked at again.
	fallOn = `
WITH v (key, bot, chat, not_before, waits) AS (VALUES {rows ($, $, $, CAST($ AS BIGINT), $)})
UPDATE recipients SET bot = v.bot, chat = v.chat, outcome = 'pending', round = recipients.round + 1, released_at = 0, not_before = v.not_before,
	waits = v.waits, ended_at = 0, sent_at = 0, external_id = '', digest = '', fell_at = {now}
FROM v WHERE recipients.broadcast = $1 AND recipients.key = v.key`

	// What was told at the next address, or is just being, stays there.
	fallenWaiting = `
WITH v (broadcast, key) AS (VALUES {rows ($, $)})
SELECT broadcast, key, bot, language FROM recipients WHERE (broadcast, key) IN (SELECT broadcast, key FROM v)
AND fell_at <> 0 AND outcome || '' = 'pending' AND released_at = 0 ORDER BY broadcast, key {update}`

	arrivedAfterAll = `
WITH v (broadcast, key, chat, external_id, at) AS (VALUES {rows ($, $, $, $, CAST($ AS BIGINT))})
UPDATE recipients SET bot = $1, chat = v.chat, external_id = v.external_id, outcome = 'sent', waits = '', not_before = 0, sent_at = v.at, ended_at = {now}
FROM v WHERE recipients.broadcast = v.broadcast AND recipients.key = v.key AND recipients.fell_at <> 0
	AND recipients.outcome || '' = 'pending' AND recipients.released_at = 0
RETURNING recipients.broadcast, recipients.key`

	fallenNowhere = `
WITH v (key) AS (VALUES {rows ($)})
UPDATE recipients SET fell_at = {now} FROM v WHERE recipients.broadcast = $1 AND recipients.key = v.key`
)

// FallbackDue returns the broadcasts of which something may have to go to another
// address, by id.
func (s *Store) FallbackDue(ctx context.Context) (ids []string, err error) {
	err = s.r.sel(ctx, &ids, fallbackDue)
	return ids, doing("fallback", err)
}

type fallen struct {
	Key      string       `db:"key"`
	Contact  string       `db:"contact"`
	Bot      string       `db:"bot"`
	Language bot.Language `db:"language"`
}

// FallBack has the next recipients behind the key, whose messages were not delivered by
// the bots that tell of it, be told at their next address: visited are the bots whose
// people come to us. It returns how many those are and the last key it looked at, ""
// where there is none.
func (s *Store) FallBack(ctx context.Context, broadcast, after string, telling, visited []string) (n int, last string, err error) {
	if len(telling) == 0 {
		return 0, "", nil
	}
	err = s.InTx(ctx, func(t *Tx) error {
		n, last = 0, ""
		m, err := t.Broadcast(ctx, broadcast)
		if err != nil || m.State != bot.BroadcastSending && m.State != bot.BroadcastSent || m.Fallback == 0 {
			return err
		}
		these := compiler{sqlite: t.sql.SQLite(), first: 4}
		query := strings.Replace(undelivered, "{bot}", these.among("bot", telling), 1)
		hours := time.Duration(m.Fallback) * time.Hour
		var all []fallen
		if err := t.sel(ctx, &all, query, append([]any{broadcast, after, hours}, these.values...)...); err != nil || len(all) == 0 {
			return err
		}
		last = all[len(all)-1].Key
		if n, err = t.fallOn(ctx, m, all, telling, visited); err != nil || n == 0 || m.State == bot.BroadcastSending {
			return err
		}
		m.State, m.Version, m.Ended = bot.BroadcastSending, m.Version+1, time.Time{}
		return errors.Join(t.PutBroadcast(ctx, m), t.Audit(ctx, AuditEntry{
			Actor: bot.System(), Action: "broadcast.fallback", Object: "broadcast/" + m.ID, Detail: map[string]any{"rows": n},
		}))
	})
	return n, last, doing("fall back", err)
}

// fallOn chooses for each another address than those of the bots that told nothing.
func (t *Tx) fallOn(ctx context.Context, m Mailing, all []fallen, telling, visited []string) (n int, err error) {
	contacts := make([]string, len(all))
	for i, f := range all {
		contacts[i] = f.Contact
	}
	these := compiler{sqlite: t.sql.SQLite(), first: 1}
	query := strings.Replace(nextAddresses, "{bot}", these.among("c.bot", telling), 1)
	query = strings.Replace(query, "{contact}", these.among("k.id", contacts), 1)
	var found []candidate
	if err := t.sel(ctx, &found, query, these.values...); err != nil {
		return 0, err
	}
	of := map[string][]candidate{}
	for _, c := range found {
		of[c.ID] = append(of[c.ID], c)
	}
	topic, err := t.topic(ctx, m.Topic)
	if err != nil {
		return 0, err
	}
	var on, nowhere [][]any
	for _, f := range all {
		r := listing{outcome: bot.RecipientSkipped}
		if len(of[f.Contact]) > 0 {
			if r, err = addressee(m.Broadcast, topic, of[f.Contact], visited); err != nil {
				return 0, err
			}
		}
		if r.outcome != bot.RecipientPending {
			nowhere = append(nowhere, []any{f.Key})
			continue
		}
		notBefore, waits := untilVisit(r.to, visited)
		on = append(on, []any{f.Key, r.to.Bot, r.to.Chat, notBefore, waits})
		t.count(m.ID, f.Bot, f.Language, string(bot.RecipientSent), "", -1)
		t.count(m.ID, r.to.Bot, f.Language, string(bot.RecipientPending), "", 1)
	}
	if _, err := t.execRows(ctx, fallOn, []any{m.ID}, on); err != nil {
		return 0, err
	}
	_, err = t.execRows(ctx, fallenNowhere, []any{m.ID}, nowhere)
	return len(on), err
}

// arriveAfterAll has those who wait to be told at their next address be told where they
// were first, as the bot tells that it arrived there meanwhile: nobody is told twice.
func (t *Tx) arriveAfterAll(ctx context.Context, name string, kind bot.EventKind, rows [][]any) error {
	if kind != bot.Delivered && kind != bot.Seen || len(rows) == 0 {
		return nil
	}
	var keys [][]any
	for _, r := range rows {
		keys = append(keys, r[:2])
	}
	var waiting []struct {
		recipientKey
		Bot      string       `db:"bot"`
		Language bot.Language `db:"language"`
	}
	if err := selRows(ctx, t.conn, &waiting, fallenWaiting, nil, keys); err != nil || len(waiting) == 0 {
		return doing("fallen recipients", err)
	}
	var back []recipientKey
	if err := selRows(ctx, t.conn, &back, arrivedAfterAll, []any{name}, rows); err != nil {
		return doing("fallen recipients", err)
	}
	for _, w := range waiting {
		if slices.Contains(back, w.recipientKey) {
			t.count(w.Broadcast, w.Bot, w.Language, string(bot.RecipientPending), "", -1)
			t.count(w.Broadcast, name, w.Language, string(bot.RecipientSent), "", 1)
		}
	}
	return nil
}
