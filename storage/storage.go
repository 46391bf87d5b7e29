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
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/google/uuid"

	"visnyk/storage/db"
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
	ErrCommitUnknown = db.ErrCommitUnknown
	// ErrLocked: another process holds this SQLite database.
	ErrLocked = db.ErrLocked
	// ErrInside: this makes transactions of its own, and cannot be done within one.
	ErrInside = db.ErrInside
	// ErrNoRoom: the disk has no more room than is kept for what was begun. Nothing
	// new is taken until it has; turns and sends go on.
	ErrNoRoom = db.ErrNoRoom
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
	MaxConns int // of the line: connections to PostgreSQL, readers of SQLite; 0 is 8 and 4
	// Reserve is how many bytes of SQLite's disk are kept free; 0 is what the
	// setting disk.reserve says.
	Reserve int64
}

// Store is one open database. Its methods may be called by many goroutines.
type Store struct {
	log      *slog.Logger
	db       *db.DB
	dialect  dialect
	door     conn // takes in what came
	w        conn // the line writes
	r        conn // the line reads
	reading  conn // lists, counts, reports and exports read
	secret   []byte
	trial    trial
	acquired sync.Map // the bots whose lease was acquired here
}

// dialect is what nouns ask of it: all else is in the statements.
type dialect struct {
	arrays bool // rows go as one array for each column; see selSets
}

// DB is the database itself, for storage/upkeep, which works on tables whatever
// their noun is. Nobody else speaks SQL.
func (s *Store) DB() *db.DB { return s.db }

// Close gives back the connections and the lock file. Transactions must have
// ended.
func (s *Store) Close() error { return s.db.Close() }

// NewID makes a new identifier. Later ones sort after earlier ones.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// doing wraps err with what was being done; nil stays nil.
func doing(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("storage: %s: %w", what, err)
}
