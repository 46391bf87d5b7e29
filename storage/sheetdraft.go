package storage

import (
	"context"
	"fmt"
	"time"

	"visnyk/bot"
)

// SheetDraft is what a user has written in the sheet of a change and no version holds
// yet.
type SheetDraft struct {
	Change, User string
	Login        string // of the user, for colleagues
	Version      int    // that it was begun from
	Rev          int    // grows with each time it is kept
	Sheet        bot.Change
	UpdatedAt    time.Time
}

type sheetDraftRecord struct {
	Change    string `db:"change"`
	User      string `db:"user_id"`
	Login     string `db:"login"`
	Version   int    `db:"version"`
	Rev       int    `db:"rev"`
	Content   string `db:"content"`
	UpdatedAt micros `db:"updated_at"`
}

const (
	sheetDraftColumns = `SELECT d.change, d.user_id, COALESCE(u.login, '') AS login, d.version, d.rev, d.content, d.updated_at
FROM sheet_drafts d LEFT JOIN users u ON u.id = d.user_id `
	sheetDraftsOf   = sheetDraftColumns + `WHERE d.change = $1 ORDER BY d.updated_at DESC, d.user_id`
	idleSheetDrafts = sheetDraftColumns + `WHERE d.updated_at < {now} - $1 ORDER BY d.updated_at, d.change, d.user_id LIMIT $2`
)

// SheetDrafts returns what users have written in the sheet of the change, the newest
// first.
func (s *Store) SheetDrafts(ctx context.Context, change string) ([]SheetDraft, error) {
	return s.r.sheetDrafts(ctx, sheetDraftsOf, change)
}

// IdleSheetDrafts returns those that nobody has written in for so long, the oldest
// first, at most limit.
func (s *Store) IdleSheetDrafts(ctx context.Context, idle time.Duration, limit int) ([]SheetDraft, error) {
	return s.r.sheetDrafts(ctx, idleSheetDrafts, idle, limit)
}

func (c conn) sheetDrafts(ctx context.Context, query string, values ...any) ([]SheetDraft, error) {
	var records []sheetDraftRecord
	if err := c.sel(ctx, &records, query, values...); err != nil {
		return nil, doing("drafts of sheets", err)
	}
	all := make([]SheetDraft, len(records))
	for i, r := range records {
		all[i] = SheetDraft{Change: r.Change, User: r.User, Login: r.Login, Version: r.Version, Rev: r.Rev, UpdatedAt: r.UpdatedAt.time()}
		if err := fromJSON(r.Content, &all[i].Sheet); err != nil {
			return nil, fmt.Errorf("draft of the sheet of %s: %w", r.Change, err)
		}
	}
	return all, nil
}

const putSheetDraft = `
INSERT INTO sheet_drafts (change, user_id, version, rev, content, updated_at)
VALUES ($1, $2, CAST($3 AS BIGINT), CAST($4 AS BIGINT) + 1, $5, {now})
ON CONFLICT (change, user_id) DO UPDATE SET version = excluded.version, rev = excluded.rev, content = excluded.content, updated_at = excluded.updated_at
WHERE sheet_drafts.rev = excluded.rev - 1`

// PutSheetDraft keeps the draft in place of the user's last one of the change, whose
// Rev it has: ErrConflict where that was kept anew meanwhile, by another page.
func (s *Store) PutSheetDraft(ctx context.Context, d SheetDraft) error {
	return s.InTx(ctx, func(tx *Tx) error {
		n, err := tx.exec(ctx, putSheetDraft, clean(d.Change), d.User, d.Version, d.Rev, toJSON(d.Sheet))
		if err == nil && n == 0 {
			err = ErrConflict
		}
		return doing("put a draft of a sheet", err)
	})
}

const dropSheetDraft = `DELETE FROM sheet_drafts WHERE change = $1 AND user_id = $2 AND rev = $3`

// DropSheetDraft removes the draft, unless it was kept anew meanwhile.
func (s *Store) DropSheetDraft(ctx context.Context, d SheetDraft) error {
	return s.InTx(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, dropSheetDraft, d.Change, d.User, d.Rev)
		return doing("drop a draft of a sheet", err)
	})
}
