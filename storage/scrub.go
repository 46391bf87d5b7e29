package storage

import (
	"context"
	sqldriver "database/sql/driver"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
)

// What a SQLite database still has to be freed of. The values are new with each
// erasure, so that work begun before it does not count for it.
const (
	pagesSetting = "storage.pages" // the pages: copies of erased rows may stand between the others
	logSetting   = "storage.scrub" // the log: it, or the file behind it, has erased rows as they were
)

// scrubDue notes, with the erasure itself, that the files are to be scrubbed.
func (t *Tx) scrubDue(ctx context.Context) error {
	if t.d.name != "sqlite" {
		return nil
	}
	if _, err := t.exec(ctx, putSetting, pagesSetting, NewID()); err != nil {
		return err
	}
	return t.logDue(ctx)
}

// logDue notes the same of the log alone.
func (t *Tx) logDue(ctx context.Context) error {
	if t.d.name != "sqlite" {
		return nil
	}
	_, err := t.exec(ctx, putSetting, logSetting, NewID())
	return err
}

// scrubs is how far the scrubbing of a SQLite database has come here.
type scrubs struct {
	sync.Mutex
	modern bool   // no page was freed with words on it, or none has them any more
	clean  []bool // the free pages known to be empty, until modern
	wanted string // the value of pagesSetting that the look at the pages is for
	next   uint32 // the first page not looked at yet

	behind []pendingErasure  // those that a call did not come to the end of
	looked map[string]string // by bot, the last update that was looked at for them
}

// Scrub does what erasures leave to do: the rows that leave behind them, and on
// SQLite the bytes that stay in its files. All of it goes in small steps with
// rests between them, so that nobody waits for it, and goes on where it was after
// a restart; without an erasure since the last time it does nothing. One call
// works for less than a minute. What fails is done by the next call. Within a
// transaction it does nothing.
func (s *Store) Scrub(ctx context.Context) error {
	if _, inside := ctx.Value(outerTx{}).(outerTx); inside {
		return nil
	}
	s.scrubs.Lock()
	defer s.scrubs.Unlock()
	done, err := s.workBehind(ctx)
	if err != nil || s.dialect.name != "sqlite" {
		return doing("erase behind", err)
	}
	work, cancel := context.WithTimeout(ctx, eraseAtMost)
	defer cancel()
	err = s.scrubFile(work, done)
	if work.Err() != nil { // the next call goes on
		err = ctx.Err()
	}
	return doing("scrub", err)
}

// scrubFile frees the pages and then the log of what was erased; the pages only
// once nothing is left behind.
func (s *Store) scrubFile(ctx context.Context, all bool) error {
	if err := s.modernise(ctx); err != nil {
		return fmt.Errorf("free pages: %w", err)
	}
	value, due, err := s.Setting(ctx, pagesSetting)
	if err != nil {
		return err
	}
	if due && all {
		if err := s.lookAtPages(ctx, value); err != nil {
			return fmt.Errorf("pages: %w", err)
		}
		if err := s.drop(ctx, pagesSetting, value); err != nil {
			return err
		}
	}
	value, due, err = s.Setting(ctx, logSetting)
	if err != nil || !due {
		return err
	}
	if err := s.emptyLog(ctx); err != nil {
		return err
	}
	return s.drop(ctx, logSetting, value)
}

const dropSetting = `DELETE FROM settings WHERE key = $1 AND value = $2`

func (s *Store) drop(ctx context.Context, key, value string) error {
	_, err := s.w.exec(ctx, dropSetting, key, value)
	return err
}

// errLogRead: the log cannot be emptied while somebody reads in it.
var errLogRead = errors.New("somebody is still reading the log")

// logTries is how often the log is tried to be emptied in one call.
const logTries = 20

// emptyLog writes the log into the file and cuts it. Most of it is done beside
// the writer. Readers are not waited for with the writer in hand: they come and
// go, so it is tried again.
func (s *Store) emptyLog(ctx context.Context) error {
	if err := s.lightenLog(ctx); err != nil {
		return err
	}
	for n := 1; ; n++ {
		busy, err := s.cutLog(ctx)
		if err != nil || !busy {
			return err
		}
		if n == logTries {
			return errLogRead
		}
		if err := rest(ctx, 0); err != nil {
			return err
		}
	}
}

// lightenLog writes the log into the file beside the writer, as far as nobody is
// in the way. After each step of our own it keeps the log so short that no turn's
// commit has to do that.
func (s *Store) lightenLog(ctx context.Context) error {
	if s.dialect.name != "sqlite" {
		return nil
	}
	_, err := s.r.plainly().exec(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
	return err
}

// breathe ends a step that began then: the log is made light again, and the
// others have their turn.
func (s *Store) breathe(ctx context.Context, began time.Time) error {
	if err := s.lightenLog(ctx); err != nil {
		return err
	}
	return rest(ctx, time.Since(began))
}

// cutLog tries once to empty the log, and tells whether somebody is in the way.
func (s *Store) cutLog(ctx context.Context) (busy bool, err error) {
	err = s.onWriter(ctx, "busy_timeout", "0", fmt.Sprint(sqliteBusy.Milliseconds()), func(c *sqlx.Conn) error {
		var log, moved int
		return c.QueryRowxContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved)
	})
	return busy, err
}

// onWriter runs f on the connection that writes, with a setting of it changed
// meanwhile.
func (s *Store) onWriter(ctx context.Context, setting, value, usual string, f func(*sqlx.Conn) error) error {
	c, err := s.w.q.(*sqlx.DB).Connx(ctx)
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

// step runs f in a transaction of work that may be repeated. It does not wait for
// the disk, so that a writer is free again at once: the next commit of anybody
// else takes it along, and a power cut before that undoes it.
func (s *Store) step(ctx context.Context, f func(*Tx) error) error {
	if s.dialect.name != "sqlite" {
		return s.InTx(ctx, func(t *Tx) error {
			if _, err := t.exec(ctx, "SET LOCAL synchronous_commit TO off"); err != nil {
				return err
			}
			return f(t)
		})
	}
	return again(ctx, func() error {
		return s.onWriter(ctx, "synchronous", "NORMAL", "FULL", func(c *sqlx.Conn) error {
			tx, err := c.BeginTxx(ctx, nil)
			if err != nil {
				return doing("begin", err)
			}
			defer tx.Rollback() // after a COMMIT it does nothing
			if err := f(&Tx{conn{q: tx, d: s.dialect}, s.secret}); err != nil {
				return err
			}
			return doing("commit", tx.Commit())
		})
	})
}
