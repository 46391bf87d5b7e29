package upkeep

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"visnyk/storage"
	"visnyk/storage/db"
)

// Scrubber does what erasures leave to do, for one process.
type Scrubber struct {
	store *storage.Store
	db    *db.DB
	name  string // as the owner of the lease that it takes

	working sync.Mutex
	// How far the scrubbing of a SQLite database has come here.
	modern bool   // no page was freed with words on it, or none has them any more
	clean  []bool // the free pages known to be empty, until modern
	wanted string // the value of storage.PagesDue that the look at the pages is for
	next   uint32 // the first page not looked at yet

	behind []storage.PendingErasure // those that a call did not come to the end of
	looked map[string]string        // by bot, the last update that was looked at for them
}

// NewScrubber makes the one of a process.
func NewScrubber(s *storage.Store) *Scrubber {
	return &Scrubber{store: s, db: s.DB(), name: storage.NewID()}
}

// Scrub does what erasures leave to do: the rows that leave behind them, and on
// SQLite the bytes that stay in its files. All of it goes in small steps with
// rests between them, so that nobody waits for it, and goes on where it was after
// a restart; without an erasure since the last time it does nothing. One call
// works for less than a minute. What fails is done by the next call. Within a
// transaction it does nothing.
func (s *Scrubber) Scrub(ctx context.Context) error {
	if s.db.Inside(ctx) {
		return nil
	}
	s.working.Lock()
	defer s.working.Unlock()
	done, err := s.workBehind(ctx)
	if err != nil || !s.db.SQLite() {
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
func (s *Scrubber) scrubFile(ctx context.Context, all bool) error {
	if err := s.modernise(ctx); err != nil {
		return fmt.Errorf("free pages: %w", err)
	}
	value, due, err := s.store.Setting(ctx, storage.PagesDue)
	if err != nil {
		return err
	}
	if due && all {
		if err := s.lookAtPages(ctx, value); err != nil {
			return fmt.Errorf("pages: %w", err)
		}
		if err := s.drop(ctx, storage.PagesDue, value); err != nil {
			return err
		}
	}
	value, due, err = s.store.Setting(ctx, storage.LogDue)
	if err != nil || !due {
		return err
	}
	if err := s.emptyLog(ctx); err != nil {
		return err
	}
	return s.drop(ctx, storage.LogDue, value)
}

const dropSetting = `DELETE FROM settings WHERE key = $1 AND value = $2`

func (s *Scrubber) drop(ctx context.Context, key, value string) error {
	_, err := s.db.Writer().Exec(ctx, dropSetting, key, value)
	return err
}

// ErrLogRead: the log cannot be emptied while somebody reads in it.
var ErrLogRead = errors.New("somebody is still reading the log")

// logTries is how often the log is tried to be emptied in one call.
const logTries = 20

// emptyLog writes the log into the file and cuts it. Most of it is done beside
// the writer. Readers are not waited for with the writer in hand: they come and
// go, so it is tried again.
func (s *Scrubber) emptyLog(ctx context.Context) error {
	if err := s.db.LightenLog(ctx); err != nil {
		return err
	}
	for n := 1; ; n++ {
		busy, err := s.db.CutLog(ctx)
		if err != nil || !busy {
			return err
		}
		if n == logTries {
			return ErrLogRead
		}
		if err := rest(ctx, 0); err != nil {
			return err
		}
	}
}

// breathe ends a step that began then: the log is made light again, and the
// others have their turn.
func (s *Scrubber) breathe(ctx context.Context, began time.Time) error {
	if err := s.db.LightenLog(ctx); err != nil {
		return err
	}
	return rest(ctx, time.Since(began))
}
