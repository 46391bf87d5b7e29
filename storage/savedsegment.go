package storage

import (
	"context"
	"errors"
	"time"

	"visnyk/bot"
)

const savedSegments = `
SELECT id, name, tree, made_by, version, made_at, changed_at, counted_at, people, blank FROM segments ORDER BY name, id`

type savedRow struct {
	ID        string `db:"id"`
	Name      string `db:"name"`
	Tree      string `db:"tree"`
	MadeBy    string `db:"made_by"`
	Version   int64  `db:"version"`
	MadeAt    micros `db:"made_at"`
	ChangedAt micros `db:"changed_at"`
	CountedAt micros `db:"counted_at"`
	People    int    `db:"people"`
	Blank     int    `db:"blank"`
}

// Segments returns the segments that have a name, by it. There are few.
func (s *Store) Segments(ctx context.Context) ([]bot.SavedSegment, error) {
	return s.r.savedSegments(ctx, savedSegments)
}

// Segments returns the segments that have a name, as the transaction has them, and
// keeps others from changing them until the commit: none may come to be within
// itself by two writes at once.
func (t *Tx) Segments(ctx context.Context) ([]bot.SavedSegment, error) {
	return t.savedSegments(ctx, savedSegments+" {update}")
}

func (c conn) savedSegments(ctx context.Context, query string) ([]bot.SavedSegment, error) {
	var rows []savedRow
	if err := c.sel(ctx, &rows, query); err != nil {
		return nil, doing("segments", err)
	}
	all := make([]bot.SavedSegment, len(rows))
	for i, r := range rows {
		tree, err := segmentOf(r.Tree)
		if err != nil {
			return nil, doing("segment "+r.ID, err)
		}
		all[i] = bot.SavedSegment{
			ID: r.ID, Name: r.Name, Tree: tree, MadeBy: r.MadeBy, Version: r.Version, MadeAt: r.MadeAt.time(), ChangedAt: r.ChangedAt.time(),
			CountedAt: r.CountedAt.time(), Count: r.People, OnlyBlank: r.Blank,
		}
	}
	return all, nil
}

const (
	addSegment = `
INSERT INTO segments (id, name, tree, made_by, version, made_at, changed_at) VALUES ($1, $2, $3, $4, 1, {now}, {now})
ON CONFLICT (name) DO NOTHING`
	// Another tree was never counted.
	setSegment = `
UPDATE segments SET name = $2, version = version + 1, changed_at = {now},
	counted_at = CASE WHEN tree = $3 THEN counted_at ELSE 0 END, people = CASE WHEN tree = $3 THEN people ELSE 0 END,
	blank = CASE WHEN tree = $3 THEN blank ELSE 0 END, tree = $3
WHERE id = $1 AND version = $4`
	dropSegment = `DELETE FROM segments WHERE id = $1 AND version = $2`
	// A count of a tree that was changed meanwhile is nobody's.
	noteSegment = `UPDATE segments SET counted_at = $3, people = $4, blank = $5 WHERE id = $1 AND version = $2`
)

// ErrTaken: another has the name already.
var ErrTaken = errors.New("the name is taken")

// AddSegment keeps a segment under its id; ErrTaken when another has its name.
func (t *Tx) AddSegment(ctx context.Context, s bot.SavedSegment) error {
	n, err := t.exec(ctx, addSegment, clean(s.ID), clean(s.Name), segmentText(s.Tree), s.MadeBy)
	if err == nil && n == 0 {
		err = ErrTaken
	}
	return doing("add a segment", err)
}

// SetSegment writes the name and the tree of a segment as of its version; ErrConflict
// when it has another by now. That no other has the name, the caller has seen among
// Segments.
func (t *Tx) SetSegment(ctx context.Context, s bot.SavedSegment) error {
	n, err := t.exec(ctx, setSegment, s.ID, clean(s.Name), segmentText(s.Tree), s.Version)
	if err == nil && n == 0 {
		err = ErrConflict
	}
	return doing("set a segment", err)
}

// DropSegment removes a segment as of its version; ErrConflict when it has another by
// now.
func (t *Tx) DropSegment(ctx context.Context, s bot.SavedSegment) error {
	n, err := t.exec(ctx, dropSegment, s.ID, s.Version)
	if err == nil && n == 0 {
		err = ErrConflict
	}
	return doing("drop a segment", err)
}

// NoteCount keeps how many people were in the segment, as of its version, and how many
// of them only because something is not known.
func (s *Store) NoteCount(ctx context.Context, of bot.SavedSegment, at time.Time, people, blank int) error {
	_, err := s.w.exec(ctx, noteSegment, of.ID, of.Version, at, people, blank)
	return doing("note a count", err)
}
