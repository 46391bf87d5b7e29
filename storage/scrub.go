package storage

import (
	"context"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// scrubSetting is there while erased people may still stand in the files.
const scrubSetting = "storage.scrub"

// scrubDue notes, with the erasure itself, that the files are to be scrubbed.
func (t *Tx) scrubDue(ctx context.Context) error {
	if t.d.name != "sqlite" {
		return nil
	}
	_, err := t.exec(ctx, putSetting, scrubSetting, "due")
	return err
}

// Scrub removes from the files of a SQLite database what was erased from its
// tables: freed pages, and the log beside it. It writes the whole database
// anew (about a second for 200 MB) and writers wait meanwhile; without an
// erasure since the last one it does nothing. What fails is done by the next
// call. Within a transaction, and on PostgreSQL, where autovacuum does it, it
// does nothing.
func (s *Store) Scrub(ctx context.Context) error {
	if _, inside := ctx.Value(outerTx{}).(outerTx); inside || s.dialect.name != "sqlite" {
		return nil
	}
	_, due, err := s.Setting(ctx, scrubSetting)
	if err != nil || !due {
		return err
	}
	return doing("scrub", s.scrub(ctx))
}

const dropSetting = `DELETE FROM settings WHERE key = $1`

func (s *Store) scrub(ctx context.Context) error {
	// The only connection that writes: nobody else is erased meanwhile.
	c, err := s.w.q.(*sqlx.DB).Connx(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	// The copy that VACUUM makes may be larger than the memory.
	for _, statement := range []string{"PRAGMA temp_store = FILE", "VACUUM", "PRAGMA temp_store = MEMORY"} {
		if _, err := c.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	var busy, log, moved int
	if err := c.QueryRowxContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("somebody is still reading the log")
	}
	_, err = c.ExecContext(ctx, dropSetting, scrubSetting)
	return err
}
