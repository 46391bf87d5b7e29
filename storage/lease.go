package storage

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Lease is the right to run one bot's line: its turns and its sends. Epoch
// grows with every acquisition, so a write by an earlier holder is recognised
// and refused, however late it comes.
type Lease struct {
	Bot, Owner string
	Epoch      int64
}

type botRecord struct {
	Owner    string `db:"owner"`
	Epoch    int64  `db:"epoch"`
	Released bool   `db:"released"`
	Free     bool   `db:"free"`
}

const botFree = `
SELECT owner, epoch, released, (lease_until <= {now} OR owner = $2 OR $3) AS free FROM bots WHERE bot = $1`

const addBot = `INSERT INTO bots (bot) VALUES ($1) ON CONFLICT (bot) DO NOTHING`

const lockBot = botFree + ` {alone}`

const takeBot = `
UPDATE bots SET owner = $2, epoch = epoch + 1, lease_until = {now} + $3, released = FALSE
WHERE bot = $1 RETURNING epoch`

// Acquire takes the bot's lease for ttl by the database's clock. ok is false
// while another owner holds it. clean tells that nobody held it before or the
// last holder gave it back: when it is false, rows may stand in "sending".
// Acquiring again by the same owner ends that owner's earlier lease.
func (s *Store) Acquire(ctx context.Context, name, owner string, ttl time.Duration) (l Lease, clean, ok bool, err error) {
	var b botRecord
	orphan := s.orphan(name)
	err = s.r.get(ctx, &b, botFree, name, owner, orphan)
	if err == nil && !b.Free {
		return Lease{}, false, false, nil // the usual answer to a waiting replica, without a lock
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Lease{}, false, false, doing("acquire a lease", err)
	}
	err = s.InTx(ctx, func(t *Tx) error {
		l, clean, ok = Lease{}, false, false
		if _, err := t.exec(ctx, addBot, name); err != nil {
			return err
		}
		if err := t.get(ctx, &b, lockBot, name, owner, orphan); err != nil || !b.Free {
			return err
		}
		var epoch int64
		if err := t.get(ctx, &epoch, takeBot, name, owner, ttl); err != nil {
			return err
		}
		l, clean, ok = Lease{Bot: name, Owner: owner, Epoch: epoch}, b.Released, true
		return nil
	})
	if err != nil {
		return Lease{}, false, false, doing("acquire a lease", err)
	}
	if ok {
		s.acquired.Store(name, true)
	}
	return l, clean, ok, nil
}

// orphan reports that whoever holds the bot's lease must be dead: we hold the lock
// of the database file, and the lease is not of our time.
func (s *Store) orphan(name string) bool {
	_, ours := s.acquired.Load(name)
	return s.db.Alone() && !ours
}

const renew = `
UPDATE bots SET lease_until = {now} + $4 WHERE bot = $1 AND owner = $2 AND epoch = $3`

// Renew makes the lease last ttl from now. ErrLeaseLost when it is not ours.
func (s *Store) Renew(ctx context.Context, l Lease, ttl time.Duration) error {
	return s.own(ctx, "renew a lease", renew, l, ttl)
}

const release = `
UPDATE bots SET owner = '', lease_until = 0, released = TRUE WHERE bot = $1 AND owner = $2 AND epoch = $3`

// Release gives the lease back; the next holder finds it clean.
func (s *Store) Release(ctx context.Context, l Lease) error {
	return s.own(ctx, "release a lease", release, l)
}

const pause = `
UPDATE bots SET paused_until = $4, pause_reason = $5 WHERE bot = $1 AND owner = $2 AND epoch = $3`

// Pause keeps on the bot's row that nothing may be sent before until, for
// whoever holds the lease then. The zero time ends a pause.
func (s *Store) Pause(ctx context.Context, l Lease, until time.Time, reason string) error {
	return s.own(ctx, "pause", pause, l, until, reason)
}

// own changes the bot's row for its holder.
func (s *Store) own(ctx context.Context, what, query string, l Lease, more ...any) error {
	n, err := s.w.exec(ctx, query, append([]any{l.Bot, l.Owner, l.Epoch}, more...)...)
	if err == nil && n == 0 {
		err = ErrLeaseLost
	}
	return doing(what, err)
}

const tellsSeen = `UPDATE bots SET tells_seen = $4 WHERE bot = $1 AND owner = $2 AND epoch = $3`

// TellsSeen keeps on the bot's row whether its messenger tells what is seen, for what
// the ledger counts of messages to many.
func (s *Store) TellsSeen(ctx context.Context, l Lease, tells bool) error {
	return s.own(ctx, "note whether a bot tells what is seen", tellsSeen, l, tells)
}

const pausedUntil = `SELECT paused_until FROM bots WHERE bot = $1`

// PausedUntil tells until when nothing may be sent; the zero time is no pause.
func (s *Store) PausedUntil(ctx context.Context, name string) (time.Time, error) {
	var until micros
	err := s.r.get(ctx, &until, pausedUntil, name)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return until.time(), doing("pause of a bot", err)
}

// A write that only the holder of the lease may make joins with held, which is
// empty for everybody else. The bot's row stays locked against Acquire until
// the commit; that the lease ran out does no harm while nobody else has taken
// it. What joins with heldAlone waits for all others that do, and they for it.
const (
	fence     = `SELECT epoch FROM bots WHERE bot = $1 AND owner = $2 AND epoch = $3`
	fenceNow  = `SELECT {now} FROM bots WHERE bot = $1 AND owner = $2 AND epoch = $3`
	held      = `held AS MATERIALIZED (` + fence + ` {present})` // renewals need not wait for it
	heldAlone = `held AS MATERIALIZED (` + fence + ` {alone})`
)

// head returns the values that held begins with.
func (l Lease) head() []any { return []any{l.Bot, l.Owner, l.Epoch} }

// lost tells why a write under the lease touched less than it should:
// ErrLeaseLost when the lease is somebody else's, otherwise instead.
func (c conn) lost(ctx context.Context, l Lease, instead error) error {
	var epoch int64
	err := c.get(ctx, &epoch, fence, l.head()...)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrLeaseLost
	}
	if err != nil {
		return err
	}
	return instead
}

// fenced runs f in a transaction that only the holder of the lease can commit.
func (s *Store) fenced(ctx context.Context, l Lease, f func(*Tx) error) error {
	return s.InTx(ctx, func(t *Tx) error {
		if err := t.fence(ctx, l); err != nil {
			return err
		}
		return f(t)
	})
}

// fence keeps the lease with its holder until the commit; ErrLeaseLost for
// everybody else.
func (t *Tx) fence(ctx context.Context, l Lease) error {
	var epoch int64
	err := t.get(ctx, &epoch, fence+` {present}`, l.head()...)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrLeaseLost
	}
	return err
}

// heldAt is fence on SQLite, and gives the clock as well.
func (t *Tx) heldAt(ctx context.Context, l Lease) (now int64, err error) {
	err = t.apart().get(ctx, &now, fenceNow, l.head()...)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrLeaseLost
	}
	return now, err
}
