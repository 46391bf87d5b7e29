package storage

import (
	"context"
	"maps"
	"slices"
	"time"

	"visnyk/bot"
)

// Sheet is a version of a change with what only its makers need to know.
type Sheet struct {
	bot.Change
	Author string // the user who made the change; "" when it was imported
	Editor string // the user who wrote this version
	Note   string // why it was returned, or what was said with its last move
	// Made, Submitted, Approved and Announced are when it was; zero: not yet, or before
	// this was noted.
	Made, Submitted, Approved, Announced time.Time
	// Hash is what was approved, Renderings the hashes of what is told of it; nothing of
	// either while it is not approved.
	Hash       string
	Renderings []string
	// InForce is the version that customers hear of; 0: none. It is read only.
	InForce int
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
	s.Groups = slices.Clone(s.Groups)
	for i, g := range s.Groups {
		if !g.Named.Everyone() {
			s.Groups[i].Segment, s.Groups[i].Named = g.Named, bot.Segment{}
		}
	}
	return s
}

// Segments returns the ids of the segments that the audience names.
func (s Sheet) Segments() []string { return append(s.Audience.Within(), s.Named.Within()...) }

// changeContent are the texts and particulars of a change, as their JSON column.
type changeContent struct {
	Title       bot.Bilingual `json:"title"`
	Summary     bot.Bilingual `json:"summary"`
	Reason      bot.Bilingual `json:"reason"`
	Consequence bot.Bilingual `json:"consequence"`
	Benefit     bot.Bilingual `json:"benefit"`
	ToDo        bot.Bilingual `json:"to_do"`
	bot.Particulars
}

const (
	sheetPut = `id, kind, state, version, valid_from, owner, content, segment, segment_named, author, editor, note, level, hash, renderings, made_at, submitted_at, approved_at, announced_at`

	// replaceVersions comes before its version is put. One that is announced replaces
	// all others; one that is still being made, those that were; one that is over, what
	// was being made of it.
	replaceVersions = `
WITH v (id, version, state) AS (VALUES {rows ($, CAST($ AS BIGINT), $)})
UPDATE changes SET state = 'replaced' FROM v
WHERE changes.id = v.id AND changes.version <> v.version AND changes.state IN ('draft', 'in review', 'approved', 'announced')
AND (v.state = 'announced' OR v.state IN ('draft', 'in review', 'approved') AND changes.state <> 'announced'
	OR v.state IN ('closed', 'withdrawn') AND changes.version > v.version)`

	putSheets = `
WITH v (` + sheetPut + `) AS (
	VALUES {rows ($, $, $, CAST($ AS BIGINT), CAST($ AS BIGINT), $, $, $, $, $, $, $, $, $, $, CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT))}
)
INSERT INTO changes (` + sheetPut + `)
SELECT ` + sheetPut + ` FROM v WHERE TRUE
ON CONFLICT (id, version) DO UPDATE SET kind = excluded.kind, state = excluded.state,
	valid_from = excluded.valid_from, owner = excluded.owner, content = excluded.content,
	segment = excluded.segment, segment_named = excluded.segment_named, author = excluded.author, editor = excluded.editor, note = excluded.note,
	level = excluded.level, hash = excluded.hash, renderings = excluded.renderings, made_at = excluded.made_at,
	submitted_at = excluded.submitted_at, approved_at = excluded.approved_at, announced_at = excluded.announced_at`
)

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

// PutSheets inserts or replaces versions of changes, one of each; EditContent comes
// before. Another version that it leaves no place for is replaced by it. Where more
// people than before may be told of a change, or others, it asks for the expansion that
// brings the ledger in line.
func (t *Tx) PutSheets(ctx context.Context, all []Sheet) error {
	unlisted, err := t.unlisted(ctx, all)
	if err != nil {
		return doing("put changes", err)
	}
	rows := lastByID(all, func(s Sheet) []any {
		content := changeContent{
			Title: s.Title, Summary: s.Summary, Reason: s.Reason,
			Consequence: s.Consequence, Benefit: s.Benefit, ToDo: s.ToDo, Particulars: s.Particulars,
		}
		return []any{
			clean(s.ID), s.Kind, s.State, s.Version, s.From, s.Owner, toJSON(content), segmentText(s.Audience), segmentText(s.Named), s.Author, s.Editor, s.Note,
			s.AtLevel(), s.Hash, toJSON(append([]string{}, s.Renderings...)), s.Made, s.Submitted, s.Approved, s.Announced,
		}
	})
	versions := make([][]any, len(rows))
	for i, r := range rows {
		versions[i] = []any{r[0], r[3], r[2]}
	}
	if _, err := t.execRows(ctx, replaceVersions, nil, versions); err != nil {
		return doing("put changes", err)
	}
	if _, err := t.execRows(ctx, putSheets, nil, rows); err != nil {
		return doing("put changes", err)
	}
	return doing("put changes", t.askExpansions(ctx, ExpandLedger, unlisted))
}

const replaceAll = `
UPDATE changes SET state = 'replaced' WHERE id = $1 AND state IN ('draft', 'in review', 'approved', 'announced', 'closed', 'withdrawn')`

// ReplaceVersions has no version of the change stand any more: another one comes.
func (t *Tx) ReplaceVersions(ctx context.Context, id string) error {
	_, err := t.exec(ctx, replaceAll, id)
	return doing("replace versions", err)
}

// unlisted returns the changes that may be told, and the ledger is not, or will
// not be, in line with: they might not be told before, or of whom they concern
// something else was said.
func (t *Tx) unlisted(ctx context.Context, all []Sheet) (ids [][]any, err error) {
	is := map[string]bot.Change{} // the last one counts
	for _, s := range all {
		is[clean(s.ID)] = s.Change
	}
	var told []concerning
	if err := t.sel(ctx, &told, toldChanges); err != nil {
		return nil, err
	}
	was := map[string]string{}
	for _, c := range told {
		was[c.ID] = c.Segment
	}
	for _, id := range slices.Sorted(maps.Keys(is)) {
		audience, before := was[id]
		if c := is[id]; c.Told() && (!before || audience != segmentText(c.Audience)) {
			ids = append(ids, []any{id})
		}
	}
	return ids, nil
}
