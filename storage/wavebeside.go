package storage

import (
	"context"
	"errors"
	"slices"

	"visnyk/bot"
)

// beside is who of the contacts k is not told by the broadcast as another tells them:
// another wave of its plan, or the one in whose place it stands. A correction is for those
// alone whom that one reached. The second wave to who does not know tells them again, but
// nobody who is just being told. Placeholders begin at first.
func (c conn) beside(ctx context.Context, m Mailing, first int) (condition, error) {
	these := compiler{sqlite: c.sql.SQLite(), first: first}
	sql := "TRUE"
	if m.Corrects != "" {
		sql = `EXISTS (SELECT 1 FROM recipients x WHERE x.contact = k.id AND x.outcome IN ('sent', 'unknown') AND ` +
			these.among("x.broadcast || ''", []string{m.Corrects}) + ` LIMIT 1 OFFSET 0)`
	}
	told, all, living, err := c.others(ctx, m)
	if err != nil || len(all) == 0 {
		return condition{sql: sql, values: these.values}, err
	}
	// What was cancelled tells nobody more, but for what was on its way.
	sql += ` AND NOT EXISTS (SELECT 1 FROM recipients x WHERE x.contact = k.id AND (
	x.outcome IN ('sent', 'unknown') AND ` + these.among("x.broadcast || ''", told) + `
	OR x.outcome = 'pending' AND (` + these.among("x.broadcast || ''", living) + ` OR x.released_at <> 0 AND ` + these.among("x.broadcast || ''", all) + `)) LIMIT 1 OFFSET 0)`
	return condition{sql: sql, values: these.values}, nil
}

// others are the broadcasts beside one: those by which somebody was told already, all of
// them, and those of them that go on.
func (c conn) others(ctx context.Context, m Mailing) (told, all, living []string, err error) {
	add := func(o Mailing) {
		all = append(all, o.ID)
		if o.State != bot.BroadcastCancelled {
			living = append(living, o.ID)
		}
	}
	for id := m.Mends; id != ""; {
		was, err := c.broadcast(ctx, broadcastByID, id)
		if errors.Is(err, ErrNotFound) {
			break
		}
		if err != nil {
			return nil, nil, nil, err
		}
		add(was)
		told, id = append(told, was.ID), was.Mends
	}
	w, err := c.wave(ctx, m.ID)
	if errors.Is(err, ErrNotFound) {
		return told, all, living, nil
	}
	if err != nil {
		return nil, nil, nil, err
	}
	waves, err := c.plan(ctx, w.Change)
	for _, o := range waves {
		if o.ID == m.ID || slices.Contains(all, o.ID) {
			continue
		}
		add(o.Mailing)
		if w.Kind != bot.WaveUnaware {
			told = append(told, o.ID)
		}
	}
	return told, all, living, err
}
