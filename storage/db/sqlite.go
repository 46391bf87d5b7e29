package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jmoiron/sqlx"
)

const (
	sqliteReaders = 4
	sqliteBusy    = 5 * time.Second // what a connection waits for another's lock

	// KiB of pages that a connection keeps as SQLite counts them; see storePages. The
	// writer has most of what all keep together: readers forget their pages with every
	// commit. What is not kept here the system keeps.
	sqliteWriterCache = 3_000
	sqliteReaderCache = 500
)

// openSQLite opens the file with one writer, several readers of the line, and those
// for long readings. WAL lets them work at once; what is committed outlives a power cut by settler.
func (d *DB) openSQLite(ctx context.Context, path string, o Options) error {
	if path == "" || path == ":memory:" {
		return errors.New("the database URL must name a file: sqlite:path")
	}
	storePages()
	d.dialect = sqliteDialect(o.Clock)
	d.notifier = newTeller()
	// Customers' words: for the owner alone. The log and index beside it get
	// the same rights from SQLite.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	// SQLite keeps the log beside the file, not beside a link to it; two links are one database.
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return err
	}
	if o.Exclusive {
		lock, err := lockFile(path + ".lock")
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		d.closers = append(d.closers, lock)
		d.alone = true
	}
	d.disk = newDisk(path, o)
	d.settler = newSettler(path, o.Sync)
	d.closers = append(d.closers, d.settler)
	w, err := sqlx.Open("sqlite", sqliteDSN(path, false))
	if err != nil {
		return err
	}
	d.write = d.newPool(w, 1)
	d.door = d.write // there is no other
	var mode string
	if err := w.GetContext(ctx, &mode, "PRAGMA journal_mode"); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("%s: SQLite keeps no log there (its journal_mode is %q, not \"wal\"): put the file on a local disk", path, mode)
	}
	r, err := sqlx.Open("sqlite", sqliteDSN(path, true))
	if err != nil {
		return err
	}
	readers := o.MaxConns
	if readers == 0 {
		readers = sqliteReaders
	}
	d.read = d.newPool(r, readers+1) // and that of lighten
	long, err := sqlx.Open("sqlite", sqliteDSN(path, true))
	if err != nil {
		return err
	}
	long.SetConnMaxIdleTime(idleTime)
	d.reading = d.newPool(long, readingConns)
	d.reading.timeout = o.ReadingTime
	own, err := r.Connx(ctx)
	if err != nil {
		return err
	}
	d.closers = append(d.closers, d.beside(func(ctx context.Context) {
		defer own.Close()
		d.lighten(ctx, own)
	}))
	if d.alone { // what was never settled, after errUnsettled, is so
		if _, err := d.CutLog(ctx); err != nil {
			d.log.Warn("SQLite's log is not written into the file yet", "err", err)
		}
	}
	return nil
}

// beside runs f until it is closed.
func (d *DB) beside(f func(context.Context)) io.Closer {
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		defer close(over)
		f(ctx)
	}()
	return closing(func() error {
		cancel()
		<-over
		return nil
	})
}

// closing is a function that closes something.
type closing func() error

func (c closing) Close() error { return c() }

func sqliteDSN(path string, reader bool) string {
	q := url.Values{
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", sqliteBusy.Milliseconds()),
			"journal_mode(WAL)",
			"synchronous(NORMAL)",   // see settler
			"wal_autocheckpoint(0)", // see lighten
			"foreign_keys(1)",
			"secure_delete(on)",  // what is erased is written over; see Scrub
			"temp_store(memory)", // a container may have no place for temporary files
		},
		"_txlock":      {"immediate"},
		"_timezone":    {"UTC"},
		"_time_format": {"sqlite"},
	}
	cache := sqliteWriterCache
	if reader {
		cache = sqliteReaderCache
		q["_pragma"] = append(q["_pragma"], "query_only(1)")
		q.Set("_txlock", "deferred")
	}
	q["_pragma"] = append(q["_pragma"], fmt.Sprintf("cache_size(-%d)", cache))
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}
