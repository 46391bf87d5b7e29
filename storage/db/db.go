// Package db is one open database, PostgreSQL or SQLite, behind the same
// statements: its connections and their settings, transactions, the dialects,
// migrations, notices between replicas, and the room on the disk. It knows no
// noun of the house.
package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/jmoiron/sqlx"
)

var (
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
	MaxConns  int // connections to PostgreSQL, readers of SQLite; 0 is 16 and 4
	// Reserve is how many bytes of SQLite's disk are kept free, and ReserveNow
	// tells it anew; nil: it stays.
	Reserve    int64
	ReserveNow func(context.Context) (int64, error)
	Free       func() (int64, error) // the bytes that are free; nil asks the system
}

// DB is one open database. Its methods may be called by many goroutines.
type DB struct {
	log      *slog.Logger
	dialect  *dialect
	write    *pool // on SQLite a single connection
	read     *pool // on PostgreSQL the same as write
	dsn      string
	notifier *notifier
	closers  []io.Closer
	disk     *disk // nil where we write no files
	alone    bool
}

// Open connects to the database behind the URL: "sqlite:path" or
// "postgres://…". It changes no table. No error shows a password.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	d := &DB{log: o.Log}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	var err error
	switch scheme, rest, _ := strings.Cut(url, ":"); scheme {
	case "sqlite":
		err = d.openSQLite(ctx, rest, o)
	case "postgres", "postgresql":
		err = d.openPostgres(ctx, url, o)
	default:
		err = errors.New("the database URL must begin with sqlite: or postgres://")
	}
	if err != nil {
		return nil, errors.Join(doing("open", err), d.Close())
	}
	return d, nil
}

// Close gives back the connections and the lock file. Transactions must have
// ended.
func (d *DB) Close() error {
	var errs []error
	for i := len(d.closers) - 1; i >= 0; i-- {
		errs = append(errs, d.closers[i].Close())
	}
	return errors.Join(errs...)
}

// SQLite reports whether the database is SQLite; otherwise it is PostgreSQL.
func (d *DB) SQLite() bool { return d.dialect.name == nameSQLite }

// Arrays reports whether rows go as one array for each column; see SelectSets.
func (d *DB) Arrays() bool { return d.dialect.arrays }

// Alone reports whether no other process can have the database open for work.
func (d *DB) Alone() bool { return d.alone }

// Writer is for what writes.
func (d *DB) Writer() Conn { return d.conn(d.write) }

// Reader is for what only reads.
func (d *DB) Reader() Conn { return d.conn(d.read) }

func (d *DB) conn(p *pool) Conn { return Conn{d: d.dialect, pool: p} }

// pool is some of the connections, all with the same settings.
type pool struct {
	db    *sqlx.DB
	plans *plans
}

// newPool makes db one of the pools and closes it with the database.
func (d *DB) newPool(db *sqlx.DB, conns int) *pool {
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	d.closers = append(d.closers, db)
	return &pool{db: db, plans: newPlans(db)}
}

// doing wraps err with what was being done; nil stays nil.
func doing(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("storage: %s: %w", what, err)
}
