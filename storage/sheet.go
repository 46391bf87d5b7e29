package storage

import (
	"context"
	"fmt"
	"slices"

	"visnyk/bot"
)

type changeRecord struct {
	ID         string          `db:"id"`
	Kind       bot.ChangeKind  `db:"kind"`
	State      bot.ChangeState `db:"state"`
	Version    int             `db:"version"`
	From       micros          `db:"valid_from"`
	Owner      string          `db:"owner"`
	Content    string          `db:"content"`
	Segment    string          `db:"segment"`
	Named      string          `db:"segment_named"`
	Author     string          `db:"author"`
	Editor     string          `db:"editor"`
	Note       string          `db:"note"`
	Level      string          `db:"level"` // for SQL: the content has it too
	Hash       string          `db:"hash"`
	Renderings string          `db:"renderings"`
	Made       micros          `db:"made_at"`
	Submitted  micros          `db:"submitted_at"`
	Approved   micros          `db:"approved_at"`
	Announced  micros          `db:"announced_at"`
	InForce    int             `db:"in_force"`
}

const (
	sheetColumns = `
SELECT ` + sheetPut + `,
	COALESCE((SELECT f.version FROM changes f WHERE f.id = x.id AND f.state = 'announced'), 0) AS in_force
FROM changes x `

	// newest is the version of a change that its makers have before them: the newest of
	// those that stand, and one that was withdrawn only where no other does.
	newest = `x.version = (
	SELECT n.version FROM changes n WHERE n.id = x.id AND n.state <> 'replaced'
	ORDER BY CASE WHEN n.state = 'withdrawn' THEN 1 ELSE 0 END, n.version DESC LIMIT 1
)`
	sheets      = sheetColumns + `WHERE ` + newest + ` ORDER BY x.id`
	sheetsAfter = sheetColumns + `WHERE x.id > $1 AND ` + newest + ` ORDER BY x.id LIMIT $2`
	sheetByID   = sheetColumns + `WHERE x.id = $1 AND ` + newest
	sheetAt     = sheetColumns + `WHERE x.id = $1 AND x.version = $2`
	sheetToldOf = sheetColumns + `WHERE x.id = $1 AND x.` + told
	versionsOf  = sheetColumns + `WHERE x.id = $1 ORDER BY x.version DESC`
	everySheet  = sheetColumns + `ORDER BY x.id, x.version`
	toldSheets  = sheetColumns + `WHERE x.` + told + ` ORDER BY x.id`
)

// Changes returns every change by id, each in the version that customers hear of, and
// where they hear of none, in the one its makers have before them.
func (s *Store) Changes(ctx context.Context) ([]bot.Change, error) {
	all, err := s.ToldSheets(ctx)
	return changesOf(all), err
}

// ToldSheets returns what Changes does, with what only their makers need to know.
func (s *Store) ToldSheets(ctx context.Context) (all []Sheet, err error) {
	err = s.snapshot(ctx, func(c conn) error {
		if all, err = c.sheets(ctx, sheets); err != nil {
			return err
		}
		told, err := c.sheets(ctx, toldSheets)
		for _, one := range told {
			if i := slices.IndexFunc(all, func(s Sheet) bool { return s.ID == one.ID }); i >= 0 {
				all[i] = one
			}
		}
		return err
	})
	return all, doing("changes", err)
}

func changesOf(all []Sheet) []bot.Change {
	changes := make([]bot.Change, len(all))
	for i, s := range all {
		changes[i] = s.Change
	}
	return changes
}

// SheetsAfter returns the changes whose ids come after the given one, at most
// limit, each in the version its makers have before them.
func (s *Store) SheetsAfter(ctx context.Context, id string, limit int) ([]Sheet, error) {
	all, err := s.reading.sheets(ctx, sheetsAfter, id, limit)
	return all, doing("changes", err)
}

// Sheets returns every change by id, in the version its makers have before them.
func (s *Store) Sheets(ctx context.Context) ([]Sheet, error) {
	all, err := s.r.sheets(ctx, sheets)
	return all, doing("changes", err)
}

// Sheets returns every change as it is in the transaction, by id.
func (t *Tx) Sheets(ctx context.Context) ([]Sheet, error) {
	all, err := t.sheets(ctx, sheets)
	return all, doing("changes", err)
}

// Sheet returns a change in the version its makers have before them; ErrNotFound when
// there is none.
func (s *Store) Sheet(ctx context.Context, id string) (Sheet, error) {
	return s.r.sheet(ctx, sheetByID, id)
}

// Sheet returns one change as it is in the transaction; ErrNotFound when there is
// none.
func (t *Tx) Sheet(ctx context.Context, id string) (Sheet, error) {
	return t.sheet(ctx, sheetByID, id)
}

// SheetVersion returns a version of a change; ErrNotFound when there is none.
func (s *Store) SheetVersion(ctx context.Context, id string, version int) (Sheet, error) {
	return s.r.sheet(ctx, sheetAt, id, version)
}

// SheetVersion returns a version as it is in the transaction; ErrNotFound when there is
// none.
func (t *Tx) SheetVersion(ctx context.Context, id string, version int) (Sheet, error) {
	return t.sheet(ctx, sheetAt, id, version)
}

// ToldSheet returns the change in the version that customers hear of; ErrNotFound when
// they hear of none.
func (t *Tx) ToldSheet(ctx context.Context, id string) (Sheet, error) {
	return t.sheet(ctx, sheetToldOf, id)
}

// SheetVersions returns every version of a change, the newest first; ErrNotFound when
// there is none.
func (s *Store) SheetVersions(ctx context.Context, id string) ([]Sheet, error) {
	all, err := s.reading.sheets(ctx, versionsOf, id)
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	return all, doing("versions of a change", err)
}

const lastVersion = `SELECT COALESCE(max(version), 0) FROM changes WHERE id = $1`

// LastVersion returns the highest version that a change has had; 0 where it had none.
func (t *Tx) LastVersion(ctx context.Context, id string) (version int, err error) {
	err = t.get(ctx, &version, lastVersion, id)
	return version, doing("last version of a change", err)
}

func (c conn) sheet(ctx context.Context, query string, values ...any) (Sheet, error) {
	all, err := c.sheets(ctx, query, values...)
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Sheet{}, doing("change", err)
	}
	return all[0], nil
}

func (c conn) sheets(ctx context.Context, query string, values ...any) ([]Sheet, error) {
	var records []changeRecord
	if err := c.sel(ctx, &records, query, values...); err != nil {
		return nil, err
	}
	var open []Expansion
	if err := c.sel(ctx, &open, openExpansionsOf, ExpandLedger); err != nil {
		return nil, err
	}
	expanding := map[string]*Expansion{}
	for i, e := range open { // the last round counts
		expanding[e.Subject] = &open[i]
	}
	all := make([]Sheet, len(records))
	for i, r := range records {
		var err error
		if all[i], err = r.sheet(); err != nil {
			return nil, fmt.Errorf("change %s: %w", r.ID, err)
		}
		all[i].Expanding = expanding[r.ID]
	}
	return all, nil
}

func (r changeRecord) sheet() (s Sheet, err error) {
	var content changeContent
	if err := fromJSON(r.Content, &content); err != nil {
		return s, err
	}
	s = Sheet{
		Author: r.Author, Editor: r.Editor, Note: r.Note, Hash: r.Hash, InForce: r.InForce,
		Made: r.Made.time(), Submitted: r.Submitted.time(), Approved: r.Approved.time(), Announced: r.Announced.time(),
		Change: bot.Change{
			ID: r.ID, Kind: r.Kind, State: r.State, Version: r.Version, From: r.From.time(), Owner: r.Owner,
			Title: content.Title, Summary: content.Summary, Reason: content.Reason,
			Consequence: content.Consequence, Benefit: content.Benefit, ToDo: content.ToDo, Particulars: content.Particulars,
		},
	}
	if err := fromJSON(r.Renderings, &s.Renderings); err != nil {
		return s, err
	}
	if s.Audience, err = segmentOf(r.Segment); err != nil {
		return s, err
	}
	if len(s.Renderings) == 0 {
		s.Renderings = nil
	}
	s.Named, err = segmentOf(r.Named)
	return s, err
}
