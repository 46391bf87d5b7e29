package upkeep

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"visnyk/storage"
	"visnyk/storage/db"
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
// Neither database may be in use by the service (storage.ErrLocked). during,
// unless it is nil, is told in the middle of it which table is copied.
func Copy(ctx context.Context, from, to string, o storage.Options, during func(table string)) ([]Copied, error) {
	if during == nil {
		during = func(string) {}
	}
	all, err := copyAll(ctx, from, to, o, during)
	return all, doing("copy", err)
}

func copyAll(ctx context.Context, from, to string, o storage.Options, during func(table string)) (all []Copied, err error) {
	o.Exclusive = true
	src, err := storage.OpenExisting(ctx, from, o)
	if err != nil {
		return nil, fmt.Errorf("the source: %w", err)
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	version, err := src.Version(ctx)
	if err != nil {
		return nil, fmt.Errorf("the source: %w", err)
	}
	want, err := schemaThere(ctx, src.DB(), version)
	if err != nil {
		return nil, fmt.Errorf("the source: %w", err)
	}
	dst, err := storage.Open(ctx, to, o)
	if err != nil {
		return nil, fmt.Errorf("the target: %w", err)
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	if err := untouched(ctx, dst.DB(), want.Tables); err != nil {
		return nil, fmt.Errorf("the target: %w", err)
	}
	// What the source lacks of the newest schema, its rows get after the copy.
	if _, err := dst.DB().Migrate(ctx, storage.Migrations(), version); err != nil {
		return nil, fmt.Errorf("the target: %w", err)
	}
	if have, err := dst.Version(ctx); err != nil {
		return nil, fmt.Errorf("the target: %w", err)
	} else if have != version {
		return nil, fmt.Errorf("the source is at migration %d, the target at %d: bring the source up to date with visnyk migrate, or give a target without tables", version, have)
	}
	err = dst.DB().Once(ctx, func(c db.Conn) error {
		into := c.Plainly() // kept statements would be planned on another connection, and wait for our locks
		if err := seize(ctx, into, want.Tables); err != nil {
			return fmt.Errorf("the target: %w", err)
		}
		return src.DB().Snapshot(ctx, func(from db.Conn) error {
			if err := idle(ctx, from); err != nil {
				return fmt.Errorf("the source: %w", err)
			}
			all, err = fill(ctx, from, into, want.Tables, during)
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

// schemas are what the migrations up to a version make, once somebody asked: it
// never changes, and finding it out takes every migration.
var schemas sync.Map // of db.Schema, by the version

// schemaAt returns the schema of the version, which is for reading only.
func schemaAt(ctx context.Context, version int64) (db.Schema, error) {
	if known, ok := schemas.Load(version); ok {
		return known.(db.Schema), nil
	}
	found, err := db.SchemaAt(ctx, storage.Migrations(), version)
	if err == nil {
		schemas.Store(version, found)
	}
	return found, err
}

// schemaThere returns the schema of the version, and fails where the database has
// another one.
func schemaThere(ctx context.Context, d *db.DB, version int64) (db.Schema, error) {
	want, err := schemaAt(ctx, version)
	if err != nil {
		return db.Schema{}, err
	}
	have, err := d.Reader().Schema(ctx)
	if err != nil {
		return db.Schema{}, err
	}
	if problems := want.Lacks(have); len(problems) > 0 {
		return db.Schema{}, errors.New(strings.Join(problems, "; "))
	}
	return want, nil
}

// The leases of chores, such as "~retention", outlive their process for a moment and
// hold no bot.
const liveLeases = `SELECT bot FROM bots WHERE lease_until > {now} AND bot NOT LIKE '~%' ORDER BY bot`

// idle fails while the service runs, and keeps it from starting until the
// transaction ends. On SQLite the lock on the file has done that.
func idle(ctx context.Context, c db.Conn) error {
	if c.SQLite() {
		return nil
	}
	if _, err := c.Exec(ctx, `LOCK TABLE bots IN SHARE MODE`); err != nil {
		return err
	}
	var bots []string
	if err := c.Select(ctx, &bots, liveLeases); err != nil {
		return err
	}
	if len(bots) > 0 {
		return fmt.Errorf("%w: stop the service first; it runs the bots %s", storage.ErrLocked, strings.Join(bots, ", "))
	}
	return nil
}

// untouched fails when those of the tables that exist hold data, before
// anything is changed.
func untouched(ctx context.Context, d *db.DB, tables []db.Table) error {
	have, err := d.Reader().Schema(ctx)
	if err != nil {
		return err
	}
	there := slices.DeleteFunc(slices.Clone(tables), func(t db.Table) bool {
		return !slices.ContainsFunc(have.Tables, func(h db.Table) bool { return h.Name == t.Name })
	})
	return empty(ctx, d.Reader(), there)
}

// seize keeps everybody else from writing until the transaction ends, and fails
// when the tables hold data.
func seize(ctx context.Context, c db.Conn, tables []db.Table) error {
	if err := c.Patient(ctx); err != nil {
		return err
	}
	if !c.SQLite() {
		if _, err := c.Exec(ctx, `LOCK TABLE `+names(tables)+` IN EXCLUSIVE MODE`); err != nil {
			return err
		}
	}
	return empty(ctx, c, tables)
}

// seeded are the tables in which migrations put rows.
func seeded() []string { return []string{"content", "topics"} }

// empty fails when the tables hold anything that the migrations did not put there.
func empty(ctx context.Context, c db.Conn, tables []db.Table) error {
	var full []db.Table
	for _, t := range tables {
		var n int
		if err := c.Get(ctx, &n, `SELECT count(*) FROM (SELECT 1 FROM `+t.Name+` LIMIT 1) r`); err != nil {
			return err
		}
		if n > 0 && !slices.Contains(seeded(), t.Name) {
			full = append(full, t)
		}
	}
	if len(full) > 0 {
		return fmt.Errorf("there is data in it (%s): give one without", names(full))
	}
	return nil
}

func names(tables []db.Table) string {
	all := make([]string, len(tables))
	for i, t := range tables {
		all[i] = t.Name
	}
	return strings.Join(all, ", ")
}
