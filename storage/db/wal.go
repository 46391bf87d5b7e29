package db

import (
	"context"
	sqldriver "database/sql/driver"
	"fmt"
)

// LightenLog writes SQLite's log into the file beside the writer, as far as nobody is in the
// way, and waits for the disk: after each step of work, so that it does not outrun that. Within
// Together somebody is.
func (d *DB) LightenLog(ctx context.Context) error {
	if !d.SQLite() || d.Inside(ctx) {
		return nil
	}
	_, err := d.moveLog(ctx, d.read)
	return err
}

// moveLog writes the log into the file from a connection of the pool, and returns how many
// pages the log has, those that were written before among them.
func (d *DB) moveLog(ctx context.Context, on *pool) (pages int, err error) {
	var busy bool
	var moved int
	err = on.db.QueryRowxContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &pages, &moved)
	return pages, err
}

// longLog is how many pages of the log are worth holding up the writer.
const longLog = 2_000

// lighten writes the log into the file whenever commits pile up in it, until the context
// ends. Beside the writer it comes to all but what is committed meanwhile; the writer's own
// connection does the rest, and the log can begin anew.
func (d *DB) lighten(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.settler.pile:
		}
		pages, err := d.moveLog(ctx, d.read)
		if err == nil && pages >= longLog {
			_, err = d.moveLog(ctx, d.write)
		}
		if err != nil && ctx.Err() == nil {
			d.log.Warn("SQLite's log is not written into the file, trying again", "err", err)
		}
	}
}

// CutLog tries once to empty SQLite's log, which gives back its space, and
// reports whether somebody is in the way, as Together is.
func (d *DB) CutLog(ctx context.Context) (busy bool, err error) {
	if !d.SQLite() || d.Inside(ctx) {
		return d.SQLite(), nil
	}
	c, err := d.write.db.Connx(ctx)
	if err != nil {
		return false, err
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil {
		return false, err
	}
	defer func() {
		if _, err := c.ExecContext(context.WithoutCancel(ctx), fmt.Sprint("PRAGMA busy_timeout = ", sqliteBusy.Milliseconds())); err != nil {
			_ = c.Raw(func(any) error { return sqldriver.ErrBadConn }) // a new one takes its place
		}
	}()
	var log, moved int
	err = c.QueryRowxContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved)
	return busy, err
}

// InStep runs f in a transaction of work that may be repeated. It does not wait
// for the disk: the next commit of anybody else takes it along, and a power cut before
// that undoes it.
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
		_, err := d.unsettled(ctx, func(c Conn) error { return f(c.Plainly()) })
		return err
	})
	d.write.plans.catchUp(ctx)
	return err
}
