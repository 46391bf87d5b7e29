package storage

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"visnyk/bot"
)

// PulseEvery is how often whoever serves the database writes that it does, and
// PulseStale how old the last beat is at most while it is served. What was to leave
// meanwhile may have left from another database, or comes too late to be wanted.
const (
	PulseEvery = time.Minute
	PulseStale = 15 * time.Minute
)

const (
	lockPulse = `SELECT beat_at, copied, {now} AS now FROM pulse WHERE id = 1 {alone}`
	firstBeat = `INSERT INTO pulse (id, beat_at) VALUES (1, {now}) ON CONFLICT (id) DO NOTHING`
	nextBeat  = `UPDATE pulse SET beat_at = {now} WHERE id = 1`
	askedBeat = `UPDATE pulse SET beat_at = {now}, copied = FALSE, asked_at = {now}, why = $1 WHERE id = 1`
	markCopy  = `UPDATE pulse SET copied = TRUE`

	// served is a condition of whatever announces: see Store.Beat. Where nothing ever beat,
	// nobody serves.
	served = ` AND NOT EXISTS (SELECT 1 FROM pulse WHERE copied OR beat_at < {now} - 900000000)`
)

// The condition has the number.
var _ = [1]struct{}{}[PulseStale-900000000*time.Microsecond]

// Pulse is what a beat found.
type Pulse struct {
	Why    string    // why sending was halted with this beat; "" where it was not
	Last   time.Time // the beat before
	Halted []string  // the broadcasts that wait for somebody to say that they go on
}

// Beat writes that the database is served. Where it was a copy, or was not served for
// PulseStale, every broadcast that is scheduled or sends is halted in the same commit,
// and what is on its way of them goes back: somebody has to say whether they go on.
// Until the beat nothing is announced, so whoever serves beats before all else.
//
// A copy of the database files that is younger than PulseStale is not found.
func (s *Store) Beat(ctx context.Context) (p Pulse, err error) {
	err = s.InTx(ctx, func(t *Tx) error {
		p = Pulse{}
		var was struct {
			BeatAt micros `db:"beat_at"`
			Copied bool   `db:"copied"`
			Now    micros `db:"now"`
		}
		err := t.get(ctx, &was, lockPulse)
		if errors.Is(err, sql.ErrNoRows) {
			_, err := t.exec(ctx, firstBeat)
			return err
		}
		if err != nil {
			return err
		}
		p.Last = was.BeatAt.time()
		switch {
		case was.Copied:
			p.Why = bot.HaltCopied
		case was.Now.time().Sub(p.Last) > PulseStale:
			p.Why = bot.HaltUnaware
		default:
			_, err := t.exec(ctx, nextBeat)
			return err
		}
		if p.Halted, err = t.HaltBroadcasts(ctx, bot.System(), p.Why); err != nil {
			return err
		}
		_, err = t.exec(ctx, askedBeat, p.Why)
		return err
	})
	return p, doing("beat", err)
}

// MarkCopied makes the next to serve the database ask before anything is announced.
func (s *Store) MarkCopied(ctx context.Context) error {
	_, err := s.w.exec(ctx, markCopy)
	return doing("mark a copy", err)
}
