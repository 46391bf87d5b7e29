// Package db is one open database, PostgreSQL or SQLite, behind the same
// statements: its connections and their settings, transactions, the dialects,
// migrations, notices between replicas, and the room on the disk. It knows no
// noun of the house.
package db

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

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
	MaxConns  int // of the line: connections to PostgreSQL, readers of SQLite; 0 is 8 and 4
	// ReadingTime is how long one reading of the reading pool may take; 0 is 30 s.
	ReadingTime time.Duration
	// Reserve is how many bytes of SQLite's disk are kept free, and ReserveNow
	// tells it anew; nil: it stays.
	Reserve    int64
	ReserveNow func(context.Context) (int64, error)
	Free       func() (int64, error) // the bytes that are free; nil asks the system
	// Sync puts SQLite's log on the disk; nil asks the system.
	Sync func(*os.File) error
	// PingEvery is how often the listener asks whether PostgreSQL answers; 0 is 5 s.
	PingEvery time.Duration
	// Clock is an expression for the moment in microseconds, for whoever needs another
	// than the database's own: "".
	Clock string
}

// DB is one open database. Its methods may be called by many goroutines.
type DB struct {
	log      *slog.Logger
	dialect  *dialect
	door     *pool // takes updates in, whatever the line does; on SQLite the line's
	write    *pool // the line's; on SQLite a single connection
	read     *pool // the line's; on PostgreSQL the same as write
	reading  *pool
	session  session // of PostgreSQL, as the pools have it before settings of their own
	wires    wires
	notifier *notifier
	closers  []io.Closer
	disk     *disk    // nil where we write no files
	settler  *settler // of SQLite
	alone    bool
}

// Open connects to the database behind the URL: "sqlite:path" or
// "postgres://…". It changes no table. No error shows a password.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	if o.ReadingTime == 0 {
		o.ReadingTime = usualReadingTime
	}
	d := &DB{log: o.Log, wires: wires{pingEvery: cmp.Or(o.PingEvery, usualPing)}}
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
		err := d.closers[i].Close()
		if gone := (*net.OpError)(nil); errors.As(err, &gone) {
			continue // an idle connection that the other end has closed
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// SQLite reports whether the database is SQLite; otherwise it is PostgreSQL.
func (d *DB) SQLite() bool { return d.dialect.name == nameSQLite }

// Arrays reports whether rows go as one array for each column; see SelectSets.
func (d *DB) Arrays() bool { return d.dialect.arrays }

// Alone reports whether no other process can have the database open for work.
func (d *DB) Alone() bool { return d.alone }

// Writer is for what the line writes: by key, with plans that are kept.
func (d *DB) Writer() Conn { return d.conn(d.write) }

// Reader is for what the line reads, and for other readings by key in small pages.
func (d *DB) Reader() Conn { return d.conn(d.read) }

// Door is for what takes in what came. Turns that wait for the database leave
// its connections alone.
func (d *DB) Door() Conn { return d.conn(d.door) }

// AtWork returns how many connections of the door and the line are in use just
// now, the caller's among them.
func (d *DB) AtWork() (n int) {
	for _, p := range []*pool{d.door, d.write} {
		n += p.db.Stats().InUse
		if d.door == d.write {
			break
		}
	}
	return n
}

// Reading is for lists, counts, reports and exports: it writes nothing, the
// planner is free to choose for the values at hand, and what takes longer than
// Options.ReadingTime is broken off. The line's connections stay free meanwhile.
func (d *DB) Reading() Conn { return d.conn(d.reading).Plainly() }

func (d *DB) conn(p *pool) Conn { return Conn{d: d.dialect, pool: p} }

const (
	usualReadingTime = 30 * time.Second
	// idleTime is how long connections stay open that nobody needs.
	idleTime = 5 * time.Minute
)

// pool is some of the connections, all with the same settings.
type pool struct {
	of      *DB
	db      *sqlx.DB
	plans   *plans
	timeout time.Duration // for a statement that reads; 0 is what the session says
}

// newPool makes db one of the pools and closes it with the database.
func (d *DB) newPool(db *sqlx.DB, conns int) *pool {
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	d.closers = append(d.closers, db)
	return &pool{of: d, db: db, plans: newPlans(db)}
}

// doing wraps err with what was being done; nil stays nil.
func doing(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("storage: %s: %w", what, err)
}
