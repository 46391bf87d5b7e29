package storage

import (
	"context"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/storage/db"
)

// sampled is one contact in a hundred, word for word as the index contacts_sample has
// it.
const sampled = `substr(k.id, length(k.id) - 2) < '029'`

// SampleShare is how many of the contacts are in the sample.
const SampleShare = 0x29 / 4096.0

const (
	countSegment = `SELECT count(*) FROM contacts k WHERE {in}`
	sampleSize   = `SELECT count(*) FROM contacts k WHERE ` + sampled
	inSegment    = `SELECT k.id FROM contacts k WHERE k.id > $1 AND {in} ORDER BY k.id LIMIT $2`
	inSample     = `SELECT k.id FROM contacts k WHERE ` + sampled + ` AND k.id > $1 AND {in} ORDER BY k.id LIMIT $2`
	// Nothing tells a planner how few the sample is, so it is taken first.
	ofSample    = `WITH k AS MATERIALIZED (SELECT * FROM contacts k WHERE ` + sampled + `) `
	countSample = ofSample + `SELECT count(*) FROM k WHERE {in}`
	idsOfSample = ofSample + `SELECT k.id FROM k WHERE {in} ORDER BY k.id`
	// Of few people hardly one is met by whoever goes from contact to contact.
	fewSegment = `SELECT k.id FROM contacts k WHERE {in} ORDER BY k.id LIMIT $1`
)

// CountSegment counts the people in the segment as it is now. It reads every contact,
// in the reading pool; the end of ctx breaks it off.
func (s *Store) CountSegment(ctx context.Context, in bot.Segment, now bot.Calendar) (n int, err error) {
	err = s.counting(ctx, func(c conn) error {
		is, err := c.wholeSegment(in, now, 1)
		if err != nil {
			return err
		}
		return c.get(ctx, &n, strings.Replace(countSegment, "{in}", is.sql, 1), is.values...)
	})
	return n, doing("count a segment", err)
}

// Sampled is what a sample tells of a segment.
type Sampled struct {
	In int // of the sample, those who are in it
	Of int // the sample
}

// SampleSegment counts the people of a fixed sample, one in a hundred, who are in the
// segment as it is now.
func (s *Store) SampleSegment(ctx context.Context, in bot.Segment, now bot.Calendar) (n Sampled, err error) {
	err = s.sampling(ctx, func(c conn) (err error) {
		n, err = c.sample(ctx, in, now)
		return err
	})
	return n, doing("count a sample", err)
}

func (c conn) sample(ctx context.Context, in bot.Segment, now bot.Calendar) (n Sampled, err error) {
	query, values, err := c.asking(countSample, in, now)
	if err != nil {
		return n, err
	}
	if err := c.get(ctx, &n.In, query, values...); err != nil {
		return n, err
	}
	return n, c.get(ctx, &n.Of, sampleSize)
}

// InSegment returns the ids of the people in the segment as it is now that come after
// the given one, at most so many.
func (s *Store) InSegment(ctx context.Context, in bot.Segment, now bot.Calendar, after string, most int) ([]string, error) {
	return s.inSegment(ctx, inSegment, in, now, after, most)
}

// SampleOf returns the ids of some people in the segment, of the sample first.
func (s *Store) SampleOf(ctx context.Context, in bot.Segment, now bot.Calendar, most int) ([]string, error) {
	ids, err := s.inSegment(ctx, inSample, in, now, "", most)
	if err != nil || len(ids) == most {
		return ids, err
	}
	more, err := s.FirstOf(ctx, in, now, most+len(ids))
	for _, id := range more {
		if len(ids) < most && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, err
}

// FirstOf returns the ids of the first people in the segment as it is now, at most so many.
// It may read every contact, as CountSegment does.
func (s *Store) FirstOf(ctx context.Context, in bot.Segment, now bot.Calendar, most int) (ids []string, err error) {
	err = s.counting(ctx, func(c conn) error {
		is, err := c.wholeSegment(in, now, 2)
		if err != nil {
			return err
		}
		return c.sel(ctx, &ids, strings.Replace(fewSegment, "{in}", is.sql, 1), append([]any{most}, is.values...)...)
	})
	return ids, doing("people of a segment", err)
}

// SampleIn returns the ids of those of the fixed sample who are in the segment as it is now.
func (s *Store) SampleIn(ctx context.Context, in bot.Segment, now bot.Calendar) (ids []string, err error) {
	err = s.sampling(ctx, func(c conn) error {
		query, values, err := c.asking(idsOfSample, in, now)
		if err != nil {
			return err
		}
		return c.sel(ctx, &ids, query, values...)
	})
	return ids, doing("people of a sample", err)
}

// inSegment goes from contact to contact, by key.
func (s *Store) inSegment(ctx context.Context, query string, in bot.Segment, now bot.Calendar, after string, most int) (ids []string, err error) {
	err = s.sampling(ctx, func(c conn) error {
		is, err := c.segment(in, now, "k", 3)
		if err != nil {
			return err
		}
		return c.sel(ctx, &ids, strings.Replace(query, "{in}", is.sql, 1), append([]any{after, most}, is.values...)...)
	})
	return ids, doing("people of a segment", err)
}

// asking puts the segment into a query.
func (c conn) asking(query string, in bot.Segment, now bot.Calendar) (string, []any, error) {
	is, err := c.segment(in, now, "k", 1)
	return strings.Replace(query, "{in}", is.sql, 1), is.values, err
}

// counting runs f on a connection for reading that may use the memory that a question
// to all contacts needs. The texts are not kept: each segment has its own.
func (s *Store) counting(ctx context.Context, f func(conn) error) error {
	return s.db.Counting(ctx, func(c db.Conn) error { return f(conn{c}) })
}

// sampling is counting for a question to few contacts.
func (s *Store) sampling(ctx context.Context, f func(conn) error) error {
	return s.db.Sampling(ctx, func(c db.Conn) error { return f(conn{c}) })
}

// Unreachable says why a person cannot be told something now.
type Unreachable string

// The reasons, in the order in which one is told.
const (
	NoAddress Unreachable = "no_address" // they have no chat with us
	Stopped   Unreachable = "stopped"    // they asked for nothing but answers
	BlockedUs Unreachable = "blocked"    // in every chat they blocked the bot, or never let it write
	NoConsent Unreachable = "no_consent" // they do not want the topic
	PausedNow Unreachable = "paused"     // they want to hear of nothing for a while
	// ForMoney: they can be reached, but for the messenger's price alone: everywhere
	// else they cannot, and its free time is over.
	ForMoney Unreachable = "for_money"
)

// Reaching is how somebody can be reached: the topic that is told, and since when the
// customer must have done something for the messenger to charge nothing, by bots that
// charge.
type Reaching struct {
	Topic    bot.Topic // zero is none, so consent is not asked
	Charging []string  // names of bots
	FreeFrom time.Time
}

// whyNot is why a contact cannot be told something now: the first reason, "" for none.
const whyNot = `CASE
		WHEN NOT EXISTS (SELECT 1 FROM conversations x WHERE x.contact = k.id) THEN 'no_address'
		WHEN k.stopped THEN 'stopped'
		WHEN NOT EXISTS (SELECT 1 FROM conversations x WHERE x.contact = k.id AND x.reach = 'open') THEN 'blocked'
		WHEN NOT EXISTS (SELECT 1 FROM conversations x WHERE x.contact = k.id AND x.reach = 'open' AND NOT x.hushed) THEN 'stopped'
		WHEN {refused} THEN 'no_consent'
		WHEN k.paused_until > {at} THEN 'paused'
		WHEN NOT EXISTS (SELECT 1 FROM conversations x WHERE x.contact = k.id AND x.reach = 'open' AND NOT x.hushed
			AND NOT ({charging} AND x.last_at < {free})) THEN 'for_money'
		ELSE '' END`

const (
	whyUnreachable = `SELECT y.why, count(*) AS n FROM (SELECT ` + whyNot + ` AS why FROM contacts k WHERE {in}) y GROUP BY y.why`

	unreachedPeople = `
SELECT y.id, y.why FROM (SELECT k.id, ` + whyNot + ` AS why FROM contacts k WHERE k.id > {after} AND {in}) y
WHERE y.why NOT IN ('', 'for_money') ORDER BY y.id LIMIT {most}`
)

// Unreached counts the people in the segment who cannot be reached now, by why: for
// each the first reason. Under "" stand those who can.
func (s *Store) Unreached(ctx context.Context, in bot.Segment, now bot.Calendar, how Reaching) (map[Unreachable]int, error) {
	var rows []struct {
		Why Unreachable `db:"why"`
		N   int         `db:"n"`
	}
	err := s.counting(ctx, func(c conn) error {
		query, values, err := c.reaching(whyUnreachable, in, now, how, "", 0)
		if err != nil {
			return err
		}
		return c.sel(ctx, &rows, query, values...)
	})
	if err != nil {
		return nil, doing("who cannot be reached", err)
	}
	all := map[Unreachable]int{}
	for _, r := range rows {
		all[r.Why] = r.N
	}
	return all, nil
}

// Unreached is somebody who cannot be told something now.
type Unreached struct {
	Contact string      `db:"id"`
	Why     Unreachable `db:"why"`
}

// UnreachedPeople returns those people of the segment who cannot be reached now, by id:
// at most so many of those behind the given one.
func (s *Store) UnreachedPeople(ctx context.Context, in bot.Segment, now bot.Calendar, how Reaching, after string, most int) (all []Unreached, err error) {
	err = s.sampling(ctx, func(c conn) error {
		query, values, err := c.reaching(unreachedPeople, in, now, how, after, most)
		if err != nil {
			return err
		}
		return c.sel(ctx, &all, query, values...)
	})
	return all, doing("people who cannot be reached", err)
}

// reaching puts the segment and how people are reached into a query.
func (c conn) reaching(query string, in bot.Segment, now bot.Calendar, how Reaching, after string, most int) (string, []any, error) {
	w := compiler{sqlite: c.sql.SQLite(), k: "k", first: 1}
	refused := "FALSE"
	switch topic := `"` + how.Topic.ID + `"`; {
	case how.Topic.Starts:
		refused = w.position("k.muted", w.bind(topic)) + " > 0"
	case how.Topic.ID != "":
		refused = w.position("k.granted", w.bind(topic)) + " = 0"
	}
	places := []string{
		"{refused}", refused, "{at}", w.bind(int64(microsOf(now.Now))), "{charging}", w.among("x.bot", how.Charging), "{free}", w.bind(int64(microsOf(how.FreeFrom))),
	}
	if most > 0 {
		places = append(places, "{after}", w.bind(after), "{most}", w.bind(most))
	}
	asked := compiler{sqlite: w.sqlite, whole: most == 0, now: now, k: "k", first: 1 + len(w.values)}
	is, err := asked.segment(in)
	if err != nil {
		return "", nil, err
	}
	return strings.NewReplacer(append(places, "{in}", is.sql)...).Replace(query), append(w.values, is.values...), nil
}

const sensitiveAttributes = `SELECT name FROM attributes WHERE sensitive ORDER BY name`

// SensitiveAttributes returns the names of the attributes that are shown only for a
// reason.
func (s *Store) SensitiveAttributes(ctx context.Context) (names []string, err error) {
	err = s.r.sel(ctx, &names, sensitiveAttributes)
	return names, doing("sensitive attributes", err)
}

// CountPeople counts all people.
func (s *Store) CountPeople(ctx context.Context) (n int, err error) {
	err = s.reading.get(ctx, &n, countContacts)
	return n, doing("count people", err)
}

const areaNames = `SELECT id, CASE WHEN $1 = 'ru' THEN name_ru ELSE name_uk END AS name FROM regions`

// AreaNames returns the names of regions in the language, by their ids.
func (s *Store) AreaNames(ctx context.Context, l bot.Language) (map[string]string, error) {
	var rows []struct {
		ID   string `db:"id"`
		Name string `db:"name"`
	}
	if err := s.r.sel(ctx, &rows, areaNames, l); err != nil {
		return nil, doing("names of regions", err)
	}
	names := make(map[string]string, len(rows))
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, nil
}
