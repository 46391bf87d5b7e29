package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"visnyk/bot"
)

// Sheet is a change with what only its makers need to know.
type Sheet struct {
	bot.Change
	Author string // the user who made it; "" when it was imported
	Editor string // the user who edited it last
	Note   string // why it was returned, or what was said with its last move
	// Expanding is how far the ledger's rows have been made; nil once everybody
	// whom it concerns has one. It is read only.
	Expanding *Expansion
	// Named is the audience as it was written, with segments in it by their ids, where
	// Audience has a copy of each in its place: since it was submitted. Zero where it
	// names none, and in drafts, whose Audience is as it was written.
	Named bot.Segment
	// Outdated tells that one of those segments has changed since. It is read only, and
	// bot/change fills it.
	Outdated bool
}

// Unsubmitted returns the change with its audience as it was written.
func (s Sheet) Unsubmitted() Sheet {
	if !s.Named.Everyone() {
		s.Audience, s.Named = s.Named, bot.Segment{}
	}
	return s
}

// Segments returns the ids of the segments that the audience names.
func (s Sheet) Segments() []string { return append(s.Audience.Within(), s.Named.Within()...) }

// changeContent are the texts of a change, as their JSON column.
type changeContent struct {
	Title       bot.Bilingual `json:"title"`
	Summary     bot.Bilingual `json:"summary"`
	Reason      bot.Bilingual `json:"reason"`
	Consequence bot.Bilingual `json:"consequence"`
	Benefit     bot.Bilingual `json:"benefit"`
	ToDo        bot.Bilingual `json:"to_do"`
}

const putSheets = `
WITH v (id, kind, state, version, valid_from, owner, content, segment, segment_named, author, editor, note) AS (
	VALUES {rows ($, $, $, CAST($ AS BIGINT), CAST($ AS BIGINT), $, $, $, $, $, $, $)}
)
INSERT INTO changes (id, kind, state, version, valid_from, owner, content, segment, segment_named, author, editor, note)
SELECT id, kind, state, version, valid_from, owner, content, segment, segment_named, author, editor, note FROM v WHERE TRUE
ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, state = excluded.state, version = excluded.version,
	valid_from = excluded.valid_from, owner = excluded.owner, content = excluded.content,
	segment = excluded.segment, segment_named = excluded.segment_named, author = excluded.author, editor = excluded.editor, note = excluded.note`

// PutChanges inserts or replaces changes, and makes ContentVersion grow. Those
// that may be told concern their audience from now on; see PutSheets. It is for
// content that comes from elsewhere, approved there; see bot/change for what
// people do.
func (s *Store) PutChanges(ctx context.Context, all []bot.Change) error {
	sheets := make([]Sheet, len(all))
	for i, c := range all {
		sheets[i].Change = c
	}
	return s.putContent(ctx, func(t *Tx) error { return t.PutSheets(ctx, sheets) })
}

// PutSheets inserts or replaces changes; EditContent comes before. Where more
// people than before may be told of one, or others, it asks for the expansion
// that brings the ledger in line.
func (t *Tx) PutSheets(ctx context.Context, all []Sheet) error {
	unlisted, err := t.unlisted(ctx, all)
	if err != nil {
		return doing("put changes", err)
	}
	rows := lastByID(all, func(s Sheet) []any {
		content := changeContent{
			Title: s.Title, Summary: s.Summary, Reason: s.Reason,
			Consequence: s.Consequence, Benefit: s.Benefit, ToDo: s.ToDo,
		}
		return []any{
			clean(s.ID), s.Kind, s.State, s.Version, s.From, s.Owner, toJSON(content), segmentText(s.Audience), segmentText(s.Named), s.Author, s.Editor, s.Note,
		}
	})
	if _, err := t.execRows(ctx, putSheets, nil, rows); err != nil {
		return doing("put changes", err)
	}
	return doing("put changes", t.askExpansions(ctx, ExpandLedger, unlisted))
}

// unlisted returns the changes that may be told, and the ledger is not, or will
// not be, in line with: they might not be told before, or of whom they concern
// something else was said.
func (t *Tx) unlisted(ctx context.Context, all []Sheet) (ids [][]any, err error) {
	is := map[string]bot.Change{} // the last one counts
	for _, s := range all {
		is[clean(s.ID)] = s.Change
	}
	var before []Sheet
	if len(is) == 1 {
		before, err = t.sheets(ctx, sheetByID, all[0].ID)
	} else if len(is) > 1 {
		before, err = t.sheets(ctx, sheets)
	}
	if err != nil {
		return nil, err
	}
	was := map[string]bot.Change{}
	for _, s := range before {
		was[s.ID] = s.Change
	}
	for _, id := range slices.Sorted(maps.Keys(is)) {
		if c := is[id]; c.Told() && (!was[id].Told() || segmentText(was[id].Audience) != segmentText(c.Audience)) {
			ids = append(ids, []any{id})
		}
	}
	return ids, nil
}

type changeRecord struct {
	ID      string          `db:"id"`
	Kind    bot.ChangeKind  `db:"kind"`
	State   bot.ChangeState `db:"state"`
	Version int             `db:"version"`
	From    micros          `db:"valid_from"`
	Owner   string          `db:"owner"`
	Content string          `db:"content"`
	Segment string          `db:"segment"`
	Named   string          `db:"segment_named"`
	Author  string          `db:"author"`
	Editor  string          `db:"editor"`
	Note    string          `db:"note"`
}

const (
	sheetColumns = `
SELECT id, kind, state, version, valid_from, owner, content, segment, segment_named, author, editor, note FROM changes `
	sheets      = sheetColumns + `ORDER BY id`
	sheetsAfter = sheetColumns + `WHERE id > $1 ORDER BY id LIMIT $2`
	sheetByID   = sheetColumns + `WHERE id = $1`
)

// Changes returns every change, in whatever state, by id.
func (s *Store) Changes(ctx context.Context) ([]bot.Change, error) {
	found, err := s.r.sheets(ctx, sheets)
	if err != nil {
		return nil, doing("changes", err)
	}
	all := make([]bot.Change, len(found))
	for i, f := range found {
		all[i] = f.Change
	}
	return all, nil
}

// SheetsAfter returns the changes whose ids come after the given one, at most
// limit.
func (s *Store) SheetsAfter(ctx context.Context, id string, limit int) ([]Sheet, error) {
	all, err := s.reading.sheets(ctx, sheetsAfter, id, limit)
	return all, doing("changes", err)
}

// Sheets returns every change with what only its makers need to know, by id.
func (s *Store) Sheets(ctx context.Context) ([]Sheet, error) {
	all, err := s.r.sheets(ctx, sheets)
	return all, doing("changes", err)
}

// Sheets returns every change as it is in the transaction, by id.
func (t *Tx) Sheets(ctx context.Context) ([]Sheet, error) {
	all, err := t.sheets(ctx, sheets)
	return all, doing("changes", err)
}

// Sheet returns one change; ErrNotFound when there is none.
func (s *Store) Sheet(ctx context.Context, id string) (Sheet, error) { return s.r.sheet(ctx, id) }

// Sheet returns one change as it is in the transaction; ErrNotFound when there is
// none.
func (t *Tx) Sheet(ctx context.Context, id string) (Sheet, error) { return t.sheet(ctx, id) }

func (c conn) sheet(ctx context.Context, id string) (Sheet, error) {
	all, err := c.sheets(ctx, sheetByID, id)
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
		var content changeContent
		if err := fromJSON(r.Content, &content); err != nil {
			return nil, fmt.Errorf("change %s: %w", r.ID, err)
		}
		audience, err := segmentOf(r.Segment)
		if err != nil {
			return nil, fmt.Errorf("change %s: %w", r.ID, err)
		}
		named, err := segmentOf(r.Named)
		if err != nil {
			return nil, fmt.Errorf("change %s: %w", r.ID, err)
		}
		all[i] = Sheet{Author: r.Author, Editor: r.Editor, Note: r.Note, Named: named, Expanding: expanding[r.ID], Change: bot.Change{
			ID: r.ID, Kind: r.Kind, State: r.State, Version: r.Version, From: r.From.time(), Owner: r.Owner,
			Title: content.Title, Summary: content.Summary, Reason: content.Reason,
			Consequence: content.Consequence, Benefit: content.Benefit, ToDo: content.ToDo,
			Audience: audience,
		}}
	}
	return all, nil
}
