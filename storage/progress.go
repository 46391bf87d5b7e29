package storage

import (
	"context"
	"slices"
	"time"

	"visnyk/bot"
)

// RecipientCount is how many recipients of a broadcast at one bot, in one language, ended
// so, or did so: What is an outcome or a mark.
type RecipientCount struct {
	Bot      string
	Language bot.Language
	What     string
	Reason   string
	N        int
	Moved    time.Time // when it became another last
}

// Deferred is how many recipients wait for one thing, and when the first of them is looked
// at again.
type Deferred struct {
	Why   bot.Withheld
	N     int
	First time.Time
}

// MostDeferred bounds how many of those who wait are counted: Deferred.N above it is "more
// than that".
const MostDeferred = 20_000

// Progress is how far a broadcast is, from what is kept of it: it costs the same for ten
// people and for a million.
type Progress struct {
	Mailing
	Counts   []RecipientCount
	Deferred []Deferred // while it sends
}

// Report sums the counts up.
func (p Progress) Report() bot.Report {
	r := bot.Report{Skipped: map[string]int{}, Failed: map[string]int{}}
	for _, c := range p.Counts {
		r.Add(c.What, c.Reason, c.N)
	}
	r.Expanding = !p.Started.IsZero() && p.Ended.IsZero() && !p.Listed
	return r
}

// Left returns when the last message left, or was refused; zero: none has.
func (p Progress) Left() (last time.Time) {
	for _, c := range p.Counts {
		switch bot.RecipientOutcome(c.What) {
		case bot.RecipientSent, bot.RecipientUnknown, bot.RecipientFailed:
			if c.Moved.After(last) {
				last = c.Moved
			}
		}
	}
	return last
}

const (
	// The first condition is the index's, word for word.
	underway = broadcastColumns + `WHERE state IN ('scheduled', 'sending', 'paused', 'cancelled') AND ended_at = 0 ORDER BY id`

	countsOf = `
WITH v (id) AS (VALUES {rows ($)})
SELECT c.broadcast, c.bot, c.language, c.what, c.reason, c.n, c.moved_at FROM v JOIN broadcast_counts c ON c.broadcast = v.id
WHERE c.n <> 0 ORDER BY c.broadcast, c.bot, c.language, c.what, c.reason`

	deferredOf = `
SELECT waits, count(*) AS n, min(not_before) AS first FROM (
	SELECT waits, not_before FROM recipients
	WHERE broadcast = $1 AND outcome = 'pending' AND waits <> '' AND released_at = 0 AND not_before > {now} LIMIT $2
) x GROUP BY waits ORDER BY waits`
)

// Progress returns how far one broadcast is; ErrNotFound when there is none.
func (s *Store) Progress(ctx context.Context, id string) (Progress, error) {
	m, err := s.reading.broadcast(ctx, broadcastByID, id)
	if err != nil {
		return Progress{}, err
	}
	all, err := s.reading.progress(ctx, []Mailing{m})
	if err != nil {
		return Progress{}, doing("progress", err)
	}
	return all[0], nil
}

// Underway returns how far those are that are scheduled or have begun and are not over, and
// of also those that are there, whatever became of them.
func (s *Store) Underway(ctx context.Context, also ...string) ([]Progress, error) {
	open, err := s.reading.broadcasts(ctx, underway)
	if err != nil {
		return nil, doing("progress", err)
	}
	for _, id := range also {
		if slices.ContainsFunc(open, func(m Mailing) bool { return m.ID == id }) {
			continue
		}
		m, err := s.reading.broadcast(ctx, broadcastByID, id)
		if err != nil {
			return nil, err
		}
		open = append(open, m)
	}
	if len(open) == 0 {
		return nil, nil
	}
	all, err := s.reading.progress(ctx, open)
	return all, doing("progress", err)
}

func (c conn) progress(ctx context.Context, of []Mailing) ([]Progress, error) {
	var ids []string
	for _, m := range of {
		ids = append(ids, m.ID)
	}
	var counts []struct {
		Broadcast string       `db:"broadcast"`
		Bot       string       `db:"bot"`
		Language  bot.Language `db:"language"`
		What      string       `db:"what"`
		Reason    string       `db:"reason"`
		N         int          `db:"n"`
		Moved     micros       `db:"moved_at"`
	}
	if err := selRows(ctx, c, &counts, countsOf, nil, column(ids)); err != nil {
		return nil, err
	}
	all := make([]Progress, len(of))
	for i, m := range of {
		all[i].Mailing = m
	}
	for _, n := range counts {
		p := &all[slices.Index(ids, n.Broadcast)]
		p.Counts = append(p.Counts, RecipientCount{n.Bot, n.Language, n.What, n.Reason, n.N, n.Moved.time()})
	}
	for i := range all {
		if all[i].State != bot.BroadcastSending {
			continue
		}
		var waits []struct {
			Waits bot.Withheld `db:"waits"`
			N     int          `db:"n"`
			First micros       `db:"first"`
		}
		if err := c.sel(ctx, &waits, deferredOf, all[i].ID, MostDeferred+1); err != nil {
			return nil, err
		}
		for _, w := range waits {
			all[i].Deferred = append(all[i].Deferred, Deferred{w.Waits, w.N, w.First.time()})
		}
	}
	return all, nil
}

// BotState is whether a bot's line runs just now.
type BotState struct {
	Bot         string
	Held        bool      // somebody has its lease
	Until       time.Time // when the lease ends, or ended; zero: it was given back
	PausedUntil time.Time // its messenger wants nothing before; zero or past: it does
}

// What begins with a tilde is a lease of other work.
const botStates = `SELECT bot, lease_until > {now} AS held, lease_until, paused_until FROM bots WHERE bot NOT LIKE '~%' ORDER BY bot`

// BotStates returns how the bots are that ever ran.
func (s *Store) BotStates(ctx context.Context) ([]BotState, error) {
	var records []struct {
		Bot    string `db:"bot"`
		Held   bool   `db:"held"`
		Until  micros `db:"lease_until"`
		Paused micros `db:"paused_until"`
	}
	if err := s.reading.sel(ctx, &records, botStates); err != nil {
		return nil, doing("bots", err)
	}
	all := make([]BotState, len(records))
	for i, r := range records {
		all[i] = BotState{r.Bot, r.Held, r.Until.time(), r.Paused.time()}
	}
	return all, nil
}
