package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
)

// RecipientFilter chooses recipients of a broadcast. The zero value chooses all.
type RecipientFilter struct {
	What     string // an outcome or a mark; "" is any
	Reason   string // of the outcome, or of who is pending what they wait for; "" is any
	Bot      string
	Language bot.Language
	Whom     *Judged // nil is everybody
}

// Judged are people whom segments choose by what is known of them at a moment: who is in
// one of them, or Outside of all, where those are whose data was erased.
type Judged struct {
	By      []bot.Segment
	Now     bot.Calendar
	Outside bool
}

// RecipientRow is a recipient of a broadcast. Of who was erased Contact is "".
type RecipientRow struct {
	Key, Contact, Name, External string
	Bot                          string // "" where there was no address
	Language                     bot.Language
	Outcome                      bot.RecipientOutcome
	Reason                       string
	Waits                        bot.Withheld // while pending, what they were put off for last
	// Moments are zero where there is none.
	Listed, NotBefore, Ended, Sent, Delivered, Seen, Clicked, Acknowledged, Asked, Complained, Unsubscribed time.Time
}

type recipientRowRecord struct {
	Key          string               `db:"key"`
	Contact      string               `db:"contact"`
	Name         string               `db:"name"`
	External     string               `db:"external_id"`
	Bot          string               `db:"bot"`
	Language     bot.Language         `db:"language"`
	Outcome      bot.RecipientOutcome `db:"outcome"`
	Reason       string               `db:"reason"`
	Waits        bot.Withheld         `db:"waits"`
	Listed       micros               `db:"listed_at"`
	NotBefore    micros               `db:"not_before"`
	Ended        micros               `db:"ended_at"`
	Sent         micros               `db:"sent_at"`
	Delivered    micros               `db:"delivered_at"`
	Seen         micros               `db:"seen_at"`
	Clicked      micros               `db:"clicked_at"`
	Acknowledged micros               `db:"acknowledged_at"`
	Asked        micros               `db:"asked_at"`
	Complained   micros               `db:"complained_at"`
	Unsubscribed micros               `db:"unsubscribed_at"`
}

func (r recipientRowRecord) row() RecipientRow {
	return RecipientRow{
		Key: r.Key, Contact: r.Contact, Name: r.Name, External: r.External, Bot: r.Bot, Language: r.Language, Outcome: r.Outcome, Reason: r.Reason, Waits: r.Waits,
		Listed: r.Listed.time(), NotBefore: r.NotBefore.time(), Ended: r.Ended.time(), Sent: r.Sent.time(), Delivered: r.Delivered.time(), Seen: r.Seen.time(),
		Clicked: r.Clicked.time(), Acknowledged: r.Acknowledged.time(), Asked: r.Asked.time(), Complained: r.Complained.time(), Unsubscribed: r.Unsubscribed.time(),
	}
}

const (
	// The rows of the page are chosen first, and only they are joined. The conditions of the
	// indexes stand word for word: SQLite needs it so. How many rows there are at most is
	// written out: PostgreSQL takes it for a tenth of all where it does not know, and sorts.
	recipientRows = `
SELECT r.key, r.contact, COALESCE(k.name, '') AS name, COALESCE(k.external_id, '') AS external_id, r.bot, r.language, r.outcome, r.reason, r.waits,
	r.listed_at, r.not_before, r.ended_at, r.sent_at, r.delivered_at, r.seen_at, r.clicked_at, r.acknowledged_at, r.asked_at, r.complained_at, r.unsubscribed_at
FROM (SELECT * FROM recipients WHERE broadcast = $1 AND key > $2 AND (bot = $3 OR $3 = '') AND (language = $4 OR $4 = '') AND {of} AND {whom} ORDER BY key LIMIT {limit}) r
LEFT JOIN contacts k ON k.id = r.contact ORDER BY r.key`

	anyRecipients     = `TRUE`
	sentRecipients    = `outcome = 'sent'`
	pendingRecipients = `outcome = 'pending' AND listed_at > 0`
	// Those who are put off for it; on their way nobody is.
	putOffRecipients = `outcome = 'pending' AND waits <> '' AND waits = $5 AND released_at = 0`
	endedRecipients  = `outcome IN ('unknown', 'skipped', 'failed') AND outcome = $5 AND reason = $6`
)

// ErrNoRecipientPlace: a cursor is none of ours.
var ErrNoRecipientPlace = errors.New("this cursor names no place among recipients")

// RecipientRows returns at most limit recipients of the broadcast whom the filter chooses,
// behind the cursor; next is the cursor of the rest, "" where there is none. Of an outcome
// with reasons those of one reason stand together.
func (s *Store) RecipientRows(ctx context.Context, broadcast string, f RecipientFilter, cursor string, limit int) (all []RecipientRow, next string, err error) {
	if _, _, err := f.of(""); err != nil {
		return nil, "", err
	}
	reasons := []string{f.Reason}
	if f.What != "" {
		if reasons, err = s.reasonsOf(ctx, broadcast, f); err != nil {
			return nil, "", doing("recipients", err)
		}
	}
	from, key, found := strings.Cut(cursor, "\x00")
	if cursor != "" && !found {
		return nil, "", ErrNoRecipientPlace
	}
	last := "" // the reason of the last row
	for _, reason := range reasons {
		if cursor != "" && reason < from {
			continue
		}
		if reason != from {
			key = ""
		}
		of, values, err := f.of(reason)
		if err != nil {
			return nil, "", err
		}
		records, err := s.recipientRows(ctx, f.Whom, of, limit, append([]any{broadcast, key, f.Bot, f.Language}, values...))
		if err != nil {
			return nil, "", doing("recipients", err)
		}
		for _, r := range records {
			if len(all) == limit {
				return all, last + "\x00" + all[limit-1].Key, nil
			}
			all, last = append(all, r.row()), reason
		}
	}
	return all, "", nil
}

// recipientRows reads a row more than the limit of those whom the condition chooses. What
// segments ask has a text of its own each time, which is not kept.
func (s *Store) recipientRows(ctx context.Context, whom *Judged, of string, limit int, values []any) (all []recipientRowRecord, err error) {
	query := strings.NewReplacer("{of}", of, "{limit}", strconv.Itoa(limit+1)).Replace(recipientRows)
	if whom == nil {
		err = s.reading.sel(ctx, &all, strings.Replace(query, "{whom}", "TRUE", 1), values...)
		return all, err
	}
	err = s.sampling(ctx, func(c conn) error {
		w := compiler{sqlite: c.sql.SQLite(), now: whom.Now, k: "k", first: 1 + len(values)}
		in, err := w.node(bot.Any(whom.By...))
		if err != nil {
			return err
		}
		in = "EXISTS (SELECT 1 FROM contacts k WHERE k.id = recipients.contact AND " + in + ")"
		if whom.Outside {
			in = "NOT " + in
		}
		return c.sel(ctx, &all, strings.Replace(query, "{whom}", in, 1), append(values, w.values...)...)
	})
	return all, err
}

// of is the condition of what the filter chooses, for one of its reasons.
func (f RecipientFilter) of(reason string) (sql string, values []any, err error) {
	switch outcome, mark := bot.RecipientOutcome(f.What), bot.RecipientMark(f.What); {
	case f.What == "":
		return anyRecipients, nil, nil
	case outcome == bot.RecipientSent:
		return sentRecipients, nil, nil
	case outcome == bot.RecipientPending && reason == "":
		return pendingRecipients, nil, nil
	case outcome == bot.RecipientPending:
		return putOffRecipients, []any{reason}, nil
	case slices.Contains(bot.RecipientOutcomes(), outcome):
		return endedRecipients, []any{outcome, reason}, nil
	case slices.Contains(bot.RecipientMarks(), mark):
		return string(mark) + "_at <> 0", nil, nil
	}
	return "", nil, fmt.Errorf("recipients: nothing is %q", f.What)
}

// What nobody is counted by has no rows, and is not looked for.
const reasonsOf = `
SELECT DISTINCT reason FROM broadcast_counts
WHERE broadcast = $1 AND what = $2 AND n <> 0 AND (reason = $3 OR $3 = '') AND (bot = $4 OR $4 = '') AND (language = $5 OR $5 = '') ORDER BY reason`

// reasonsOf are the reasons of what the filter chooses; "" is that of none. Of who is
// pending the counts know none, so it is the filter's.
func (s *Store) reasonsOf(ctx context.Context, broadcast string, f RecipientFilter) (all []string, err error) {
	reason := f.Reason
	if f.What == string(bot.RecipientPending) {
		reason = ""
	}
	err = s.reading.sel(ctx, &all, reasonsOf, broadcast, f.What, reason, f.Bot, f.Language)
	if len(all) > 0 && f.What == string(bot.RecipientPending) {
		all = []string{f.Reason}
	}
	return all, err
}
