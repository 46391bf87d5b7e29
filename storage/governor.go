package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"visnyk/bot"
)

const (
	// What is released is released by one at a time, so that the cap is one over all
	// bots and replicas: who comes next sees what the one before has released.
	lockRelease = `SELECT copied OR beat_at < {now} - 900000000 AS unserved, {now} AS now FROM pulse WHERE id = 1 {alone}`

	governClock = `SELECT {now}`

	governedFacts = `
WITH v (place, contact, bot, chat) AS (VALUES {rows (CAST($ AS BIGINT), $, $, $)})
SELECT v.place, k.id IS NULL AS gone, COALESCE(k.stopped, FALSE) OR COALESCE(c.hushed, FALSE) AS stopped, COALESCE(c.reach, '') AS reach,
	v.contact IN (SELECT t.contact FROM tickets t WHERE t.state = 'taken' AND t.holder <> '' AND t.contact <> '') AS held,
	COALESCE(k.zone, '') AS zone, COALESCE(k.quiet, '') AS quiet, COALESCE(k.paused_until, 0) AS paused_until,
	COALESCE(k.muted, '[]') AS muted, COALESCE(k.granted, '[]') AS granted
FROM v LEFT JOIN contacts k ON k.id = v.contact LEFT JOIN conversations c ON c.bot = v.bot AND c.chat = v.chat AND c.contact = v.contact`

	// An outer join, so that PostgreSQL goes by the contacts: of a young table it would
	// take it that there are fewer recipients. A digest is one message, of however many
	// broadcasts it tells.
	toldLately = `
WITH v (place, contact, broadcast, key) AS (VALUES {rows (CAST($ AS BIGINT), $, $, $)})
SELECT v.place, max(r.released_at) AS told_at
FROM v LEFT JOIN recipients r ON r.contact = v.contact AND r.released_at > {now} - 691200000000 AND r.outcome IN ('pending', 'sent', 'unknown')
	AND NOT (r.broadcast = v.broadcast AND r.key = v.key)
WHERE COALESCE(r.released_at, 0) <> 0
GROUP BY v.place, CASE WHEN r.digest = '' THEN r.broadcast || '/' || r.key ELSE r.digest END`
)

type governedRecord struct {
	Place   int       `db:"place"`
	Gone    bool      `db:"gone"`
	Stopped bool      `db:"stopped"`
	Reach   bot.Reach `db:"reach"`
	Held    bool      `db:"held"`
	Zone    string    `db:"zone"`
	Quiet   bot.Quiet `db:"quiet"`
	Paused  micros    `db:"paused_until"`
	Muted   string    `db:"muted"`
	Granted string    `db:"granted"`
}

func (r governedRecord) governed() (p bot.Governed, err error) {
	p = bot.Governed{Gone: r.Gone, Stopped: r.Stopped, Reach: r.Reach, Held: r.Held, Zone: r.Zone}
	p.Wishes.Quiet, p.Wishes.PausedUntil = r.Quiet, r.Paused.time()
	if r.Muted == noTopics && r.Granted == noTopics { // nearly everybody
		return p, nil
	}
	return p, errors.Join(fromJSON(r.Muted, &p.Wishes.Muted), fromJSON(r.Granted, &p.Wishes.Granted))
}

const noTopics = "[]"

// Governor returns what says when messages may leave, by the settings of now. zone is
// that of whoever has not said another.
func (c conn) Governor(ctx context.Context, zone *time.Location) (*bot.Governor, error) {
	g := &bot.Governor{Zone: zone}
	for key, of := range map[string]*int{bot.CapDaySetting: &g.Cap.Day, bot.CapWeekSetting: &g.Cap.Week} {
		n, _ := NumberSettingOf(key)
		*of = int(n.Usual)
		value, ok, err := c.setting(ctx, key)
		if err != nil || !ok {
			if err != nil {
				return nil, err
			}
			continue
		}
		most, limited, err := n.Read(value)
		switch {
		case err != nil:
			return nil, err
		case limited:
			*of = int(most)
		default:
			*of = 0
		}
	}
	return g, nil
}

// unservedRest is how long everybody waits where nobody may be told yet. The pulse
// halts the broadcast meanwhile.
const unservedRest = time.Minute

// mayLeaveNow is what Govern says by the settings of now; nobody may be told by a
// database that was restored, before its service has asked: one that is not served. now is
// as MayRelease has it.
func (t *Tx) mayLeaveNow(ctx context.Context, served bool, now time.Time, zone *time.Location, all []Waiting) (g *bot.Governor, verdicts []bot.Verdict, err error) {
	if g, err = t.Governor(ctx, zone); err != nil {
		return nil, nil, err
	}
	if !served {
		return g, slices.Repeat([]bot.Verdict{{Why: bot.WithheldUnserved, Until: now.Add(unservedRest)}}, len(all)), nil
	}
	verdicts, err = t.Govern(ctx, g, all)
	return g, verdicts, err
}

// MayRelease keeps everybody else from releasing until the commit, and reports whether
// anything may be released at all: nothing of a database that was restored, before its
// service has asked. now is the database's clock.
func (t *Tx) MayRelease(ctx context.Context) (may bool, now time.Time, err error) {
	var pulse struct {
		Unserved bool   `db:"unserved"`
		Now      micros `db:"now"`
	}
	err = t.get(ctx, &pulse, lockRelease)
	if errors.Is(err, sql.ErrNoRows) {
		return true, now, nil
	}
	return !pulse.Unserved, pulse.Now.time(), doing("release", err)
}

// Govern says of each recipient whether their message may leave now, in the transaction
// that releases it. Of the messages of one person the first goes first. What it says
// is what bot.Governor says of the same person.
func (t *Tx) Govern(ctx context.Context, g *bot.Governor, all []Waiting) ([]bot.Verdict, error) {
	people, now, err := t.governed(ctx, all)
	if err != nil {
		return nil, doing("govern", err)
	}
	verdicts := make([]bot.Verdict, len(all))
	released := map[string][]time.Time{}
	for i, w := range all {
		p := people[i]
		p.Told = append(p.Told, released[w.Contact.ID]...)
		verdicts[i] = g.Judge(w.Push, p, now)
		if verdicts[i].Goes() {
			released[w.Contact.ID] = append(released[w.Contact.ID], now)
		}
	}
	return verdicts, nil
}

// governed returns the recipients as the governor sees them, and the database's clock.
func (c conn) governed(ctx context.Context, all []Waiting) (people []bot.Governed, now time.Time, err error) {
	var at micros
	if err := c.get(ctx, &at, governClock); err != nil {
		return nil, now, err
	}
	rows, told := make([][]any, len(all)), make([][]any, len(all))
	for i, w := range all {
		rows[i] = []any{i, w.Contact.ID, w.To.Bot, w.To.Chat}
		told[i] = []any{i, w.Contact.ID, w.Broadcast, w.Key}
	}
	var records []governedRecord
	if err := selRows(ctx, c.apart(), &records, governedFacts, nil, rows); err != nil {
		return nil, now, err
	}
	people = make([]bot.Governed, len(all))
	for _, r := range records {
		if people[r.Place], err = r.governed(); err != nil {
			return nil, now, fmt.Errorf("wishes of %s: %w", all[r.Place].Contact.ID, err)
		}
	}
	var lately []struct {
		Place  int    `db:"place"`
		ToldAt micros `db:"told_at"`
	}
	if err := selRows(ctx, c.apart(), &lately, toldLately, nil, told); err != nil {
		return nil, now, err
	}
	for _, l := range lately {
		people[l.Place].Told = append(people[l.Place].Told, l.ToldAt.time())
	}
	return people, at.time(), nil
}

// push returns the broadcast as the governor sees it. A correction takes effect when
// its change does.
func (c conn) push(ctx context.Context, m Mailing) (bot.Push, error) {
	topics, err := c.topics(ctx)
	if err != nil {
		return bot.Push{}, err
	}
	p := bot.Push{Urgent: m.Urgent != "", Correction: m.Correction, Until: m.Until}
	p.Topic = bot.Topic{ID: m.Topic, Starts: m.Topic == ""} // one that is gone nobody has asked for
	for _, topic := range topics {
		if topic.ID == m.Topic {
			p.Topic = topic
		}
	}
	if m.Correction && m.Change != "" {
		switch sheet, err := c.sheet(ctx, sheetToldOf, m.Change); {
		case err == nil:
			p.Effective = sheet.From
		case !errors.Is(err, ErrNotFound):
			return p, err
		}
	}
	return p, nil
}
