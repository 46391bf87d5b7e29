package storage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"visnyk/bot"
)

// Foreseen is somebody whom a broadcast is for, as whoever lists and releases its
// recipients would see them now.
type Foreseen struct {
	Contact  string
	To       bot.Address // where they would be told
	Language bot.Language
	Reason   string       // why they would be left out at once; "" where they would wait
	Governed bot.Governed // of who would wait
	LastAt   time.Time    // when they last did something there; zero: never
}

// Foresight is what the governor needs to know of a broadcast to judge them.
type Foresight struct {
	Push     bot.Push
	Governor *bot.Governor
	Now      time.Time      // by the database's clock
	Ahead    map[string]int // how many messages of others wait to leave, by the bot
}

const waitingNow = `
SELECT c.bot, sum(c.n) AS n FROM broadcast_counts c JOIN broadcasts b ON b.id = c.broadcast
WHERE c.what = 'pending' AND b.state = 'sending' AND b.id <> $1 GROUP BY c.bot`

// Foresight returns what is known of the broadcast as a whole. zone is that of whoever
// has not said another.
func (s *Store) Foresight(ctx context.Context, m Mailing, zone *time.Location) (f Foresight, err error) {
	if f.Push, err = s.reading.push(ctx, m); err != nil {
		return f, doing("foresee", err)
	}
	if f.Governor, err = s.reading.Governor(ctx, zone); err != nil {
		return f, doing("foresee", err)
	}
	now, err := s.reading.calendar(ctx, "")
	if err != nil {
		return f, doing("foresee", err)
	}
	var ahead []struct {
		Bot string `db:"bot"`
		N   int    `db:"n"`
	}
	err = s.reading.sel(ctx, &ahead, waitingNow, m.ID)
	f.Now, f.Ahead = now.Now, map[string]int{}
	for _, a := range ahead {
		f.Ahead[a.Bot] = a.N
	}
	return f, doing("foresee", err)
}

// Foresee returns those of the contacts whom the broadcast is for, by the same questions
// by which its recipients are listed and released; it writes nothing. Segments within
// its audience have to be in their places. visited are the bots whose people come to us.
func (s *Store) Foresee(ctx context.Context, m Mailing, visited, contacts []string) (all []Foreseen, err error) {
	c := s.reading
	topic, err := c.topic(ctx, m.Topic)
	if err != nil {
		return nil, fmt.Errorf("foresee: %w", err)
	}
	now, err := c.calendar(ctx, m.Zone)
	if err != nil {
		return nil, fmt.Errorf("foresee: %w", err)
	}
	is, err := c.whom(m, now, 2)
	if err != nil {
		return nil, fmt.Errorf("foresee: %w", err)
	}
	found, err := c.candidates(ctx, m, is, contacts)
	if err != nil {
		return nil, fmt.Errorf("foresee: %w", err)
	}
	var waiting []Waiting
	var at []int
	for len(found) > 0 {
		n := firstOf(found)
		r, err := addressee(m.Broadcast, topic, found[:n], visited)
		if err != nil {
			return nil, fmt.Errorf("foresee: %w", err)
		}
		one := Foreseen{Contact: r.key, To: r.to, Language: r.language, Reason: r.reason}
		for _, a := range found[:n] {
			if a.Bot == r.to.Bot && a.Chat == r.to.Chat {
				one.LastAt = a.LastAt.time()
			}
		}
		if r.reason == "" {
			at = append(at, len(all))
			waiting = append(waiting, Waiting{Broadcast: m.ID, Key: r.key, Contact: bot.Contact{ID: r.key}, To: r.to})
		}
		all = append(all, one)
		found = found[n:]
	}
	if len(waiting) == 0 {
		return all, nil
	}
	people, _, err := c.governed(ctx, waiting)
	for i, p := range people {
		all[at[i]].Governed = p
	}
	return all, doing("foresee", err)
}

const phonesOf = `SELECT k.id, k.phones FROM contacts k WHERE {contact}`

// PhonesOf returns the phone numbers of the contacts, by their ids.
func (s *Store) PhonesOf(ctx context.Context, contacts []string) (map[string][]string, error) {
	these := compiler{sqlite: s.reading.sql.SQLite(), first: 1}
	var rows []struct {
		ID     string `db:"id"`
		Phones string `db:"phones"`
	}
	if err := s.reading.sel(ctx, &rows, strings.Replace(phonesOf, "{contact}", these.among("k.id", contacts), 1), these.values...); err != nil {
		return nil, doing("phones", err)
	}
	all := map[string][]string{}
	for _, r := range rows {
		var phones []string
		if err := fromJSON(r.Phones, &phones); err != nil {
			return nil, doing("phones", err)
		}
		all[r.ID] = phones
	}
	return all, nil
}
