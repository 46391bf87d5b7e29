package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Tx is a transaction. It is used by one goroutine and ends with the function
// it was given to.
type Tx struct {
	conn
	secret []byte // signs erase marks
}

// tries bounds how often a transaction that the database broke off is run.
const tries = 5

// InTx runs f in one transaction: COMMIT when f gives nil, ROLLBACK otherwise.
// When the database surely wrote nothing and asks to try again (a deadlock, a
// serialization failure, SQLite busy), f is run again, so it must not keep
// anything from an earlier run. An unanswered COMMIT is never repeated: it is
// ErrCommitUnknown. f must not call methods of Store that write.
//
// Within the transaction of WriteOnce, f becomes part of that one.
func (s *Store) InTx(ctx context.Context, f func(*Tx) error) error {
	if outer, ok := ctx.Value(outerTx{}).(outerTx); ok && outer.store == s {
		return f(outer.tx)
	}
	err := again(ctx, func() error { return s.once(ctx, f) })
	s.w.p.catchUp(ctx)
	return err
}

func (s *Store) once(ctx context.Context, f func(*Tx) error) (err error) {
	tx, err := s.w.q.(*sqlx.DB).BeginTxx(ctx, nil)
	if err != nil {
		return doing("begin", err)
	}
	defer tx.Rollback() // after a COMMIT it does nothing
	if err := f(&Tx{conn{tx, s.dialect, s.w.p}, s.secret}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		if undone(err) {
			return doing("commit", err)
		}
		return fmt.Errorf("storage: %w: %w", ErrCommitUnknown, err)
	}
	return nil
}

// again runs f until it does not fail for a passing reason, at most tries times.
func again(ctx context.Context, f func() error) error {
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

// passing tells whether the database undid everything and the same statements
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

// undone tells whether a failed COMMIT surely committed nothing: it was never
// sent, or the database itself answered that it failed. A FATAL answer is the
// end of a session, not an answer to the COMMIT.
func undone(err error) bool {
	if errors.Is(err, sql.ErrTxDone) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	var p *pq.Error
	if errors.As(err, &p) {
		return !p.Fatal()
	}
	var l *driver.Error
	if errors.As(err, &l) {
		return l.Code()&0xff == sqlite3.SQLITE_BUSY || full(err)
	}
	return false
}
