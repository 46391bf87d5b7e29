package storage

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"math"
	"path"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// Migrate brings the database up to date and gives the names of the migrations
// it applied, in order. On PostgreSQL many replicas may call it at once: one
// works, the others wait.
func (s *Store) Migrate(ctx context.Context) (applied []string, err error) {
	return s.migrateTo(ctx, math.MaxInt64)
}

// migrateTo applies what is missing up to the version.
func (s *Store) migrateTo(ctx context.Context, version int64) (applied []string, err error) {
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithSlog(s.log)}
	db := s.w.q.(*sqlx.DB)
	if s.dialect.goose == goose.DialectPostgres {
		if db, err = migrationPool(s.dsn); err != nil {
			return nil, doing("migrate", err)
		}
		defer db.Close()
		locker, err := lock.NewPostgresTableLocker(
			lock.WithTableLogger(s.log), lock.WithTableLockTimeout(500*time.Millisecond, 600))
		if err != nil {
			return nil, doing("migrate", err)
		}
		options = append(options, goose.WithLocker(locker))
	}
	files, err := fs.Sub(migrations, path.Join("migrations", s.dialect.name))
	if err != nil {
		return nil, doing("migrate", err)
	}
	p, err := goose.NewProvider(s.dialect.goose, db.DB, files, options...)
	if err != nil {
		return nil, doing("migrate", err)
	}
	results, err := p.UpTo(ctx, version)
	for _, r := range results {
		applied = append(applied, path.Base(r.Source.Path))
	}
	return applied, doing("migrate", err)
}

// migrationPool is a pool whose statements may take long, but do not wait long
// for locks: the service goes on working meanwhile.
func migrationPool(dsn string) (*sqlx.DB, error) {
	dsn, err := withSetting(dsn, "statement_timeout", "0", "lock_timeout", "2s", "idle_in_transaction_session_timeout", "0")
	if err != nil {
		return nil, err
	}
	db, err := connect(dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	return db, nil
}

const schemaVersion = `SELECT COALESCE(max(version_id), 0) FROM goose_db_version WHERE is_applied`

// Ready tells whether the database answers and has every migration this
// program knows. A newer database is fine: an older replica works on while a
// newer one is rolled out.
func (s *Store) Ready(ctx context.Context) error {
	var have int64
	if err := s.r.get(ctx, &have, schemaVersion); err != nil {
		return doing("ready", err)
	}
	want, err := s.latest()
	if err != nil {
		return doing("ready", err)
	}
	if have < want {
		return fmt.Errorf("storage: the database is at migration %d, this program needs %d", have, want)
	}
	return nil
}

// latest is the number of the newest embedded migration.
func (s *Store) latest() (int64, error) {
	names, err := fs.Glob(migrations, path.Join("migrations", s.dialect.name, "*.sql"))
	if err != nil || len(names) == 0 {
		return 0, fmt.Errorf("no migrations: %w", err)
	}
	return goose.NumericComponent(names[len(names)-1])
}
