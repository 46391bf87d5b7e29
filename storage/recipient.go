package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
)

// ExpandRecipients lists who is told by a broadcast; the subject is its id.
const ExpandRecipients ExpansionKind = "recipients"

// candidate is one address of somebody who may become a recipient; of who has none
// there is one row without.
type candidate struct {
	ID           string       `db:"id"`
	Language     bot.Language `db:"language"`
	Stopped      bool         `db:"stopped"`
	Muted        string       `db:"muted"`
	Granted      string       `db:"granted"`
	Preferred    string       `db:"preferred"`
	PreferredFor string       `db:"preferred_for"`
	Bot          string       `db:"bot"`
	Chat         string       `db:"chat"`
	Reach        bot.Reach    `db:"reach"`
	Hushed       bool         `db:"hushed"`
	LastAt       micros       `db:"last_at"`
}

// candidates are those of the contacts whom the broadcast is for and who are not
// listed yet: neither they, nor who became one with them, unless that is why a row
// was given up. Each is looked for by key: without the OFFSET, and with an index that
// begins with the broadcast, PostgreSQL reads all who are listed for every batch, as of
// a young table it takes it that there are few.
const candidates = `
SELECT k.id, {language} AS language, k.stopped, k.muted, k.granted, k.preferred, k.preferred_for,
	COALESCE(c.bot, '') AS bot, COALESCE(c.chat, '') AS chat, COALESCE(c.reach, '') AS reach,
	COALESCE(c.hushed, FALSE) AS hushed, COALESCE(c.last_at, 0) AS last_at
FROM contacts k LEFT JOIN conversations c ON c.contact = k.id
WHERE {contact} AND {segment} AND {beside}
AND NOT EXISTS (SELECT 1 FROM recipients r WHERE r.broadcast = $1 AND r.key = k.id LIMIT 1 OFFSET 0)
AND NOT EXISTS (SELECT 1 FROM recipients r WHERE r.contact = k.id AND r.broadcast || '' = $1
	AND NOT (r.outcome = 'skipped' AND r.reason = 'joined') LIMIT 1 OFFSET 0)
ORDER BY k.id`

const addRecipients = `
WITH v (key, bot, chat, language, outcome, reason, not_before, waits) AS (VALUES {rows ($, $, $, $, $, $, CAST($ AS BIGINT), $)})
INSERT INTO recipients (broadcast, key, contact, bot, chat, language, outcome, reason, not_before, waits, listed_at, ended_at)
SELECT CAST($1 AS TEXT), key, key, bot, chat, language, outcome, reason, not_before, waits, {now}, CASE WHEN outcome = 'pending' THEN 0 ELSE {now} END
FROM v WHERE TRUE ORDER BY key`

// ExpandRecipients lists those of the contacts whom the broadcast is for, within
// Store.Expand: each is judged as they are now. Who cannot be told has an outcome
// with its reason at once. Whoever can only be told at one of the bots that are visited
// waits for their next visit. over says that nobody more is wanted.
func (t *Tx) ExpandRecipients(ctx context.Context, id string, contacts []string, visited ...string) (over bool, err error) {
	m, err := t.broadcasting(ctx, id)
	if err != nil {
		return false, err
	}
	if m.State != bot.BroadcastSending && m.State != bot.BroadcastPaused || m.Started.IsZero() {
		return true, nil
	}
	if m.Hash != m.ApprovedHash() { // whom it is for may have been changed; it is halted, or will be
		return false, fmt.Errorf("recipients of %s: it is not what was approved", id)
	}
	topic, err := t.topic(ctx, m.Topic)
	if err != nil {
		return false, fmt.Errorf("recipients: %w", err)
	}
	now, err := t.calendar(ctx, m.Zone)
	if err != nil {
		return false, fmt.Errorf("recipients: %w", err)
	}
	is, err := t.whom(m, now, 2)
	if err != nil {
		return false, fmt.Errorf("recipients: %w", err)
	}
	found, err := t.candidates(ctx, m, is, contacts)
	if err != nil {
		return false, fmt.Errorf("recipients: %w", err)
	}
	if err := t.endLeft(ctx, m, is, contacts); err != nil {
		return false, fmt.Errorf("recipients: %w", err)
	}
	var rows [][]any
	var passed []recipientEnd
	for len(found) > 0 {
		n := firstOf(found)
		r, err := addressee(m.Broadcast, topic, found[:n], visited)
		if err != nil {
			return false, fmt.Errorf("recipients: %w", err)
		}
		notBefore, waits := untilVisit(r.to, visited)
		rows = append(rows, []any{r.key, r.to.Bot, r.to.Chat, r.language, r.outcome, r.reason, notBefore, waits})
		t.count(m.ID, r.to.Bot, r.language, string(r.outcome), r.reason, 1)
		passed = append(passed, recipientEnd{Broadcast: m.ID, Contact: r.key, Outcome: string(r.outcome), Reason: r.reason})
		found = found[n:]
	}
	if _, err := t.apart().execRows(ctx, addRecipients, []any{id}, rows); err != nil {
		return false, fmt.Errorf("recipients: %w", err)
	}
	return false, t.missed(ctx, passed)
}

// candidates are the addresses of those of the contacts whom the broadcast is for and
// who are not listed yet, nor told by another beside it, those of one person together.
func (c conn) candidates(ctx context.Context, m Mailing, is condition, contacts []string) (found []candidate, err error) {
	beside, err := c.beside(ctx, m, 2+len(is.values))
	if err != nil {
		return nil, err
	}
	values := slices.Concat([]any{m.ID}, is.values, beside.values)
	these := compiler{sqlite: c.sql.SQLite(), first: 1 + len(values)}
	query := strings.NewReplacer("{contact}", these.among("k.id", contacts), "{segment}", is.sql, "{beside}", beside.sql, "{language}", languageOf(m)).Replace(candidates)
	found = make([]candidate, 0, len(contacts))
	err = c.sel(ctx, &found, query, append(values, these.values...)...)
	return found, err
}

// firstOf returns how many of them are the first person's.
func firstOf(all []candidate) int {
	n := 1
	for n < len(all) && all[n].ID == all[0].ID {
		n++
	}
	return n
}

// Whom somebody else moves just now is looked at with the next walk.
const leftSegment = `
UPDATE recipients SET outcome = 'skipped', reason = 'left segment', ended_at = {now}
WHERE broadcast = $1 AND outcome = 'pending' AND released_at = 0 AND key IN (
	SELECT r.key FROM recipients r WHERE r.broadcast = $1 AND r.outcome = 'pending' AND r.released_at = 0 AND {contact}
		AND NOT EXISTS (SELECT 1 FROM contacts k WHERE k.id = r.contact AND {segment}) {skip})` + returnRecipients

// endLeft ends those of the contacts who wait and whom time, or what they did, has moved
// out of the segment.
func (t *Tx) endLeft(ctx context.Context, m Mailing, is condition, contacts []string) error {
	if !m.Audience.Moves() {
		return nil
	}
	these := compiler{sqlite: t.sql.SQLite(), first: 2 + len(is.values)}
	query := strings.NewReplacer("{contact}", these.among("r.contact", contacts), "{segment}", is.sql).Replace(leftSegment)
	var left []recipientEnd
	if err := t.sel(ctx, &left, query, append(append([]any{m.ID}, is.values...), these.values...)...); err != nil {
		return err
	}
	t.countEnds(left)
	return nil
}

// listing is a recipient as they are listed.
type listing struct {
	key      string
	to       bot.Address
	language bot.Language
	outcome  bot.RecipientOutcome
	reason   string
}

// addressee judges one person by all their addresses.
func addressee(b bot.Broadcast, topic bot.Topic, all []candidate, visited []string) (listing, error) {
	c := all[0]
	w := bot.Wishes{Preferred: c.Preferred}
	for _, of := range []struct {
		text string
		to   any
	}{{c.Muted, &w.Muted}, {c.Granted, &w.Granted}, {c.PreferredFor, &w.PreferredFor}} {
		if of.text == "[]" || of.text == "{}" { // nearly always
			continue
		}
		if err := fromJSON(of.text, of.to); err != nil {
			return listing{}, err
		}
	}
	var reached []bot.Reached
	for _, a := range all {
		if a.Chat != "" {
			reached = append(reached, bot.Reached{
				Address: bot.Address{Bot: a.Bot, Chat: a.Chat}, Reach: a.Reach, Hushed: a.Hushed, LastAt: a.LastAt.time(),
				Visited: slices.Contains(visited, a.Bot),
			})
		}
	}
	r := listing{key: c.ID, language: c.Language, outcome: bot.RecipientPending}
	if !r.language.Known() {
		r.language = bot.Ukrainian
	}
	r.to, r.reason = bot.ChooseAddress(w, b.About(), reached)
	switch {
	case c.Stopped:
		r.reason = bot.ReasonStopped
	case b.Topic != "" && !w.Agrees(topic):
		r.reason = bot.ReasonNoConsent
	}
	if r.reason != "" {
		r.outcome = bot.RecipientSkipped
	}
	return r, nil
}

const (
	broadcastingByID = broadcastByID + ` {share}`
	topicByID        = `SELECT id, label_uk, label_ru, starts, service, position FROM topics WHERE id = $1`
)

// broadcasting returns the broadcast, which stays in its state until the commit.
func (t *Tx) broadcasting(ctx context.Context, id string) (Mailing, error) {
	return t.broadcast(ctx, broadcastingByID, id)
}

// topic returns a topic; the zero one, which everybody may be told of, where there is
// none.
func (c conn) topic(ctx context.Context, id string) (bot.Topic, error) {
	var found []topicRecord
	if err := c.sel(ctx, &found, topicByID, id); err != nil || len(found) == 0 {
		return bot.Topic{Starts: true}, err
	}
	r := found[0]
	return bot.Topic{ID: r.ID, Label: bot.Bilingual{UK: r.LabelUK, RU: r.LabelRU}, Starts: r.Starts, Service: r.Service}, nil
}

// calendar tells the day by the database's clock; an unknown zone is UTC.
func (c conn) calendar(ctx context.Context, zone string) (bot.Calendar, error) {
	var now micros
	if err := c.get(ctx, &now, clockOf); err != nil {
		return bot.Calendar{}, err
	}
	place, err := time.LoadLocation(zone)
	if err != nil {
		place = time.UTC
	}
	return bot.Calendar{Now: now.time(), Zone: place}, nil
}
