package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"visnyk/storage/db"
)

// Answer is what was answered to a write. It holds no personal data: it is kept
// for a day, and an erased person must not live on in it.
type Answer struct {
	Status         int
	ETag, Location string
	Body           []byte
	Secret         bool // Body is for its reader alone: it is kept encrypted or not at all
}

// Why a write that repeats a key is not done.
var (
	// ErrKeyReused: the key belongs to another request.
	ErrKeyReused = errors.New("the idempotency key was used for another request")
	// ErrInFlight: the request with this key is being worked on.
	ErrInFlight = errors.New("a request with this idempotency key is under way")
	// ErrAnswerGone: it was done, and its answer, a secret, cannot be given again:
	// there was no VISNYK_SECRET to keep it with, or it is another one now.
	ErrAnswerGone = errors.New("the answer kept for this idempotency key cannot be read")
)

// notKept stands in place of a key's id at an answer that was not kept.
const notKept = "-"

const (
	// keyKept is how long an answer is remembered.
	keyKept = 24 * time.Hour
	// claimKept is how long a key stays claimed by a process that died.
	claimKept = time.Minute
)

// WriteOnce carries out a write that has a key: once, however often it is
// repeated. key names it among all users, request is a fingerprint of what is
// asked; both are hashes. The same key and request give the first answer again
// (replayed); see ErrKeyReused and ErrInFlight.
//
// Whatever f writes through InTx with the context it gets, and the answer it
// gives, commit in one transaction. So a crash leaves both or neither: behind
// the first the repeat is answered, behind the second it is done. f may run
// again when the database broke the transaction off. An error of f, or a commit
// that surely failed, leaves nothing and frees the key.
func (s *Store) WriteOnce(ctx context.Context, key, request string, f func(context.Context) (Answer, error)) (a Answer, replayed bool, err error) {
	claim := NewID()
	a, replayed, err = s.claimKey(ctx, key, request, claim)
	if err != nil || replayed {
		return a, replayed, err
	}
	err = s.together(ctx, func(ctx context.Context, t *Tx) error {
		var err error
		if a, err = f(ctx); err != nil {
			return err
		}
		return t.answerKey(ctx, key, claim, a)
	})
	if err != nil {
		return Answer{}, false, s.freeKey(ctx, key, claim, err)
	}
	return a, false, nil
}

// Together runs f in one transaction: whatever f calls of Store with the context
// it gets, writes and reads, is part of it; see db.DB.Together. An error of f
// undoes all of it. f may run again when the database broke the transaction off.
func (s *Store) Together(ctx context.Context, f func(context.Context) error) error {
	return s.together(ctx, func(ctx context.Context, _ *Tx) error { return f(ctx) })
}

func (s *Store) together(ctx context.Context, f func(context.Context, *Tx) error) error {
	err := s.db.Together(ctx, func(ctx context.Context, c db.Conn) error {
		return s.Within(ctx, c, func(t *Tx) error { return f(ctx, t) })
	})
	if err == nil {
		// What the writes announced before the commit, nobody could see then.
		s.Notify("content")
	}
	return err
}

const (
	forgetKeys = `DELETE FROM idempotency WHERE created_at < {now} - $1`

	claimKey = `
INSERT INTO idempotency (id, request, claim, until, body, created_at)
VALUES ($1, $2, $3, {now} + CAST($4 AS BIGINT), $5, {now})
ON CONFLICT (id) DO UPDATE SET claim = excluded.claim, until = excluded.until
WHERE idempotency.status = 0 AND idempotency.until < {now} AND idempotency.request = excluded.request`

	answerOfKey = `
SELECT request, status, etag, location, body, sealed, until >= {now} AS claimed
FROM idempotency WHERE id = $1 AND created_at >= {now} - $2`
)

// claimKey takes the key for one minute, so that what runs under it is alone,
// or gives the answer that is already there.
func (s *Store) claimKey(ctx context.Context, key, request, claim string) (a Answer, replayed bool, err error) {
	// Whoever holds the key may hold SQLite's one writer too: look first.
	answers := keyFor(s.secret, keptAnswers)
	a, free, err := s.r.answerOfKey(ctx, answers, key, request)
	if err == nil && free {
		err = s.InTx(ctx, func(t *Tx) error {
			a, free = Answer{}, true
			if _, err := t.exec(ctx, forgetKeys, keyKept); err != nil {
				return err
			}
			taken, err := t.exec(ctx, claimKey, key, request, claim, claimKept, []byte(nil))
			if err != nil || taken == 1 {
				return err
			}
			if a, free, err = t.answerOfKey(ctx, answers, key, request); err == nil && free {
				err = ErrInFlight // and just given back
			}
			return err
		})
	}
	return a, !free, doing("claim an idempotency key", err)
}

// answerOfKey returns the answer that is kept, or free when nobody holds the key.
func (c conn) answerOfKey(ctx context.Context, answers key, id, request string) (a Answer, free bool, err error) {
	var found []struct {
		Request  string `db:"request"`
		Status   int    `db:"status"`
		ETag     string `db:"etag"`
		Location string `db:"location"`
		Body     []byte `db:"body"`
		Sealed   string `db:"sealed"`
		Claimed  bool   `db:"claimed"`
	}
	if err := c.sel(ctx, &found, answerOfKey, id, keyKept); err != nil || len(found) == 0 {
		return Answer{}, true, err
	}
	switch r := found[0]; {
	case r.Request != request:
		return Answer{}, false, ErrKeyReused
	case r.Status != 0:
		a := Answer{Status: r.Status, ETag: r.ETag, Location: r.Location, Body: r.Body, Secret: r.Sealed != ""}
		if a.Secret {
			a.Body, err = answers.opened(r.Sealed, r.Body, id)
		}
		return a, false, err
	case r.Claimed:
		return Answer{}, false, ErrInFlight
	}
	return Answer{}, true, nil
}

const answerKey = `
UPDATE idempotency SET status = $3, etag = $4, location = $5, body = $6, sealed = $7
WHERE id = $1 AND claim = $2 AND status = 0`

// answerKey keeps the answer; ErrConflict when somebody else took over the key
// because we were away for too long.
func (t *Tx) answerKey(ctx context.Context, key, claim string, a Answer) error {
	body, sealed := a.Body, ""
	if a.Secret {
		var err error
		if body, sealed, err = keyFor(t.secret, keptAnswers).sealed(a.Body, key); err != nil {
			return fmt.Errorf("keep the answer: %w", err)
		}
	}
	n, err := t.exec(ctx, answerKey, key, claim, a.Status, a.ETag, a.Location, body, sealed)
	if err == nil && n != 1 {
		err = ErrConflict
	}
	if err != nil {
		return fmt.Errorf("keep the answer: %w", err)
	}
	return nil
}

// sealed returns a secret answer as it is kept under the idempotency key; without
// a secret of ours nothing of it is.
func (k key) sealed(body []byte, idempotency string) (kept []byte, by string, err error) {
	if k.bytes == nil {
		return nil, notKept, nil
	}
	kept, err = k.seal(body, idempotency)
	return kept, k.id, err
}

// opened returns the answer that was sealed by the key of that name;
// ErrAnswerGone when that is not this key.
func (k key) opened(by string, kept []byte, idempotency string) ([]byte, error) {
	if k.bytes == nil || by != k.id {
		return nil, ErrAnswerGone
	}
	body, err := k.open(kept, idempotency)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswerGone, err)
	}
	return body, nil
}

const freeKey = `DELETE FROM idempotency WHERE id = $1 AND claim = $2 AND status = 0`

// freeKey gives the key back after a failure. Where that fails too, the claim
// ends by itself. A commit of unknown outcome either has left an answer, which
// stays, or nothing.
func (s *Store) freeKey(ctx context.Context, key, claim string, failure error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if _, err := s.w.exec(ctx, freeKey, key, claim); err != nil {
		s.log.Warn("an idempotency key stays taken for a minute", "err", err)
	}
	return failure
}
