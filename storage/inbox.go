package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"
)

// Source says where an inbox row comes from. Only SourceChannel is raw and
// needs decoding; the payload of the others is the JSON of a bot.Event.
type Source string

// The sources of inbox rows.
const (
	SourceChannel Source = "channel"
	SourceTimer   Source = "timer"
	SourceDesk    Source = "desk"
	SourceRelay   Source = "relay"
)

// InboxRow is a stored update that waits for its turn. Within a chat, turns
// follow Seq.
type InboxRow struct {
	Bot, ID, Chat string
	Seq           int64
	Source        Source
	Payload       []byte
	Attempts      int
	Greeted       bool
	ReceivedAt    time.Time
	Waited        time.Duration // until it was read, by the database's clock
}

type inboxRecord struct {
	Bot        string `db:"bot"`
	ID         string `db:"id"`
	Chat       string `db:"chat"`
	Seq        int64  `db:"seq"`
	Source     Source `db:"source"`
	Payload    []byte `db:"payload"`
	Size       int64  `db:"size"` // of the payload, which is nil while it was not read
	Attempts   int    `db:"attempts"`
	Greeted    bool   `db:"greeted"`
	ReceivedAt micros `db:"received_at"`
	Waited     int64  `db:"waited"`
}

func (r *inboxRecord) sized() (payload *[]byte, size int64, key []any) {
	return &r.Payload, r.Size, []any{r.Bot, r.ID}
}

func (r inboxRecord) row() InboxRow {
	return InboxRow{
		Bot: r.Bot, ID: r.ID, Chat: r.Chat, Seq: r.Seq, Source: r.Source, Payload: r.Payload,
		Attempts: r.Attempts, Greeted: r.Greeted, ReceivedAt: r.ReceivedAt.time(),
		Waited: time.Duration(r.Waited) * time.Microsecond,
	}
}

const (
	// The values are hidden from PostgreSQL's planner, or it would plan for them, anew at
	// each reading: that takes as long as all the rest. Those of one seq, which are rare, are
	// sorted here: to SQLite it would be a second table of all rows.
	waiting = `
SELECT bot, id, chat, seq, source, CASE WHEN length(payload) <= $3 THEN payload END AS payload,
	length(payload) AS size, attempts, greeted, received_at, (SELECT {now}) - received_at AS waited
FROM inbox WHERE bot = (SELECT CAST($1 AS TEXT)) AND state = 'waiting' AND id NOT IN (SELECT value FROM {fourth})
ORDER BY seq LIMIT (SELECT CAST($2 AS BIGINT))`

	// By the key, not by the index of waiting rows: see finishInbox.
	waitingPayloads = `
WITH v (bot, id, place) AS (VALUES {rows ($, $, CAST($ AS BIGINT))})
SELECT v.place, inbox.payload FROM v JOIN inbox ON inbox.bot = v.bot AND inbox.id = v.id
WHERE inbox.state || '' = 'waiting'`
)

// InHand are rows that the caller of Waiting has already.
type InHand struct {
	// Working are in work, and are not read: each stays waiting until its turn is
	// committed, and there are many of them at each reading.
	Working []string // their ids
	// Read are rows that may be read again, but for their payloads if those are large:
	// behind a long line of large ones that would be all the work.
	Read []InboxRow
}

// Waiting returns the bot's rows that wait for their turn, the earliest first, as
// many as fit the limit and MaxRead.
func (s *Store) Waiting(ctx context.Context, name string, limit int, held InHand) ([]InboxRow, error) {
	var records []inboxRecord
	err := s.r.sel(ctx, &records, waiting, waitingValues(name, limit, held)...)
	if err != nil {
		return nil, doing("waiting updates", err)
	}
	rows, err := s.r.withPayloads(ctx, records, limit, held)
	return rows, doing("waiting updates", err)
}

// waitingValues are those of the statements of waiting rows.
func waitingValues(name string, limit int, held InHand) []any {
	return []any{name, limit, inline(limit), toJSON(append([]string{}, held.Working...))}
}

// withPayloads gives what was read of waiting rows, as many as fit MaxRead, in their order,
// with the payloads that were not read with it.
func (c conn) withPayloads(ctx context.Context, records []inboxRecord, limit int, held InHand) ([]InboxRow, error) {
	slices.SortFunc(records, func(a, b inboxRecord) int { return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.ID, b.ID)) })
	if len(held.Read) > 0 {
		known := make(map[string][]byte, len(held.Read))
		for _, row := range held.Read {
			known[row.ID] = row.Payload
		}
		for i := range records {
			if r := &records[i]; r.Payload == nil {
				r.Payload = known[r.ID]
			}
		}
	}
	records, err := within(ctx, c, waitingPayloads, records, inline(limit), (*inboxRecord).sized)
	if err != nil {
		return nil, err
	}
	rows := make([]InboxRow, len(records))
	for i, r := range records {
		rows[i] = r.row()
	}
	return rows, nil
}

const countAttempt = `
UPDATE inbox SET attempts = attempts + 1 WHERE bot = $1 AND id = $2 AND state = 'waiting'
RETURNING attempts`

// CountAttempt notes, in its own commit, that the row is about to be tried
// alone, and gives how often that has been now. ErrConflict when the row no
// longer waits.
func (s *Store) CountAttempt(ctx context.Context, l Lease, id string) (attempts int, err error) {
	err = s.fenced(ctx, l, func(t *Tx) error {
		err := t.get(ctx, &attempts, countAttempt, l.Bot, id)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrConflict
		}
		return err
	})
	return attempts, doing("count an attempt", err)
}

const returnAttempt = `
UPDATE inbox SET attempts = attempts - 1 WHERE bot = $1 AND id = $2 AND state = 'waiting' AND attempts > 0`

// ReturnAttempt takes back a try that failed through no fault of the row.
func (s *Store) ReturnAttempt(ctx context.Context, l Lease, id string) error {
	return doing("return an attempt", s.fenced(ctx, l, func(t *Tx) error {
		_, err := t.exec(ctx, returnAttempt, l.Bot, id)
		return err
	}))
}

const inboxDepth = `
SELECT bot, state, count(*) AS n FROM inbox WHERE state = 'waiting' GROUP BY bot, state
UNION ALL
SELECT bot, state, count(*) AS n FROM inbox WHERE state = 'parked' GROUP BY bot, state`

// InboxDepth counts the rows that wait and those that are parked, by bot.
func (s *Store) InboxDepth(ctx context.Context) (waiting, parked map[string]int, err error) {
	var records []struct {
		Bot   string `db:"bot"`
		State string `db:"state"`
		N     int    `db:"n"`
	}
	if err := s.reading.sel(ctx, &records, inboxDepth); err != nil {
		return nil, nil, doing("inbox depth", err)
	}
	waiting, parked = map[string]int{}, map[string]int{}
	for _, r := range records {
		if r.State == "waiting" {
			waiting[r.Bot] = r.N
		} else {
			parked[r.Bot] = r.N
		}
	}
	return waiting, parked, nil
}
