package storage

import (
	"context"
	"slices"
	"time"
)

// AttemptsKept is how long the attempts of a subject are kept, which is the longest
// that any Tries may be within.
const AttemptsKept = time.Hour

// Tries is how often something may be tried: so many times within so long.
type Tries struct {
	Most   int
	Within time.Duration
}

// wait is how long somebody who tried at these moments has to wait at now for one
// more try.
func (n Tries) wait(moments []int64, now int64) time.Duration {
	if len(moments) < n.Most {
		return 0
	}
	oldest := moments[len(moments)-n.Most]
	return max(0, time.Duration(oldest-now)*time.Microsecond+n.Within)
}

type attemptRecord struct {
	Moments string `db:"moments"`
	Now     int64  `db:"now"`
}

func (r attemptRecord) moments() (all []int64) {
	_ = fromJSON(r.Moments, &all) // ours; what cannot be read counts as none
	return all
}

const readAttempts = `SELECT moments, {now} AS now FROM attempts WHERE subject = $1`

// AttemptWait returns how long the subject has to wait for one more try; 0 where
// it need not. It counts nothing.
func (s *Store) AttemptWait(ctx context.Context, subject string, n Tries) (time.Duration, error) {
	var found []attemptRecord
	if err := s.r.sel(ctx, &found, readAttempts, subject); err != nil || len(found) == 0 {
		return 0, doing("attempts", err)
	}
	return n.wait(found[0].moments(), found[0].Now), nil
}

// The upsert also locks the row: tries of one subject count one after another.
const lockAttempts = `
INSERT INTO attempts (subject, moments, last_at) VALUES ($1, '[]', {now})
ON CONFLICT (subject) DO UPDATE SET moments = attempts.moments
RETURNING moments, {now} AS now`

const putAttempts = `UPDATE attempts SET moments = $2, last_at = {now} WHERE subject = $1`

// Attempt counts a try of the subject and returns its moment, for ForgiveAttempt.
// Where it has tried as often as it may, it counts nothing and returns how long to
// wait.
func (t *Tx) Attempt(ctx context.Context, subject string, n Tries) (at int64, wait time.Duration, err error) {
	var r attemptRecord
	if err := t.get(ctx, &r, lockAttempts, subject); err != nil {
		return 0, 0, doing("attempt", err)
	}
	moments := r.moments()
	if wait := n.wait(moments, r.Now); wait > 0 {
		return 0, wait, nil
	}
	moments = append(moments, r.Now)
	moments = moments[max(0, len(moments)-n.Most):]
	_, err = t.exec(ctx, putAttempts, subject, toJSON(moments))
	return r.Now, 0, doing("attempt", err)
}

// ForgiveAttempt takes back a try that was counted at that moment.
func (t *Tx) ForgiveAttempt(ctx context.Context, subject string, at int64) error {
	var r attemptRecord
	if err := t.get(ctx, &r, lockAttempts, subject); err != nil {
		return doing("forgive an attempt", err)
	}
	moments := r.moments()
	if i := slices.Index(moments, at); i >= 0 {
		moments = slices.Delete(moments, i, i+1)
	}
	_, err := t.exec(ctx, putAttempts, subject, toJSON(moments))
	return doing("forgive an attempt", err)
}
