package db

import (
	"context"
	sqldriver "database/sql/driver"
	"fmt"
)

// How SQLite goes about its log when it is asked how long that is.
const (
	logAlone  = "NOOP"
	logMoved  = "PASSIVE"  // writes it into the file, as far as nobody is in the way
	logBegins = "TRUNCATE" // and empties it, if nobody is
)

// logState is how many pages the log has, and how many of them are in the file too.
type logState struct {
	Busy  bool `db:"busy"`
	Pages int  `db:"log"`
	Moved int  `db:"checkpointed"`
}

type getter interface {
	GetContext(ctx context.Context, dest any, query string, args ...any) error
}

func theLog(ctx context.Context, on getter, how string) (s logState, err error) {
	err = on.GetContext(ctx, &s, "PRAGMA wal_checkpoint("+how+")")
	return s, err
}

// LightenLog writes SQLite's log into the file beside the writer, as far as nobody is in the
// way, and waits for the disk: after each step of work, so that it does not outrun that. Within
// Together somebody is.
func (d *DB) LightenLog(ctx context.Context) error {
	if !d.SQLite() || d.Inside(ctx) {
		return nil
	}
	_, err := d.moveLog(ctx, d.read.db)
	return err
}

// moveLog writes the log into the file on that connection. Two who did that at once
// would be in each other's way, and the second would do nothing.
func (d *DB) moveLog(ctx context.Context, on getter) (s logState, err error) {
	err = d.settler.alone(ctx, func() error {
		s, err = theLog(ctx, on, logMoved)
		return err
	})
	return s, err
}

// alone runs f while nobody else writes the log into the file.
func (s *settler) alone(ctx context.Context, f func() error) error {
	select {
	case s.moving <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.moving }()
	return f()
}

// In pages: what is worth writing into the file, and when the log is so long that the writer
// is held up to end it. SQLite keeps an index for each 4,000.
const (
	pileOfLog = 1_000
	longLog   = 2_000
)

// lighten writes the log into the file as commits come to it, until the context ends. Beside
// the writer it comes to all but what is committed meanwhile; the writer's own connection
// does the rest, and the log begins anew. It has a connection of its own, which stays open
// when those that were interrupted are given up: with its last one SQLite removes the log.
func (d *DB) lighten(ctx context.Context, own getter) {
	for failed := false; ; {
		select {
		case <-ctx.Done():
			return
		case <-d.settler.some:
		}
		s, err := theLog(ctx, own, logAlone)
		if err == nil && s.Pages-s.Moved >= pileOfLog {
			s, err = d.moveLog(ctx, own)
		}
		if err == nil && s.Pages >= longLog {
			_, err = d.moveLog(ctx, d.write.db)
		}
		first := err != nil && !failed && ctx.Err() == nil
		if failed = err != nil; first { // on a full disk it fails again and again
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
	err = d.settler.alone(ctx, func() error {
		busy, err = d.cutLog(ctx)
		return err
	})
	return busy, err
}

func (d *DB) cutLog(ctx context.Context) (busy bool, err error) {
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
	s, err := theLog(ctx, c, logBegins)
	return s.Busy, err
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
