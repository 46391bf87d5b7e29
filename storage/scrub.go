package storage

import (
	"context"
	sqldriver "database/sql/driver"
	"errors"
	"fmt"
	"sync"

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
	done, err := s.workBehind(ctx)
	if err != nil || s.dialect.name != "sqlite" {
		return doing("erase behind", err)
	}
	s.scrubs.Lock()
	defer s.scrubs.Unlock()
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
	if _, err := s.r.plainly().exec(ctx, "PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
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

// cutLog tries once to empty the log, and tells whether somebody is in the way.
func (s *Store) cutLog(ctx context.Context) (busy bool, err error) {
	c, err := s.w.q.(*sqlx.DB).Connx(ctx)
	if err != nil {
		return false, err
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil {
		return false, err
	}
	defer func() {
		if _, back := c.ExecContext(context.WithoutCancel(ctx), busyPragma()); back != nil {
			_ = c.Raw(func(any) error { return sqldriver.ErrBadConn }) // a new one takes its place
		}
	}()
	var log, moved int
	err = c.QueryRowxContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved)
	return busy, err
}
