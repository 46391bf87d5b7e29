package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/lib/pq"
	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// tries bounds how often a transaction that the database broke off is run.
const tries = 5

// InTx runs f in one transaction: COMMIT when f gives nil, ROLLBACK otherwise.
// When the database surely wrote nothing and asks to try again (a deadlock, a
// serialization failure, SQLite busy), f is run again, so it must not keep
// anything from an earlier run. An unanswered COMMIT is never repeated: it is
// ErrCommitUnknown.
//
// Within Together, f becomes part of that one.
func (d *DB) InTx(ctx context.Context, f func(Conn) error) error {
	if c, inside := d.outer(ctx); inside {
		return f(c)
	}
	err := Again(ctx, func() error { return d.Once(ctx, f) })
	d.write.plans.catchUp(ctx)
	return err
}

// Once is InTx that runs f a single time, whatever the database says.
func (d *DB) Once(ctx context.Context, f func(Conn) error) error {
	if c, inside := d.outer(ctx); inside {
		return f(c)
	}
	upTo, err := d.unsettled(ctx, f)
	switch e := d.settler.settle(upTo); {
	case e == nil:
		return err
	case err != nil:
		return e // not even why f would not write is sure
	default:
		return fmt.Errorf("storage: %w: %w", ErrCommitUnknown, e)
	}
}

// unsettled runs f in one transaction, and returns when it is over; of SQLite what is to be
// settled for it, or for what an error of f says of others' work, to outlive a power cut.
func (d *DB) unsettled(ctx context.Context, f func(Conn) error) (upTo int64, err error) {
	tx, err := d.write.db.BeginTxx(ctx, nil)
	if err != nil {
		return 0, doing("begin", err)
	}
	defer tx.Rollback() // after a COMMIT it does nothing
	if err := f(Conn{d: d.dialect, pool: d.write, tx: tx}); err != nil {
		return d.settler.seen(), err
	}
	if upTo, err = d.settler.commit(tx.Commit); err != nil {
		if undone(err) {
			return 0, doing("commit", err)
		}
		return 0, fmt.Errorf("storage: %w: %w", ErrCommitUnknown, err)
	}
	return upTo, nil
}

// lone runs f, which is one statement, in a transaction of its own.
func (d *DB) lone(ctx context.Context, plain bool, f func(Conn) error) error {
	err := d.Once(ctx, func(c Conn) error {
		c.plain = plain
		return f(c)
	})
	d.write.plans.catchUp(ctx)
	return err
}

// Again runs f until it does not fail for a passing reason, at most tries times.
// Within Together it runs once: the database has broken off all of that, and all
// of it is run again.
func Again(ctx context.Context, f func() error) error {
	if _, inside := ctx.Value(outerTx{}).(outerTx); inside {
		return f()
	}
	wait := 2 * time.Millisecond
	for n := 1; ; n++ {
		err := f()
		if err == nil || n == tries || !passing(err) {
			return err
		}
		pause := time.NewTimer(wait + rand.N(wait))
		select {
		case <-ctx.Done():
			pause.Stop()
			return err
		case <-pause.C:
		}
		wait *= 4
	}
}

// passing reports whether the database undid everything and the same statements
// may succeed at once.
func passing(err error) bool {
	if errors.Is(err, ErrCommitUnknown) {
		return false
	}
	var p *pq.Error
	if errors.As(err, &p) {
		return p.Code == "40001" || p.Code == "40P01"
	}
	var l *driver.Error
	return errors.As(err, &l) && l.Code()&0xff == sqlite3.SQLITE_BUSY
}

// undone reports whether a failed COMMIT surely committed nothing: it was never
// sent, or the database itself answered that it failed. A FATAL answer is the
// end of a session, not an answer to the COMMIT.
func undone(err error) bool {
	if errors.Is(err, errUnsettled) || errors.Is(err, sql.ErrTxDone) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	var p *pq.Error
	if errors.As(err, &p) {
		return !p.Fatal()
	}
	var l *driver.Error
	if errors.As(err, &l) {
		return l.Code()&0xff == sqlite3.SQLITE_BUSY || Full(err)
	}
	return false
}

// Full reports whether SQLite found the disk full.
func Full(err error) bool {
	var l *driver.Error
	return errors.As(err, &l) && l.Code()&0xff == sqlite3.SQLITE_FULL
}
