package storage

import (
	"context"
	"time"
)

// SheetNote is what whoever returned a change has noted at a field of its sheet.
type SheetNote struct {
	Change  string
	Field   string // as findings name it
	Version int    // that was returned
	Text    string
	User    string
	Login   string // of the user, for colleagues
	At      time.Time
	// MendedBy is the user who has ticked it off, and MendedAt when; "" while nobody has.
	MendedBy string
	MendedAt time.Time
}

const sheetNotes = `SELECT n.field, n.version, n.note, n.user_id, COALESCE(u.login, '') AS login, n.at, n.mended_by, n.mended_at
FROM sheet_notes n LEFT JOIN users u ON u.id = n.user_id WHERE n.change = $1 ORDER BY n.field`

// SheetNotes returns what is noted at the fields of the change's sheet, by field.
func (s *Store) SheetNotes(ctx context.Context, change string) ([]SheetNote, error) {
	var records []struct {
		Field    string `db:"field"`
		Version  int    `db:"version"`
		Note     string `db:"note"`
		User     string `db:"user_id"`
		Login    string `db:"login"`
		At       micros `db:"at"`
		MendedBy string `db:"mended_by"`
		MendedAt micros `db:"mended_at"`
	}
	if err := s.r.sel(ctx, &records, sheetNotes, change); err != nil {
		return nil, doing("notes of a sheet", err)
	}
	all := make([]SheetNote, len(records))
	for i, r := range records {
		all[i] = SheetNote{
			Change: change, Field: r.Field, Version: r.Version, Text: r.Note, User: r.User, Login: r.Login, At: r.At.time(),
			MendedBy: r.MendedBy, MendedAt: r.MendedAt.time(),
		}
	}
	return all, nil
}

const (
	dropMendedNotes = `DELETE FROM sheet_notes WHERE change = $1 AND mended_at <> 0`
	dropSheetNotes  = `DELETE FROM sheet_notes WHERE change = $1`

	putSheetNote = `
INSERT INTO sheet_notes (change, field, version, note, user_id, at) VALUES ($1, $2, CAST($3 AS BIGINT), $4, $5, {now})
ON CONFLICT (change, field) DO UPDATE SET version = excluded.version, note = excluded.note, user_id = excluded.user_id, at = excluded.at,
	mended_by = '', mended_at = 0`

	mendSheetNote = `UPDATE sheet_notes SET mended_by = $3, mended_at = CASE WHEN $3 = '' THEN 0 ELSE {now} END WHERE change = $1 AND field = $2`
)

// PutSheetNotes keeps the notes with which a change is returned, beside those of before
// that nobody has ticked off.
func (t *Tx) PutSheetNotes(ctx context.Context, change string, all []SheetNote) error {
	if _, err := t.exec(ctx, dropMendedNotes, change); err != nil {
		return doing("put notes of a sheet", err)
	}
	for _, n := range all {
		if _, err := t.exec(ctx, putSheetNote, clean(change), clean(n.Field), n.Version, clean(n.Text), n.User); err != nil {
			return doing("put notes of a sheet", err)
		}
	}
	return nil
}

// MendSheetNote ticks a note off in the name of the user, "" takes that back;
// ErrNotFound where there is no note at the field.
func (t *Tx) MendSheetNote(ctx context.Context, change, field, user string) error {
	n, err := t.exec(ctx, mendSheetNote, change, field, user)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return doing("mend a note of a sheet", err)
}

// DropSheetNotes forgets the notes of a change: what they are about is told.
func (t *Tx) DropSheetNotes(ctx context.Context, change string) error {
	_, err := t.exec(ctx, dropSheetNotes, change)
	return doing("drop notes of a sheet", err)
}
