package storage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"visnyk/bot"
)

// PlannedWave is a wave with its broadcast.
type PlannedWave struct {
	Mailing
	Wave   bot.Wave
	Called time.Time // when its owner was called because it is overdue; zero: never
}

type waveRecord struct {
	Broadcast string       `db:"broadcast"`
	Change    string       `db:"change_id"`
	Kind      bot.WaveKind `db:"kind"`
	Place     int          `db:"place"`
	Owner     string       `db:"owner"`
	Gate      int          `db:"gate"`
	OpenedBy  string       `db:"opened_by"`
	OpenedWhy string       `db:"opened_why"`
	OpenedAt  micros       `db:"opened_at"`
	Called    micros       `db:"called_at"`
}

func (r waveRecord) wave() bot.Wave {
	return bot.Wave{
		Broadcast: r.Broadcast, Change: r.Change, Kind: r.Kind, Place: r.Place, Owner: r.Owner, Gate: r.Gate,
		Opened: bot.WaveOpened{By: r.OpenedBy, Why: r.OpenedWhy, At: r.OpenedAt.time()},
	}
}

const (
	waveColumns = `SELECT broadcast, change_id, kind, place, owner, gate, opened_by, opened_why, opened_at, called_at FROM waves `
	wavesOf     = waveColumns + `WHERE change_id = $1 ORDER BY place, broadcast`
	waveOf      = waveColumns + `WHERE broadcast = $1`
	wavedOf     = broadcastColumns + `WHERE id IN (SELECT w.broadcast FROM waves w WHERE w.change_id = $1) ORDER BY id`

	putWave = `
INSERT INTO waves (broadcast, change_id, kind, place, owner, gate, opened_by, opened_why, opened_at, called_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)
ON CONFLICT (broadcast) DO UPDATE SET place = excluded.place, owner = excluded.owner, gate = excluded.gate,
	opened_by = excluded.opened_by, opened_why = excluded.opened_why, opened_at = excluded.opened_at, called_at = 0`
	dropWave = `DELETE FROM waves WHERE broadcast = $1`
)

// Plan returns the waves of a change, in their order; none where it has no plan.
func (s *Store) Plan(ctx context.Context, change string) ([]PlannedWave, error) {
	return s.r.plan(ctx, change)
}

// Plan returns the waves of a change as the transaction has them.
func (t *Tx) Plan(ctx context.Context, change string) ([]PlannedWave, error) {
	return t.plan(ctx, change)
}

func (c conn) plan(ctx context.Context, change string) (all []PlannedWave, err error) {
	var records []waveRecord
	if err := c.sel(ctx, &records, wavesOf, change); err != nil || len(records) == 0 {
		return nil, doing("plan", err)
	}
	broadcasts, err := c.broadcasts(ctx, wavedOf, change)
	if err != nil {
		return nil, doing("plan", err)
	}
	by := map[string]Mailing{}
	for _, m := range broadcasts {
		by[m.ID] = m
	}
	for _, r := range records {
		if m, ok := by[r.Broadcast]; ok {
			all = append(all, PlannedWave{Wave: r.wave(), Mailing: m, Called: r.Called.time()})
		}
	}
	return all, nil
}

// Wave returns the wave that the broadcast is; ErrNotFound where it is none.
func (s *Store) Wave(ctx context.Context, broadcast string) (bot.Wave, error) {
	return s.r.wave(ctx, broadcast)
}

// Wave returns the wave as the transaction has it.
func (t *Tx) Wave(ctx context.Context, broadcast string) (bot.Wave, error) {
	return t.wave(ctx, broadcast)
}

func (c conn) wave(ctx context.Context, broadcast string) (bot.Wave, error) {
	var records []waveRecord
	err := c.sel(ctx, &records, waveOf, broadcast)
	if err == nil && len(records) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return bot.Wave{}, doing("wave", err)
	}
	return records[0].wave(), nil
}

// PutWave makes a wave, or writes it anew; whoever was called about it is called again.
func (t *Tx) PutWave(ctx context.Context, w bot.Wave) error {
	_, err := t.exec(ctx, putWave, w.Broadcast, w.Change, w.Kind, w.Place, w.Owner, w.Gate, w.Opened.By, w.Opened.Why, w.Opened.At)
	return doing("put a wave", err)
}

// DropWave takes the broadcast out of its plan.
func (t *Tx) DropWave(ctx context.Context, broadcast string) error {
	_, err := t.exec(ctx, dropWave, broadcast)
	return doing("drop a wave", err)
}

const knownByWave = `
SELECT count(*) AS people, COALESCE(sum(CASE WHEN EXISTS (SELECT 1 FROM ledger x WHERE x.contact = r.contact AND x.change_id = $1 AND {knows}) THEN 1 ELSE 0 END), 0) AS know
FROM recipients r WHERE r.contact <> '' AND r.outcome <> 'skipped' AND {broadcast}`

// KnownBy returns how many of those whom the broadcasts reached, or may reach yet, know of
// the version of the change, by its level. Who was left out or erased is not asked about.
func (s *Store) KnownBy(ctx context.Context, change string, version int, broadcasts []string) (k bot.Knowing, err error) {
	these := compiler{sqlite: s.reading.sql.SQLite(), first: 2}
	among := these.among("r.broadcast", broadcasts)
	these.values = append(these.values, version)
	knows := knows(fmt.Sprintf("live.version = $%d", 1+len(these.values)))
	var n struct {
		People int `db:"people"`
		Know   int `db:"know"`
	}
	query := strings.NewReplacer("{broadcast}", among, "{knows}", knows).Replace(knownByWave)
	err = s.reading.get(ctx, &n, query, append([]any{change}, these.values...)...)
	return bot.Knowing{Know: n.Know, People: n.People}, doing("who knows", err)
}

// Silent reports whether the broadcast tells what its people may not hear of yet: customers
// a change that is not announced, colleagues one that is not approved.
func (s *Store) Silent(ctx context.Context, m Mailing) (bool, error) { return s.r.silent(ctx, m) }

// Silent is Store.Silent as the transaction has it.
func (t *Tx) Silent(ctx context.Context, m Mailing) (bool, error) { return t.silent(ctx, m) }

const versionState = `SELECT COALESCE((SELECT state FROM changes WHERE id = $1 AND version = $2), '')`

func (c conn) silent(ctx context.Context, m Mailing) (bool, error) {
	if m.Change == "" || m.ChangeVersion == 0 || m.News != nil {
		return false, nil
	}
	var state bot.ChangeState
	if err := c.get(ctx, &state, versionState, m.Change, m.ChangeVersion); err != nil {
		return false, doing("whether it may be told", err)
	}
	return state.Open() && (state != bot.ChangeApproved || !m.ForStaff()), nil
}

const noteHeld = `UPDATE broadcasts SET held_at = $2 WHERE id = $1 AND state = 'scheduled' AND held_at < start_at`

// NoteHeld notes that the broadcast, whose moment is there, waits since then.
func (s *Store) NoteHeld(ctx context.Context, id string, since time.Time) error {
	_, err := s.w.exec(ctx, noteHeld, id, since)
	return doing("note that it waits", err)
}

const (
	// Where nobody is reached the page alone says it.
	overdueWaves = `
SELECT w.broadcast, w.change_id, w.owner, b.title, b.content, b.start_at, b.zone, a.bot, a.chat, u.language
FROM waves w JOIN broadcasts b ON b.id = w.broadcast JOIN users u ON u.id = w.owner JOIN staff_addresses a ON a.user_id = u.id
WHERE w.called_at = 0 AND u.disabled_at = 0 AND b.started_at = 0 AND b.state NOT IN ('sent', 'cancelled') AND b.start_at <> 0 AND b.start_at <= {now} - $1
ORDER BY w.broadcast`

	callOwner = `
UPDATE waves SET called_at = {now} WHERE broadcast = $1 AND owner = $2 AND called_at = 0
AND EXISTS (SELECT 1 FROM broadcasts b WHERE b.id = waves.broadcast AND b.started_at = 0 AND b.state NOT IN ('sent', 'cancelled'))`
)

// OverdueWave is a wave that has not begun, with where its owner is reached.
type OverdueWave struct {
	Broadcast, Change, Owner, Zone string
	Title                          string // as the owner reads it
	Due                            time.Time
	Colleague                      bot.Address
	Language                       bot.Language
}

// OverdueWaves returns those that are late by so much and whose owners were not called yet.
func (s *Store) OverdueWaves(ctx context.Context, late time.Duration) (all []OverdueWave, err error) {
	var records []struct {
		Broadcast string       `db:"broadcast"`
		Change    string       `db:"change_id"`
		Owner     string       `db:"owner"`
		Title     string       `db:"title"`
		Content   string       `db:"content"`
		Start     micros       `db:"start_at"`
		Zone      string       `db:"zone"`
		Bot       string       `db:"bot"`
		Chat      string       `db:"chat"`
		Language  bot.Language `db:"language"`
	}
	err = s.r.sel(ctx, &records, overdueWaves, late)
	for _, r := range records {
		var content broadcastContent
		if err := fromJSON(r.Content, &content); err != nil {
			return nil, doing("overdue waves", err)
		}
		all = append(all, OverdueWave{
			Broadcast: r.Broadcast, Change: r.Change, Owner: r.Owner, Zone: r.Zone, Title: bot.Broadcast{Title: r.Title, Titles: content.Titles}.Called(r.Language),
			Due: r.Start.time(), Colleague: bot.Address{Bot: r.Bot, Chat: r.Chat}, Language: r.Language,
		})
	}
	return all, doing("overdue waves", err)
}

// CallOwner notes that the owner is called about the wave, and reports whether that is
// still to be done.
func (t *Tx) CallOwner(ctx context.Context, w OverdueWave) (bool, error) {
	n, err := t.exec(ctx, callOwner, w.Broadcast, w.Owner)
	return n > 0, doing("call the owner of a wave", err)
}
