package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
)

// Copied is how many rows of a table were copied.
type Copied struct {
	Table string
	Rows  int
}

// Copy copies a whole database into one without data, of either kind: every
// table of the schema, as it was at one moment. All of it becomes visible with
// one commit, so a copy that fails or is killed leaves the target as empty as it
// was, and can be tried again. Afterwards the target is at the newest migration.
//
// Leases stay behind: nobody holds one in the target, and the epochs go on above
// every epoch that was ever given, so that what was being sent is recovered like
// after a crash.
//
// Neither database may be in use by the service (ErrLocked).
func Copy(ctx context.Context, from, to string, o Options) ([]Copied, error) {
	all, err := copyAll(ctx, from, to, o, func(string) {})
	return all, doing("copy", err)
}

// copyAll is Copy that tells, in the middle of it, which table is copied.
func copyAll(ctx context.Context, from, to string, o Options, during func(table string)) (all []Copied, err error) {
	o.Exclusive = true
	src, err := OpenExisting(ctx, from, o)
	if err != nil {
		return nil, fmt.Errorf("the source: %w", err)
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	version, err := src.version(ctx)
	if err != nil {
		return nil, fmt.Errorf("the source: %w", err)
	}
	want, err := src.schemaThere(ctx, version)
	if err != nil {
		return nil, fmt.Errorf("the source: %w", err)
	}
	dst, err := Open(ctx, to, o)
	if err != nil {
		return nil, fmt.Errorf("the target: %w", err)
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	if err := dst.untouched(ctx, want.tables); err != nil {
		return nil, fmt.Errorf("the target: %w", err)
	}
	// What the source lacks of the newest schema, its rows get after the copy.
	if _, err := dst.migrateTo(ctx, version); err != nil {
		return nil, fmt.Errorf("the target: %w", err)
	}
	if have, err := dst.version(ctx); err != nil {
		return nil, fmt.Errorf("the target: %w", err)
	} else if have != version {
		return nil, fmt.Errorf("the source is at migration %d, the target at %d: bring the source up to date with visnyk migrate, or give a target without tables", version, have)
	}
	err = dst.once(ctx, func(t *Tx) error {
		into := conn{q: t.q, d: t.d} // kept statements would be planned on another connection, and wait for our locks
		if err := into.seize(ctx, want.tables); err != nil {
			return fmt.Errorf("the target: %w", err)
		}
		return src.snapshot(ctx, func(from conn) error {
			if err := from.idle(ctx); err != nil {
				return fmt.Errorf("the source: %w", err)
			}
			all, err = fill(ctx, from, into, want.tables, during)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	if _, err := dst.Migrate(ctx); err != nil {
		return nil, fmt.Errorf("everything is copied, but the target is not up to date: %w", err)
	}
	return all, nil
}

// schemaThere gives the schema of the version, and fails where the database has
// another one.
func (s *Store) schemaThere(ctx context.Context, version int64) (schema, error) {
	want, err := schemaAt(ctx, version)
	if err != nil {
		return schema{}, err
	}
	have, err := s.r.schema(ctx)
	if err != nil {
		return schema{}, err
	}
	if problems := want.lacks(have); len(problems) > 0 {
		return schema{}, errors.New(strings.Join(problems, "; "))
	}
	return want, nil
}

// patient lets the statements of a transaction take as long as they need.
func (c conn) patient(ctx context.Context) error {
	if c.d.name != "postgres" {
		return nil
	}
	for _, setting := range []string{"statement_timeout", "idle_in_transaction_session_timeout"} {
		if _, err := c.exec(ctx, "SET LOCAL "+setting+" = 0"); err != nil {
			return err
		}
	}
	return nil
}

// snapshot runs f over the database as it is at one moment, however long it
// takes. Writers go on meanwhile.
func (s *Store) snapshot(ctx context.Context, f func(conn) error) error {
	var how *sql.TxOptions // a reader of SQLite sees one moment anyway
	if s.dialect.name == "postgres" {
		how = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	tx, err := s.r.q.(*sqlx.DB).BeginTxx(ctx, how)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	c := conn{q: tx, d: s.dialect}
	if err := c.patient(ctx); err != nil {
		return err
	}
	return f(c)
}

const liveLeases = `SELECT bot FROM bots WHERE lease_until > {now} AND bot NOT IN ($1, $2) ORDER BY bot`

// idle fails while the service runs, and keeps it from starting until the
// transaction ends. On SQLite the lock on the file has done that.
func (c conn) idle(ctx context.Context) error {
	if c.d.name != "postgres" {
		return nil
	}
	if _, err := c.exec(ctx, `LOCK TABLE bots IN SHARE MODE`); err != nil {
		return err
	}
	var bots []string
	if err := c.sel(ctx, &bots, liveLeases, remover, eraser); err != nil {
		return err
	}
	if len(bots) > 0 {
		return fmt.Errorf("%w: stop the service first; it runs the bots %s", ErrLocked, strings.Join(bots, ", "))
	}
	return nil
}

// untouched fails when those of the tables that exist hold data, before
// anything is changed.
func (s *Store) untouched(ctx context.Context, tables []table) error {
	have, err := s.r.schema(ctx)
	if err != nil {
		return err
	}
	there := slices.DeleteFunc(slices.Clone(tables), func(t table) bool {
		return !slices.ContainsFunc(have.tables, func(h table) bool { return h.name == t.name })
	})
	return s.r.empty(ctx, there)
}

// seize keeps everybody else from writing until the transaction ends, and fails
// when the tables hold data.
func (c conn) seize(ctx context.Context, tables []table) error {
	if err := c.patient(ctx); err != nil {
		return err
	}
	if c.d.name == "postgres" {
		if _, err := c.exec(ctx, `LOCK TABLE `+names(tables)+` IN EXCLUSIVE MODE`); err != nil {
			return err
		}
	}
	return c.empty(ctx, tables)
}

// empty fails when the tables hold anything that the migrations did not put there.
func (c conn) empty(ctx context.Context, tables []table) error {
	var full []table
	for _, t := range tables {
		var n int
		if err := c.get(ctx, &n, `SELECT count(*) FROM (SELECT 1 FROM `+t.name+` LIMIT 1) r`); err != nil {
			return err
		}
		if n > 0 && t.name != "content" {
			full = append(full, t)
		}
	}
	if len(full) > 0 {
		return fmt.Errorf("there is data in it (%s): give one without", names(full))
	}
	return nil
}

func names(tables []table) string {
	all := make([]string, len(tables))
	for i, t := range tables {
		all[i] = t.name
	}
	return strings.Join(all, ", ")
}
