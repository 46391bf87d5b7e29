package storage

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// ParkedRow is an update that was set aside for a person to look at.
type ParkedRow struct {
	InboxRow
	Reason   string
	ParkedAt time.Time
}

// ErrNoChat says that nobody knows whose update it is, so there is no line it
// could go back to.
var ErrNoChat = errors.New("storage: the update belongs to no chat")

const (
	parkedColumns = `
SELECT bot, id, chat, seq, source, payload, attempts, greeted, reason, received_at, settled_at
FROM inbox WHERE state = 'parked'`

	parked     = parkedColumns + ` ORDER BY settled_at DESC, bot, id LIMIT $1`
	parkedByID = parkedColumns + ` AND bot = $1 AND id = $2`
)

// Parked returns the rows that were set aside, the latest first.
func (s *Store) Parked(ctx context.Context, limit int) ([]ParkedRow, error) {
	var records []parkedRecord
	if err := s.reading.sel(ctx, &records, parked, limit); err != nil {
		return nil, doing("parked updates", err)
	}
	rows := make([]ParkedRow, len(records))
	for i, r := range records {
		rows[i] = r.parked()
	}
	return rows, nil
}

// ParkedUpdate returns the row that was set aside; ErrNotFound when no such row
// is parked.
func (s *Store) ParkedUpdate(ctx context.Context, name, id string) (ParkedRow, error) {
	var r parkedRecord
	err := s.r.get(ctx, &r, parkedByID, name, id)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return r.parked(), doing("parked update", err)
}

type parkedRecord struct {
	inboxRecord
	Reason    string `db:"reason"`
	SettledAt micros `db:"settled_at"`
}

func (r parkedRecord) parked() ParkedRow {
	return ParkedRow{InboxRow: r.row(), Reason: r.Reason, ParkedAt: r.SettledAt.time()}
}

const replay = `
UPDATE inbox SET state = 'waiting', attempts = 0, reason = '', settled_at = 0
WHERE bot = $1 AND id = $2 AND state = 'parked' RETURNING chat`

// Replay lets a parked row wait again at its old place in its chat. ErrNotFound
// when no such row is parked, ErrNoChat when it has no place.
func (t *Tx) Replay(ctx context.Context, name, id string) error {
	var chat string
	err := t.get(ctx, &chat, replay, name, id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = ErrNotFound
	case err == nil && chat == "":
		err = ErrNoChat
	}
	return doing("replay", err)
}

// reasonDropped stands in the row of an update that a person has given up.
const reasonDropped = "dropped"

const drop = `
UPDATE inbox SET state = 'done', reason = $3, settled_at = {now}
WHERE bot = $1 AND id = $2 AND state = 'parked'`

// Drop gives a parked row up. Its key stays as long as that of any row that is
// done, so that a messenger which delivers it again brings nothing back.
// ErrNotFound when no such row is parked.
func (t *Tx) Drop(ctx context.Context, name, id string) error {
	n, err := t.exec(ctx, drop, name, id, reasonDropped)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return doing("drop", err)
}
