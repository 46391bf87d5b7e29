package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"visnyk/bot"
)

// What of several broadcasts is due to one person at one address, and was held back by
// the night, the cap, a pause or an operator, leaves as one message: a digest. It is the
// message of the recipient who was come to first, and the rows of all recipients that it
// tells carry its name; so what ends or moves it ends or moves them all.

const (
	// digestCause begins the cause of a digest.
	digestCause = "digest/"
	// digestMost is how many lines a digest has at most; what is more waits.
	digestMost = 8
)

// digestName names the digest that is the message of the recipient with the key.
func digestName(cause, key string) string { return cause + "/" + key }

// putOff reports whether what somebody waits for makes one digest of all that is due.
func putOff(waits string) bool {
	return slices.Contains([]bot.Withheld{bot.WithheldCap, bot.WithheldQuiet, bot.WithheldHeld, bot.WithheldPaused, bot.WithheldVisit}, bot.Withheld(waits))
}

func (r Released) cause(w Waiting) string {
	if len(r.Lines) == 0 {
		return w.Cause()
	}
	return fmt.Sprintf("%s%s/%d/0", digestCause, w.Broadcast, w.Round)
}

// notes are the rows of noteReleased.
func (r Released) notes(w Waiting) [][]any {
	if len(r.Lines) == 0 {
		return [][]any{{w.Broadcast, w.Key, r.Rendering, r.TextHash, ""}}
	}
	name := digestName(r.cause(w), w.Key)
	rows := [][]any{{w.Broadcast, w.Key, r.Rendering, r.TextHash, name}}
	for i, line := range r.Lines {
		rows = append(rows, []any{w.With[i].Broadcast, w.With[i].Key, line.Rendering, line.TextHash, name})
	}
	return rows
}

const (
	// Word for word the condition of the index: SQLite needs it so. Those that somebody
	// moves just now are passed over.
	digestible = broadcastColumns + `
WHERE state IN ('scheduled', 'sending', 'paused', 'cancelled') AND state = 'sending' AND id <> $1 AND NOT must AND NOT correction AND urgent = ''
ORDER BY started_at, id {shareskip}`

	// What was put off is asked about again, whatever it was put off to.
	dueBeside = `
WITH v (place, contact, chat) AS (VALUES {rows (CAST($ AS BIGINT), $, $)})
SELECT v.place, r.broadcast, r.key, r.round, r.language, r.waits
FROM v JOIN recipients r ON r.contact = v.contact AND r.chat = v.chat
WHERE r.bot = $1 AND r.broadcast <> $2 AND r.outcome || '' = 'pending' AND r.released_at = 0
	AND (r.not_before <= {now} OR r.waits IN ('cap', 'quiet', 'held', 'paused'))
ORDER BY r.broadcast, r.key {skip}`
)

// gatherDue puts with each recipient what else may be told to them now, where there was
// something to wait for. It keeps the broadcasts in their state and locks the rows.
func (t *Tx) gatherDue(ctx context.Context, g *bot.Governor, m Mailing, told []Waiting) error {
	if len(told) == 0 || !m.Digestible() {
		return nil
	}
	all, err := t.broadcasts(ctx, digestible, m.ID)
	if err != nil {
		return fmt.Errorf("digests: %w", err)
	}
	others := map[string]*Mailing{}
	for i := range all {
		other := &all[i]
		if !other.Digestible() {
			continue
		}
		switch may, err := t.mayBeTold(ctx, *other); {
		case err != nil:
			return fmt.Errorf("digests: %w", err)
		case may:
			others[other.ID] = other
		}
	}
	if len(others) == 0 {
		return nil
	}
	beside, places, err := t.dueBeside(ctx, m, told, others)
	if err != nil || len(beside) == 0 {
		return err
	}
	people, now, err := t.governed(ctx, beside)
	if err != nil {
		return fmt.Errorf("digests: %w", err)
	}
	for i, w := range beside {
		if lead := &told[places[i]]; len(lead.With) < digestMost-1 && g.Judge(w.Push, people[i], now).Goes() {
			lead.With, lead.Held = append(lead.With, w), lead.Held || w.Held
		}
	}
	for i := range told {
		if w := &told[i]; !w.Held { // nothing held anything back: each is told for itself
			w.With = nil
		}
	}
	return nil
}

// dueBeside returns what of the other broadcasts waits for the same people, and for whom
// of them.
func (t *Tx) dueBeside(ctx context.Context, m Mailing, told []Waiting, others map[string]*Mailing) (beside []Waiting, places []int, err error) {
	rows := make([][]any, len(told))
	for i, w := range told {
		rows[i] = []any{i, w.Contact.ID, w.To.Chat}
	}
	var found []struct {
		Place     int          `db:"place"`
		Broadcast string       `db:"broadcast"`
		Key       string       `db:"key"`
		Round     int          `db:"round"`
		Language  bot.Language `db:"language"`
		Waits     string       `db:"waits"`
	}
	if err := selRows(ctx, t.conn, &found, dueBeside, []any{told[0].To.Bot, m.ID}, rows); err != nil {
		return nil, nil, fmt.Errorf("digests: %w", err)
	}
	pushes := map[string]bot.Push{}
	for _, f := range found {
		of, ours := others[f.Broadcast]
		if !ours {
			continue
		}
		if _, known := pushes[of.ID]; !known {
			if pushes[of.ID], err = t.push(ctx, *of); err != nil {
				return nil, nil, err
			}
		}
		lead := told[f.Place]
		push := pushes[of.ID]
		push.Visit = f.Waits == string(bot.WithheldVisit)
		beside = append(beside, Waiting{
			Broadcast: of.ID, Key: f.Key, Push: push, Contact: lead.Contact, Attributes: lead.Attributes, To: lead.To,
			Language: f.Language, Round: f.Round, Held: putOff(f.Waits), Of: of,
		})
		places = append(places, f.Place)
	}
	return beside, places, nil
}

const digestMembers = `
WITH v (digest) AS (VALUES {rows ($)})
SELECT r.digest, r.broadcast, r.key FROM v JOIN recipients r ON r.digest = v.digest AND r.digest <> ''
ORDER BY r.broadcast, r.key`

// addressed is a row of the outbox by whose it is.
type addressed struct{ cause, broadcast, key string }

// recipientsOf returns whom each message of broadcasts is for: of a digest several.
func (t *Tx) recipientsOf(ctx context.Context, all []addressed) (of [][]RecipientKey, err error) {
	of = make([][]RecipientKey, len(all))
	var names [][]any
	place := map[string]int{}
	for i, a := range all {
		if !strings.HasPrefix(a.cause, digestCause) {
			of[i] = []RecipientKey{{a.broadcast, a.key}}
			continue
		}
		name := digestName(a.cause, a.key)
		names, place[name] = append(names, []any{name}), i
	}
	var members []struct {
		Digest string `db:"digest"`
		recipientKey
	}
	if err := selRows(ctx, t.conn, &members, digestMembers, nil, names); err != nil {
		return nil, fmt.Errorf("digests: %w", err)
	}
	for _, m := range members {
		i := place[m.Digest]
		of[i] = append(of[i], RecipientKey{m.Broadcast, m.Key})
	}
	return of, nil
}

const toldTo = `
SELECT COALESCE((SELECT r.key FROM recipients r WHERE r.contact = $2 AND r.broadcast = $1 AND r.outcome IN ('sent', 'unknown') ORDER BY r.key LIMIT 1), '') AS key,
	COALESCE((SELECT k.attributes FROM contacts k WHERE k.id = $2), '{}') AS attributes`

// RecipientOf returns the key of the contact among those whom the broadcast was told to,
// "" where they are none of these, and what was declared of them.
func (s *Store) RecipientOf(ctx context.Context, broadcast, contact string) (key string, attributes map[string]string, err error) {
	var r struct {
		Key        string `db:"key"`
		Attributes string `db:"attributes"`
	}
	if err := s.r.get(ctx, &r, toldTo, broadcast, contact); err != nil {
		return "", nil, doing("recipient", err)
	}
	err = fromJSON(r.Attributes, &attributes)
	return r.Key, attributes, doing("recipient", err)
}
