// Package storage keeps everything Visnyk must not forget, on PostgreSQL or on
// SQLite with the same statements: the inbox, bots' leases, conversations,
// history, tickets, timers, the outbox with its outcomes and receipts, the
// ledger, content and settings.
//
// It holds the rules that must be true in the database (each update once,
// nothing by a writer who lost the lease, outcomes that add up) and no others:
// what a turn means, what is said and who may do what stand elsewhere.
//
// Times are microseconds UTC in the tables and time.Time outside; the zero
// time is 0. Strings lose NUL and invalid UTF-8 on their way in, bytes stay as
// they are.
package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// Why a write did nothing, for decisions by errors.Is.
var (
	// ErrLeaseLost: another owner holds the bot now, or nobody does.
	ErrLeaseLost = errors.New("the bot's lease is lost")
	// ErrConflict: somebody wrote first, so nothing was written. Read again.
	ErrConflict = errors.New("somebody else wrote first")
	// ErrNotFound: there is no such row.
	ErrNotFound = errors.New("not found")
	// ErrUnreadable: a stored conversation cannot be decoded.
	ErrUnreadable = errors.New("a stored conversation cannot be read")
	// ErrCommitUnknown: the COMMIT was sent and no answer came. What it would
	// have written must be read again before anything is decided.
	ErrCommitUnknown = errors.New("the outcome of the commit is unknown")
	// ErrLocked: another process holds this SQLite database.
	ErrLocked = errors.New("another process holds the database")
)

// Options are what Open needs besides the URL. The zero value is ready for use.
type Options struct {
	Log *slog.Logger // nil: silent
	// Exclusive takes a lock on a SQLite database (the file <database>.lock),
	// so that a second process fails with ErrLocked. PostgreSQL ignores it.
	Exclusive bool
	// Secret is VISNYK_SECRET: it signs the marks of erased people. Without it
	// nobody can be imported or erased.
	Secret   []byte
	MaxConns int // connections to PostgreSQL, readers of SQLite; 0 is 16 and 4
	// Reserve is how many bytes of SQLite's disk are kept free; 0 is what the
	// setting disk.reserve says.
	Reserve int64
}

// Store is one open database. Its methods may be called by many goroutines.
type Store struct {
	log      *slog.Logger
	name     string // of this Store, as the owner of leases that it takes for itself
	dialect  *dialect
	w        conn // writes; on SQLite a single connection
	r        conn // reads; on PostgreSQL the same pool as w
	dsn      string
	secret   []byte
	notifier *notifier
	closers  []io.Closer
	disk     *disk // nil where we write no files
	trial    trial
	alone    bool     // no other process can have the database open for work
	acquired sync.Map // the bots whose lease was acquired here
	scrubs   scrubs
}

// Close gives back the connections and the lock file. Transactions must have
// ended.
func (s *Store) Close() error {
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i].Close())
	}
	return errors.Join(errs...)
}

// NewID makes a new identifier. Later ones sort after earlier ones.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// conn speaks SQL to a pool or to a transaction, in one dialect.
type conn struct {
	q sqlx.ExtContext
	d *dialect
	p *plans // nil where statements are not kept
}

// exec runs a statement and tells how many rows it touched.
func (c conn) exec(ctx context.Context, query string, values ...any) (int, error) {
	return c.execute(ctx, c.d.expand(query), args(values))
}

// get reads exactly one row into dest; sql.ErrNoRows when there is none.
func (c conn) get(ctx context.Context, dest any, query string, values ...any) error {
	query, values = c.d.expand(query), args(values)
	if c.p == nil {
		return sqlx.GetContext(ctx, c.q, dest, query, values...)
	}
	s, err := c.statement(ctx, query)
	if err != nil {
		return err
	}
	return s.GetContext(ctx, dest, values...)
}

// sel reads every row into the slice dest points to.
func (c conn) sel(ctx context.Context, dest any, query string, values ...any) error {
	return c.read(ctx, dest, c.d.expand(query), args(values))
}

// execute runs finished SQL and tells how many rows it touched.
func (c conn) execute(ctx context.Context, query string, values []any) (int, error) {
	run := func() (sql.Result, error) { return c.q.ExecContext(ctx, query, values...) }
	if c.p != nil {
		s, err := c.statement(ctx, query)
		if err != nil {
			return 0, err
		}
		run = func() (sql.Result, error) { return s.ExecContext(ctx, values...) }
	}
	res, err := run()
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// read reads what finished SQL returns into the slice dest points to.
func (c conn) read(ctx context.Context, dest any, query string, values []any) error {
	if c.p == nil {
		return sqlx.SelectContext(ctx, c.q, dest, query, values...)
	}
	s, err := c.statement(ctx, query)
	if err != nil {
		return err
	}
	return s.SelectContext(ctx, dest, values...)
}

// doing wraps err with what was being done; nil stays nil.
func doing(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("storage: %s: %w", what, err)
}
