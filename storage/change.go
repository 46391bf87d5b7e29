package storage

import (
	"context"
	"fmt"
	"maps"
	"reflect"
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
}

// changeContent are the texts of a change, as their JSON column.
type changeContent struct {
	Title       bot.Words `json:"title"`
	Summary     bot.Words `json:"summary"`
	Reason      bot.Words `json:"reason"`
	Consequence bot.Words `json:"consequence"`
	Benefit     bot.Words `json:"benefit"`
	ToDo        bot.Words `json:"to_do"`
}

const putSheets = `
WITH v (id, kind, state, version, valid_from, owner, content, author, editor, note) AS (
	VALUES {rows ($, $, $, CAST($ AS BIGINT), CAST($ AS BIGINT), $, $, $, $, $)}
)
INSERT INTO changes (id, kind, state, version, valid_from, owner, content, author, editor, note)
SELECT id, kind, state, version, valid_from, owner, content, author, editor, note FROM v WHERE TRUE
ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, state = excluded.state, version = excluded.version,
	valid_from = excluded.valid_from, owner = excluded.owner, content = excluded.content,
	author = excluded.author, editor = excluded.editor, note = excluded.note`

// PutChanges inserts or replaces changes, and makes ContentVersion grow. Those
// that may be told concern their audience from now on; see PutSheets. It is for content that comes from elsewhere, approved there; see
// bot/change for what people do.
func (s *Store) PutChanges(ctx context.Context, all []bot.Change) error {
	sheets := make([]Sheet, len(all))
	for i, c := range all {
		sheets[i].Change = c
	}
	return s.putContent(ctx, func(t *Tx) error { return t.PutSheets(ctx, sheets) })
}

const (
	dropAudiences = `
WITH v (change_id) AS (VALUES {rows ($)})
DELETE FROM audiences WHERE change_id IN (SELECT change_id FROM v)`

	putAudiences = `
WITH v (change_id, field, value) AS (VALUES {rows ($, $, $)})
INSERT INTO audiences (change_id, field, value) SELECT change_id, field, value FROM v WHERE TRUE
ON CONFLICT (change_id, field, value) DO NOTHING`
)

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
			clean(s.ID), s.Kind, s.State, s.Version, s.From, s.Owner, toJSON(content), s.Author, s.Editor, s.Note,
		}
	})
	if _, err := t.execRows(ctx, putSheets, nil, rows); err != nil {
		return doing("put changes", err)
	}
	audiences := map[string]bot.Audience{}
	for _, s := range all {
		audiences[clean(s.ID)] = s.Audience
	}
	var ids, values [][]any
	for id, a := range audiences {
		ids = append(ids, []any{id})
		for field, list := range map[string][]string{"kind": a.Kinds, "tier": a.Tiers, "region": a.Regions} {
			for _, v := range list {
				values = append(values, []any{id, field, v})
			}
		}
	}
	if _, err := t.execRows(ctx, dropAudiences, nil, ids); err != nil {
		return doing("put audiences", err)
	}
	if _, err := t.execRows(ctx, putAudiences, nil, values); err != nil {
		return doing("put audiences", err)
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
		if c := is[id]; c.Told() && (!was[id].Told() || !reflect.DeepEqual(was[id].Audience, c.Audience)) {
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
	Author  string          `db:"author"`
	Editor  string          `db:"editor"`
	Note    string          `db:"note"`
}

const (
	sheetColumns = `
SELECT id, kind, state, version, valid_from, owner, content, author, editor, note FROM changes `
	sheets      = sheetColumns + `ORDER BY id`
	sheetsAfter = sheetColumns + `WHERE id > $1 ORDER BY id LIMIT $2`
	sheetByID   = sheetColumns + `WHERE id = $1`
	audiences   = `SELECT change_id, field, value FROM audiences ORDER BY change_id, field, value`
	audienceOf  = `SELECT change_id, field, value FROM audiences WHERE change_id = $1 ORDER BY field, value`
)

// Changes gives every change, in whatever state, by id.
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

// SheetsAfter gives the changes whose ids come after the given one, at most
// limit.
func (s *Store) SheetsAfter(ctx context.Context, id string, limit int) ([]Sheet, error) {
	all, err := s.r.sheets(ctx, sheetsAfter, id, limit)
	return all, doing("changes", err)
}

// Sheet gives one change; ErrNotFound when there is none.
func (s *Store) Sheet(ctx context.Context, id string) (Sheet, error) { return s.r.sheet(ctx, id) }

// Sheet gives one change as it is in the transaction; ErrNotFound when there is
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
	var rows []struct {
		Change string `db:"change_id"`
		Field  string `db:"field"`
		Value  string `db:"value"`
	}
	var err error
	if len(records) == 1 {
		err = c.sel(ctx, &rows, audienceOf, records[0].ID)
	} else {
		err = c.sel(ctx, &rows, audiences)
	}
	if err != nil {
		return nil, err
	}
	whom := map[string]bot.Audience{}
	for _, r := range rows {
		a := whom[r.Change]
		switch r.Field {
		case "kind":
			a.Kinds = append(a.Kinds, r.Value)
		case "tier":
			a.Tiers = append(a.Tiers, r.Value)
		case "region":
			a.Regions = append(a.Regions, r.Value)
		}
		whom[r.Change] = a
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
		all[i] = Sheet{Author: r.Author, Editor: r.Editor, Note: r.Note, Expanding: expanding[r.ID], Change: bot.Change{
			ID: r.ID, Kind: r.Kind, State: r.State, Version: r.Version, From: r.From.time(), Owner: r.Owner,
			Title: content.Title, Summary: content.Summary, Reason: content.Reason,
			Consequence: content.Consequence, Benefit: content.Benefit, ToDo: content.ToDo,
			Audience: whom[r.ID],
		}}
	}
	return all, nil
}
