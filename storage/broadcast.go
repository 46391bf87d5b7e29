package storage

import (
	"context"
	"time"

	"visnyk/bot"
)

// BroadcastsTopic tells that a broadcast began or moved.
const BroadcastsTopic = "broadcasts"

// Mailing is a broadcast with what only its makers need to know.
type Mailing struct {
	bot.Broadcast
	Hash   string // of what is approved; "" while nothing is
	Author string // the user who made it
	Editor string // the user who edited it last
	Note   string // why it was returned, or what was said with its last move
	Halt   string // why it paused by itself; "" by hand
	Listed bool   // everybody has their row of recipients
	// Named is whom it is for as it was written, with segments in it by their ids, where
	// Audience has a copy of each in its place: since it was submitted. Zero where it
	// names none, and in drafts, whose Audience is as it was written.
	Named bot.Segment
	// Outdated tells that one of those segments has changed since. It is read only, and
	// bot/broadcast fills it.
	Outdated bool
	// Held is since when it waits beyond its moment, for its gate or for its change to be
	// announced; zero: it does not. It is read only: see NoteHeld.
	Held time.Time
	// Started is when it began, Ended when the last recipient's outcome was known, or
	// it was cancelled; zero: never.
	Created, Updated, Started, Ended time.Time
}

// Unsubmitted returns the broadcast as it was written: with its audience, and bound to
// no version of its change.
func (m Mailing) Unsubmitted() Mailing {
	m.ChangeVersion, m.Media = 0, m.Media.Unsubmitted()
	if !m.Named.Everyone() {
		m.Audience, m.Named = m.Named, bot.Segment{}
	}
	return m
}

// Segments returns the ids of the segments that it is for.
func (m Mailing) Segments() []string { return append(m.Audience.Within(), m.Named.Within()...) }

// broadcastContent is what of a broadcast stands in one column.
type broadcastContent struct {
	Text    bot.Bilingual         `json:"text"`
	Digest  bot.Bilingual         `json:"digest,omitzero"`
	Buttons []bot.BroadcastButton `json:"buttons,omitempty"`
	Media   *bot.Media            `json:"media,omitempty"`
	Tells   int                   `json:"change_version,omitempty"`
	News    *bot.News             `json:"news,omitempty"`
	Answers *bot.Answering        `json:"answers,omitempty"`
	Slots   bool                  `json:"template,omitempty"`
	Filled  *bot.Filled           `json:"filled,omitempty"`
	Titles  bot.Bilingual         `json:"titles,omitzero"`
}

type broadcastRecord struct {
	ID         string             `db:"id"`
	State      bot.BroadcastState `db:"state"`
	Version    int                `db:"version"`
	Title      string             `db:"title"`
	Topic      string             `db:"topic"`
	Change     string             `db:"change_id"`
	Content    string             `db:"content"`
	Segment    string             `db:"segment"`
	Named      string             `db:"segment_named"`
	Renderings string             `db:"renderings"`
	Zone       string             `db:"zone"`
	Start      micros             `db:"start_at"`
	Until      micros             `db:"until_at"`
	Correction bool               `db:"correction"`
	Must       bool               `db:"must"`
	Urgent     string             `db:"urgent"`
	Hash       string             `db:"hash"`
	Author     string             `db:"author"`
	Editor     string             `db:"editor"`
	Note       string             `db:"note"`
	Halt       string             `db:"halt"`
	Listed     bool               `db:"listed"`
	Fallback   int                `db:"fallback"`
	Ceiling    int64              `db:"ceiling"`
	Currency   string             `db:"ceiling_currency"`
	Created    micros             `db:"created_at"`
	Updated    micros             `db:"updated_at"`
	Started    micros             `db:"started_at"`
	Ended      micros             `db:"ended_at"`
	Mends      string             `db:"mends"`
	Corrects   string             `db:"corrects"`
	Held       micros             `db:"held_at"`
}

func (r broadcastRecord) mailing() (m Mailing, err error) {
	m = Mailing{
		Broadcast: bot.Broadcast{
			ID: r.ID, State: r.State, Version: r.Version, Title: r.Title, Topic: r.Topic, Change: r.Change, Zone: r.Zone,
			Start: r.Start.time(), Until: r.Until.time(), Correction: r.Correction, Must: r.Must, Urgent: r.Urgent, Fallback: r.Fallback,
			Mends: r.Mends, Corrects: r.Corrects,
			Ceiling: bot.Money{Sum: r.Ceiling, Currency: r.Currency},
		},
		Hash: r.Hash, Author: r.Author, Editor: r.Editor, Note: r.Note, Halt: r.Halt, Listed: r.Listed,
		Created: r.Created.time(), Updated: r.Updated.time(), Started: r.Started.time(), Ended: r.Ended.time(), Held: r.Held.time(),
	}
	var content broadcastContent
	if err = fromJSON(r.Content, &content); err != nil {
		return m, err
	}
	m.Template, m.Filled, m.Titles = content.Slots, content.Filled, content.Titles
	m.Text, m.Digest, m.Buttons, m.Media, m.ChangeVersion, m.News, m.Answers = content.Text, content.Digest, content.Buttons, content.Media, content.Tells, content.News, content.Answers
	if err = fromJSON(r.Renderings, &m.Renderings); err != nil {
		return m, err
	}
	if m.Audience, err = segmentOf(r.Segment); err != nil {
		return m, err
	}
	m.Named, err = segmentOf(r.Named)
	return m, err
}

const (
	broadcastColumns = `
SELECT id, state, version, title, topic, change_id, content, segment, segment_named, renderings, zone, start_at, until_at, correction, must, urgent,
	hash, author, editor, note, halt, listed, created_at, updated_at, started_at, ended_at, fallback, ceiling, ceiling_currency, mends, corrects, held_at FROM broadcasts `
	broadcastByID   = broadcastColumns + `WHERE id = $1`
	lockBroadcast   = broadcastByID + ` {update}`
	broadcastsAfter = broadcastColumns + `WHERE id > $1 ORDER BY id LIMIT $2`
	// Whom the audiences of these are for may still matter.
	livingBroadcasts = broadcastColumns + `WHERE state NOT IN ('sent', 'cancelled') ORDER BY id`
	// What was cancelled before it began was said to nobody.
	broadcastsAround = broadcastColumns + `WHERE started_at > $1 AND started_at < $2
	OR state IN ('approved', 'scheduled', 'sending', 'paused') AND start_at > $1 AND start_at < $2 ORDER BY id`
	broadcastsInstead  = broadcastColumns + `WHERE mends = $1 OR corrects = $1 ORDER BY id`
	reviewedBroadcasts = broadcastColumns + `WHERE state = 'in review' ORDER BY id {update}`
	// Word for word the condition of the index: SQLite needs it so.
	openBroadcasts = broadcastColumns + `WHERE state IN ('scheduled', 'sending', 'paused', 'cancelled') AND state IN ($1, $2) AND ended_at = 0 ORDER BY start_at, id`

	putBroadcast = `
INSERT INTO broadcasts (id, state, version, title, topic, change_id, content, segment, segment_named, renderings, zone, start_at, until_at,
	correction, must, urgent, hash, author, editor, note, halt, listed, created_at, updated_at, started_at, ended_at, fallback, ceiling, ceiling_currency, mends, corrects, filled_of)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, {now}, {now}, $23, $24, $25, $26, $27, $28, $29, $30)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, version = excluded.version, title = excluded.title, topic = excluded.topic,
	change_id = excluded.change_id, content = excluded.content, segment = excluded.segment, segment_named = excluded.segment_named, renderings = excluded.renderings,
	zone = excluded.zone, start_at = excluded.start_at, until_at = excluded.until_at, correction = excluded.correction,
	must = excluded.must, urgent = excluded.urgent, hash = excluded.hash, author = excluded.author, editor = excluded.editor,
	note = excluded.note, halt = excluded.halt, listed = excluded.listed, updated_at = excluded.updated_at,
	started_at = excluded.started_at, ended_at = excluded.ended_at, fallback = excluded.fallback,
	ceiling = excluded.ceiling, ceiling_currency = excluded.ceiling_currency`
)

func (c conn) broadcasts(ctx context.Context, query string, values ...any) ([]Mailing, error) {
	var records []broadcastRecord
	if err := c.sel(ctx, &records, query, values...); err != nil {
		return nil, err
	}
	all := make([]Mailing, len(records))
	for i, r := range records {
		var err error
		if all[i], err = r.mailing(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (c conn) broadcast(ctx context.Context, query, id string) (Mailing, error) {
	all, err := c.broadcasts(ctx, query, id)
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Mailing{}, doing("broadcast", err)
	}
	return all[0], nil
}

// Broadcast returns one broadcast; ErrNotFound when there is none.
func (s *Store) Broadcast(ctx context.Context, id string) (Mailing, error) {
	return s.r.broadcast(ctx, broadcastByID, id)
}

// Broadcasts returns at most limit broadcasts with ids above after, by id.
func (s *Store) Broadcasts(ctx context.Context, after string, limit int) ([]Mailing, error) {
	all, err := s.r.broadcasts(ctx, broadcastsAfter, after, limit)
	return all, doing("broadcasts", err)
}

// LivingBroadcasts returns those that are not over, by id. There are few.
func (s *Store) LivingBroadcasts(ctx context.Context) ([]Mailing, error) {
	all, err := s.r.broadcasts(ctx, livingBroadcasts)
	return all, doing("broadcasts", err)
}

// LivingBroadcasts returns those that are not over, by id, as the transaction has them.
func (t *Tx) LivingBroadcasts(ctx context.Context) ([]Mailing, error) {
	all, err := t.broadcasts(ctx, livingBroadcasts)
	return all, doing("broadcasts", err)
}

// Instead returns those that stand in the place of the broadcast, which was stopped in the
// middle, and those that correct it, by id. It reads all of them.
func (s *Store) Instead(ctx context.Context, id string) ([]Mailing, error) {
	all, err := s.r.broadcasts(ctx, broadcastsInstead, id)
	return all, doing("broadcasts", err)
}

// ReviewedBroadcasts returns those that are in review, by id, which nobody else moves
// until the commit. Segments come behind, as they do for who submits one.
func (t *Tx) ReviewedBroadcasts(ctx context.Context) ([]Mailing, error) {
	all, err := t.broadcasts(ctx, reviewedBroadcasts)
	return all, doing("broadcasts", err)
}

// BroadcastsAround returns those that began between the two moments, or are approved to
// begin then, by id.
func (t *Tx) BroadcastsAround(ctx context.Context, from, until time.Time) ([]Mailing, error) {
	all, err := t.broadcasts(ctx, broadcastsAround, from, until)
	return all, doing("broadcasts", err)
}

// Broadcast returns the broadcast, which nobody else moves until the commit.
func (t *Tx) Broadcast(ctx context.Context, id string) (Mailing, error) {
	return t.broadcast(ctx, lockBroadcast, id)
}

// PutBroadcast makes a broadcast, or replaces it whole. Who replaces one has read it
// with Tx.Broadcast.
func (t *Tx) PutBroadcast(ctx context.Context, m Mailing) error {
	renderings := m.Renderings
	if renderings == nil {
		renderings = []bot.BroadcastRendering{}
	}
	_, err := t.exec(ctx, putBroadcast, m.ID, m.State, m.Version, m.Title, m.Topic, m.Change,
		toJSON(broadcastContent{m.Text, m.Digest, m.Buttons, m.Media, m.ChangeVersion, m.News, m.Answers, m.Template, m.Filled, m.Titles}), segmentText(m.Audience), segmentText(m.Named), toJSON(renderings), m.Zone, m.Start, m.Until,
		m.Correction, m.Must, m.Urgent, m.Hash, m.Author, m.Editor, m.Note, m.Halt, m.Listed, m.Started, m.Ended, m.Fallback, m.Ceiling.Sum, m.Ceiling.Currency, m.Mends, m.Corrects, filledOf(m.Broadcast))
	return doing("put a broadcast", err)
}

const reportCounts = `SELECT what, reason, sum(n) AS n FROM broadcast_counts WHERE broadcast = $1 GROUP BY what, reason`

// Report returns what became of the broadcast so far, from its counts. ErrNotFound
// when there is none.
func (s *Store) Report(ctx context.Context, id string) (r bot.Report, err error) {
	r.Skipped, r.Failed = map[string]int{}, map[string]int{}
	m, err := s.r.broadcast(ctx, broadcastByID, id)
	if err != nil {
		return r, err
	}
	var counts []struct {
		What   string `db:"what"`
		Reason string `db:"reason"`
		N      int    `db:"n"`
	}
	if err := s.r.sel(ctx, &counts, reportCounts, id); err != nil {
		return r, doing("report", err)
	}
	for _, c := range counts {
		if c.N != 0 {
			r.Add(c.What, c.Reason, c.N)
		}
	}
	r.Expanding = !m.Started.IsZero() && m.Ended.IsZero() && !m.Listed
	return r, nil
}
