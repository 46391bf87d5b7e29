package db

import (
	"context"
	sqldriver "database/sql/driver"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// LightenLog writes SQLite's log into the file beside the writer, as far as
// nobody is in the way. After each step of work it keeps the log so short that no
// turn's commit has to do that. Within Together somebody is.
func (d *DB) LightenLog(ctx context.Context) error {
	if !d.SQLite() || d.Inside(ctx) {
		return nil
	}
	_, err := d.Reader().Plainly().Exec(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
	return err
}

// CutLog tries once to empty SQLite's log, which gives back its space, and
// reports whether somebody is in the way, as Together is.
func (d *DB) CutLog(ctx context.Context) (busy bool, err error) {
	if !d.SQLite() || d.Inside(ctx) {
		return d.SQLite(), nil
	}
	err = d.onWriter(ctx, "busy_timeout", "0", fmt.Sprint(sqliteBusy.Milliseconds()), func(c *sqlx.Conn) error {
		var log, moved int
		return c.QueryRowxContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved)
	})
	return busy, err
}

// onWriter runs f on the connection that writes, with a setting of it changed
// meanwhile.
func (d *DB) onWriter(ctx context.Context, setting, value, usual string, f func(*sqlx.Conn) error) error {
	c, err := d.write.db.Connx(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, "PRAGMA "+setting+" = "+value); err != nil {
		return err
	}
	defer func() {
		if _, err := c.ExecContext(context.WithoutCancel(ctx), "PRAGMA "+setting+" = "+usual); err != nil {
			_ = c.Raw(func(any) error { return sqldriver.ErrBadConn }) // a new one takes its place
		}
	}()
	return f(c)
}

// InStep runs f in a transaction of work that may be repeated. It does not wait
// for the disk, so that whoever waits for it, on SQLite every writer, goes on at
// once: the next commit of anybody else takes it along, and a power cut before that
// undoes it.
func (d *DB) InStep(ctx context.Context, f func(Conn) error) error {
	switch {
	case d.Inside(ctx): // the whole of it is to be safe
		return d.InTx(ctx, f)
	case !d.SQLite():
		return d.InTx(ctx, func(c Conn) error {
			if _, err := c.Exec(ctx, "SET LOCAL synchronous_commit = off"); err != nil {
				return err
			}
			return f(c)
		})
	}
	err := Again(ctx, func() error {
		return d.onWriter(ctx, "synchronous", "NORMAL", "FULL", func(c *sqlx.Conn) error {
			tx, err := c.BeginTxx(ctx, nil)
			if err != nil {
				return doing("begin", err)
			}
			defer tx.Rollback() // after a COMMIT it does nothing
			if err := f(Conn{d: d.dialect, pool: d.write, tx: tx, plain: true}); err != nil {
				return err
			}
			return doing("commit", tx.Commit())
		})
	})
	d.write.plans.catchUp(ctx)
	return err
}
