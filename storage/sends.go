package storage

import (
	"context"
	"time"

	"visnyk/bot"
)

const (
	sendsWithin = `started_at >= $1 AND started_at < $2 OR started_at = 0 AND state <> 'cancelled' AND start_at >= $1 AND start_at < $2`
	datedSends  = broadcastColumns + `WHERE ` + sendsWithin + ` ORDER BY CASE WHEN started_at = 0 THEN start_at ELSE started_at END, id LIMIT $3`
	datedWaves  = waveColumns + `WHERE broadcast IN (SELECT id FROM broadcasts WHERE ` + sendsWithin + `)`
)

// Sends are the broadcasts of some days.
type Sends struct {
	Mailings []Mailing           // by their moments
	Waves    map[string]bot.Wave // which wave of a plan each is; by the id of the broadcast
	Cap      bot.Cap             // of the governor, by the settings of now
}

// SendsWithin returns at most limit broadcasts that began from one moment up to another, or
// are to begin then, in whatever state. What was cancelled before it began is none of them.
func (s *Store) SendsWithin(ctx context.Context, from, until time.Time, limit int) (all Sends, err error) {
	if all.Mailings, err = s.reading.broadcasts(ctx, datedSends, from, until, limit); err != nil {
		return all, doing("broadcasts by their moments", err)
	}
	var records []waveRecord
	if err = s.reading.sel(ctx, &records, datedWaves, from, until); err != nil {
		return all, doing("waves by their moments", err)
	}
	all.Waves = make(map[string]bot.Wave, len(records))
	for _, r := range records {
		all.Waves[r.Broadcast] = r.wave()
	}
	g, err := s.reading.Governor(ctx, time.UTC)
	if err != nil {
		return all, doing("the cap", err)
	}
	all.Cap = g.Cap
	return all, nil
}
