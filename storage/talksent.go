package storage

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"visnyk/bot"
)

// What broadcasts told somebody stands with their recipients: a row of the history for
// each would say the same a million times. So a talk is read from both.

// BroadcastLine is the kind of a line of a talk that is a message of broadcasts.
const BroadcastLine = "broadcast"

// Sending is what a message told somebody of one broadcast, and what is known of them
// by now. The text as it was filled is kept nowhere, only its hash.
type Sending struct {
	Waiting
	Rendering, TextHash string // see Released
	Line                bool   // of a digest, which is the message
}

type sentRecord struct {
	releaseRecord
	Bot        string               `db:"bot"`
	Broadcast  string               `db:"broadcast"`
	Digest     string               `db:"digest"`
	Rendering  string               `db:"rendering"`
	TextHash   string               `db:"text_hash"`
	Outcome    bot.RecipientOutcome `db:"outcome"`
	Reason     string               `db:"reason"`
	ReleasedAt int64                `db:"released_at"`
	Sent       micros               `db:"sent_at"`
	Delivered  micros               `db:"delivered_at"`
	Seen       micros               `db:"seen_at"`
}

const (
	// wasSent is true of the recipients r whose message was made and not taken back.
	wasSent = `r.rendering <> '' AND r.released_at <> 0 AND r.outcome IN ('pending', 'sent', 'unknown', 'failed')`

	sentColumns = `
SELECT r.bot, r.broadcast, r.key, r.contact, r.chat, r.language AS variant, r.round, r.tries, r.waits, r.digest, r.rendering, r.text_hash,
	r.outcome, r.reason, r.released_at, r.sent_at, r.delivered_at, r.seen_at,
	` + saidOf + `
`
	// A person is told by few broadcasts, so theirs are found by the contact. Of a
	// digest the first row stands for all.
	sentTo = sentColumns + `FROM conversations c JOIN recipients r ON r.contact = c.contact JOIN contacts k ON k.id = r.contact
WHERE c.bot = $1 AND c.chat = $2 AND c.contact <> '' AND r.bot = $1 AND r.chat = $2 AND ` + wasSent + ` AND r.released_at < $3
	AND NOT EXISTS (SELECT 1 FROM recipients o WHERE o.digest = r.digest AND o.digest <> '' AND o.contact = r.contact AND o.broadcast < r.broadcast)
ORDER BY r.released_at DESC, r.broadcast DESC, r.key LIMIT $4`

	sentTogether = `WITH v (digest, contact) AS (VALUES {rows ($, $)}) ` + sentColumns + `FROM v
JOIN recipients r ON r.digest = v.digest AND r.digest <> '' AND r.contact = v.contact JOIN contacts k ON k.id = r.contact
ORDER BY r.broadcast, r.key`

	saidSince = `SELECT EXISTS (SELECT 1 FROM history WHERE bot = $1 AND chat = $2 AND outgoing AND id > $3)`

	broadcastsByID = `WITH v (id) AS (VALUES {rows ($)}) ` + broadcastColumns + `WHERE id IN (SELECT id FROM v)`
)

// line is the message as a line of the talk. Its place is when it was made, as that of
// what stands in the history.
func (r sentRecord) line() TalkLine {
	w := r.waiting(r.Broadcast, r.Bot)
	l := TalkLine{ID: r.ReleasedAt, Sent: []Sending{{w, r.Rendering, r.TextHash, r.Digest != ""}}}
	l.Entry = bot.Entry{
		Address: w.To, At: micros(r.ReleasedAt).time(), Out: true, Kind: BroadcastLine, Cause: strings.TrimSuffix(w.Cause(), "/0"),
		Fate: bot.Fate{Sent: r.Sent.time(), Delivered: r.Delivered.time(), Seen: r.Seen.time()},
	}
	if r.Digest != "" {
		l.Cause = r.Digest
	}
	switch r.Outcome {
	case bot.RecipientPending:
	case bot.RecipientFailed:
		l.Fate.Outcome = r.Reason
	default:
		l.Fate.Outcome = string(r.Outcome)
	}
	return l
}

// sentTo returns the messages of broadcasts to whoever is at the address, at most limit
// of those before the id, without what they say.
func (c conn) sentTo(ctx context.Context, a bot.Address, before int64, limit int) (lines []TalkLine, err error) {
	var records []sentRecord
	if err := c.sel(ctx, &records, sentTo, a.Bot, a.Chat, before, limit); err != nil {
		return nil, fmt.Errorf("broadcasts: %w", err)
	}
	for _, r := range records {
		lines = append(lines, r.line())
	}
	return lines, nil
}

// LastSent returns what the newest message of broadcasts told the chat, of a digest each
// line; none where something else was said there since.
func (s *Store) LastSent(ctx context.Context, a bot.Address) ([]Sending, error) {
	lines, err := s.r.sentTo(ctx, a, math.MaxInt64, 1)
	if err != nil || len(lines) == 0 {
		return nil, doing("what was told last", err)
	}
	var since bool
	if err := s.r.get(ctx, &since, saidSince, a.Bot, a.Chat, lines[0].Fate.Sent); err != nil || since {
		return nil, doing("what was said since", err)
	}
	err = s.r.sendings(ctx, lines)
	return lines[0].Sent, doing("what was told last", err)
}

// sendings completes what the messages of broadcasts among the lines say.
func (c conn) sendings(ctx context.Context, lines []TalkLine) error {
	var digests [][]any
	place, ids := map[string]int{}, []string{}
	for i, l := range lines {
		if len(l.Sent) > 0 && strings.HasPrefix(l.Cause, digestCause) {
			digests, place[l.Cause] = append(digests, []any{l.Cause, l.Sent[0].Contact.ID}), i
			lines[i].Sent = nil
		}
	}
	var members []sentRecord
	if err := selRows(ctx, c, &members, sentTogether, nil, digests); err != nil {
		return fmt.Errorf("digests: %w", err)
	}
	for _, r := range members {
		l, first := &lines[place[r.Digest]], strings.HasPrefix(r.Digest, digestCause+r.Broadcast+"/")
		l.Sent = slices.Insert(l.Sent, map[bool]int{false: len(l.Sent)}[first], r.line().Sent...)
	}
	for _, l := range lines {
		for _, s := range l.Sent {
			ids = append(ids, s.Broadcast)
		}
	}
	slices.Sort(ids)
	return c.sentOf(ctx, lines, slices.Compact(ids))
}

// sentOf puts the broadcasts with the ids, and what their topics are called, to what was
// sent of them.
func (c conn) sentOf(ctx context.Context, lines []TalkLine, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	var records []broadcastRecord
	if err := selRows(ctx, c, &records, broadcastsByID, nil, column(ids)); err != nil {
		return fmt.Errorf("broadcasts: %w", err)
	}
	of, topics := map[string]*Mailing{}, map[string]bot.Topic{}
	for _, r := range records {
		m, err := r.mailing()
		if err != nil {
			return err
		}
		of[m.ID] = &m
		if _, known := topics[m.Topic]; !known {
			if topics[m.Topic], err = c.topic(ctx, m.Topic); err != nil {
				return err
			}
		}
	}
	for _, l := range lines {
		for i := range l.Sent {
			s := &l.Sent[i]
			s.Of = cmp.Or(of[s.Broadcast], &Mailing{})
			s.Push.Topic = topics[s.Of.Topic]
			s.Push.Topic.ID = s.Of.Topic
		}
	}
	return nil
}
