package storage

import (
	"context"
	"time"

	"visnyk/bot"
)

type linkRecord struct {
	ID        int64  `db:"id"`
	Broadcast string `db:"broadcast"`
	URL       string `db:"url"`
	MadeAt    micros `db:"made_at"`
}

const (
	linkColumns = `SELECT id, broadcast, url, made_at FROM links `
	linkByID    = linkColumns + `WHERE id = $1`
	linksSince  = linkColumns + `WHERE made_at >= $1 ORDER BY made_at, id`

	putLinks = `
WITH v (id, broadcast, url) AS (VALUES {rows (CAST($ AS BIGINT), $, $)})
INSERT INTO links (id, broadcast, url, made_at)
SELECT id, broadcast, url, {now} FROM v WHERE TRUE
ON CONFLICT (id) DO NOTHING`

	countClicks = `
WITH v (id, clicks, previews) AS (VALUES {rows (CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT))})
UPDATE links SET clicks = links.clicks + v.clicks, previews = links.previews + v.previews
FROM v WHERE links.id = v.id`
)

// PutLinks makes tracked links to the addresses, unless they are there. From then on
// they lead on.
func (t *Tx) PutLinks(ctx context.Context, all []bot.TrackedLink) error {
	rows := make([][]any, len(all))
	for i, l := range all {
		rows[i] = []any{l.ID, l.Broadcast, l.URL}
	}
	_, err := t.execRows(ctx, putLinks, nil, rows)
	return doing("put links", err)
}

// Link returns the tracked link with the id; ErrNotFound when there is none.
func (s *Store) Link(ctx context.Context, id int64) (bot.TrackedLink, error) {
	var r linkRecord
	err := s.r.only(ctx, &r, linkByID, id)
	return r.link(), doing("tracked link", err)
}

// LinksSince returns the tracked links that were made since, and the moment of the
// newest, or since where there is none.
func (s *Store) LinksSince(ctx context.Context, since time.Time) (all []bot.TrackedLink, newest time.Time, err error) {
	var records []linkRecord
	if err := s.r.sel(ctx, &records, linksSince, since); err != nil {
		return nil, since, doing("tracked links", err)
	}
	newest = since
	for _, r := range records {
		all = append(all, r.link())
		newest = r.MadeAt.time()
	}
	return all, newest, nil
}

func (r linkRecord) link() bot.TrackedLink {
	return bot.TrackedLink{ID: r.ID, Broadcast: r.Broadcast, URL: r.URL}
}

// Click is how often somebody followed a link.
type Click struct {
	Link     bot.TrackedLink
	Contact  string // the key of the recipient
	Times    int
	Previews int // by programs, which are no clicks
}

// CountClicks writes how often links were followed, and who of the recipients did for
// the first time.
func (s *Store) CountClicks(ctx context.Context, all []Click) error {
	return doing("count clicks", s.InTx(ctx, func(t *Tx) error {
		perLink := map[int64][2]int{}
		var order []int64
		for _, c := range all {
			n, known := perLink[c.Link.ID]
			if !known {
				order = append(order, c.Link.ID)
			}
			perLink[c.Link.ID] = [2]int{n[0] + c.Times, n[1] + c.Previews}
		}
		rows := make([][]any, len(order))
		for i, id := range order {
			rows[i] = []any{id, perLink[id][0], perLink[id][1]}
		}
		if _, err := t.execRows(ctx, countClicks, nil, rows); err != nil {
			return err
		}
		var who []RecipientKey
		for _, c := range all {
			if c.Times > 0 {
				who = append(who, RecipientKey{c.Link.Broadcast, c.Contact})
			}
		}
		return t.MarkRecipients(ctx, bot.RecipientClicked, who)
	}))
}
