package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	// The rows of the page are chosen first, and only they are joined. endedRecipients and
	// reactedAny have the conditions of their indexes word for word: SQLite needs it so.
	recipientRows = `
SELECT r.key, r.contact, COALESCE(k.name, '') AS name, COALESCE(k.external_id, '') AS external_id, r.bot, r.language, r.outcome, r.reason, r.waits,
	r.listed_at, r.not_before, r.ended_at, r.sent_at, r.delivered_at, r.seen_at, r.clicked_at, r.acknowledged_at, r.asked_at, r.complained_at, r.unsubscribed_at
FROM (SELECT * FROM recipients WHERE broadcast = $1 AND key > $2 AND (bot = $3 OR $3 = '') AND (language = $4 OR $4 = '') AND {of} ORDER BY key LIMIT $5) r
LEFT JOIN contacts k ON k.id = r.contact ORDER BY r.key`

	anyRecipients     = `TRUE`
	sentRecipients    = `outcome = 'sent'`
	pendingRecipients = `outcome = 'pending'`
	// Those who are put off for it; on their way nobody is.
	putOffRecipients = `outcome = 'pending' AND released_at = 0 AND waits = $6`
	endedRecipients  = `outcome IN ('unknown', 'skipped', 'failed') AND outcome = $6 AND reason = $7`
	reactedAny       = `(clicked_at <> 0 OR acknowledged_at <> 0 OR asked_at <> 0 OR complained_at <> 0 OR unsubscribed_at <> 0)`
)

// ErrNoRecipientPlace: a cursor is none of ours.
var ErrNoRecipientPlace = errors.New("this cursor names no place among recipients")

// RecipientRows returns at most limit recipients of the broadcast whom the filter chooses,
// behind the cursor; next is the cursor of the rest, "" where there is none. Of an outcome
// with reasons those of one reason stand together.
func (s *Store) RecipientRows(ctx context.Context, broadcast string, f RecipientFilter, cursor string, limit int) (all []RecipientRow, next string, err error) {
	reasons := []string{f.Reason}
	outcome := bot.RecipientOutcome(f.What)
	ended := outcome == bot.RecipientSkipped || outcome == bot.RecipientFailed || outcome == bot.RecipientUnknown // who was erased is unknown too
	if ended && f.Reason == "" {
		if reasons, err = s.reasonsOf(ctx, broadcast, outcome); err != nil {
			return nil, "", doing("recipients", err)
		}
	}
	from, key, found := strings.Cut(cursor, "\x00")
	if cursor != "" && !found {
		return nil, "", ErrNoRecipientPlace
	}
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
		var records []recipientRowRecord
		query := strings.Replace(recipientRows, "{of}", of, 1)
		if err := s.reading.sel(ctx, &records, query, append([]any{broadcast, key, f.Bot, f.Language, limit + 1 - len(all)}, values...)...); err != nil {
			return nil, "", doing("recipients", err)
		}
		for _, r := range records {
			if len(all) == limit {
				last := all[limit-1]
				if ended {
					reason = last.Reason
				}
				return all, reason + "\x00" + last.Key, nil
			}
			all = append(all, r.row())
		}
	}
	return all, "", nil
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
	case mark == bot.RecipientDelivered, mark == bot.RecipientSeen:
		return string(mark) + "_at <> 0", nil, nil
	case slices.Contains(bot.RecipientMarks(), mark):
		return reactedAny + " AND " + string(mark) + "_at <> 0", nil, nil
	}
	return "", nil, fmt.Errorf("recipients: nothing is %q", f.What)
}

const reasonsOf = `SELECT DISTINCT reason FROM broadcast_counts WHERE broadcast = $1 AND what = $2 AND n <> 0 ORDER BY reason`

func (s *Store) reasonsOf(ctx context.Context, broadcast string, outcome bot.RecipientOutcome) (all []string, err error) {
	err = s.reading.sel(ctx, &all, reasonsOf, broadcast, outcome)
	return all, err
}
