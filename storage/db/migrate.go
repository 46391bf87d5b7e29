package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migrate applies what is missing of the migrations up to the version, and gives
// the names of those it applied, in order. migrations has a folder for each
// dialect. On PostgreSQL many replicas may call it at once: one works, the others
// wait.
func (d *DB) Migrate(ctx context.Context, migrations fs.FS, version int64) (applied []string, err error) {
	if d.Inside(ctx) {
		return nil, doing("migrate", ErrInside)
	}
	files, err := fs.Sub(migrations, d.dialect.name)
	if err != nil {
		return nil, doing("migrate", err)
	}
	if d.migrated(ctx, files, version) {
		return nil, nil // as at most starts: nobody is locked out, nothing is parsed
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithSlog(d.log)}
	db := d.write.db
	if !d.SQLite() {
		if db, err = migrationPool(d.session); err != nil {
			return nil, doing("migrate", err)
		}
		defer db.Close()
		locker, err := lock.NewPostgresTableLocker(
			lock.WithTableLogger(d.log), lock.WithTableLockTimeout(500*time.Millisecond, 600))
		if err != nil {
			return nil, doing("migrate", err)
		}
		options = append(options, goose.WithLocker(locker))
	}
	p, err := goose.NewProvider(d.dialect.goose, db.DB, files, options...)
	if err != nil {
		return nil, doing("migrate", err)
	}
	results, err := p.UpTo(ctx, version)
	if d.settler != nil { // it commits by itself, and leaves a log as long as all it did
		upTo, e := d.settler.commit(func() error { return nil })
		err = errors.Join(err, e, d.settler.settle(upTo))
		_, e = d.CutLog(ctx)
		err = errors.Join(err, e)
	}
	for _, r := range results {
		applied = append(applied, path.Base(r.Source.Path))
	}
	return applied, doing("migrate", err)
}

const appliedVersions = `SELECT version_id FROM goose_db_version WHERE is_applied`

// migrated reports whether the database has every migration up to the version.
func (d *DB) migrated(ctx context.Context, files fs.FS, version int64) bool {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return false
	}
	var have []int64
	if err := d.write.db.SelectContext(ctx, &have, appliedVersions); err != nil {
		return false // there is no such table yet, most likely
	}
	return !slices.ContainsFunc(names, func(name string) bool {
		n, err := goose.NumericComponent(name)
		return err != nil || n <= version && !slices.Contains(have, n)
	})
}

// migrationPool is a pool whose statements may take long, but do not wait long
// for locks: the service goes on working meanwhile.
func migrationPool(s session) (*sqlx.DB, error) {
	db, err := s.with(map[string]string{
		"statement_timeout": "0", "lock_timeout": "2s", "idle_in_transaction_session_timeout": "0",
	}).connect()
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	return db, nil
}

const schemaVersion = `SELECT COALESCE(max(version_id), 0) FROM goose_db_version WHERE is_applied`

// Version returns the number of the last migration that the database has; an
// error where none ever was.
func (d *DB) Version(ctx context.Context) (have int64, err error) {
	err = d.Reader().Get(ctx, &have, schemaVersion)
	return have, err
}

// Latest returns the number of the newest of the migrations.
func (d *DB) Latest(migrations fs.FS) (int64, error) {
	names, err := fs.Glob(migrations, path.Join(d.dialect.name, "*.sql"))
	if err != nil || len(names) == 0 {
		return 0, fmt.Errorf("no migrations: %w", err)
	}
	return goose.NumericComponent(names[len(names)-1])
}
