package storage

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math"
)

//go:embed migrations
var migrationFiles embed.FS

// Migrations are those of both dialects, each in the folder of its name.
func Migrations() fs.FS {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		panic(err) // only of a name that is no path
	}
	return files
}

// Migrate brings the database up to date and gives the names of the migrations
// it applied, in order. On PostgreSQL many replicas may call it at once: one
// works, the others wait.
func (s *Store) Migrate(ctx context.Context) (applied []string, err error) {
	return s.db.Migrate(ctx, Migrations(), math.MaxInt64)
}

// Ready tells whether the database answers and has every migration this
// program knows. A newer database is fine: an older replica works on while a
// newer one is rolled out.
func (s *Store) Ready(ctx context.Context) error {
	have, err := s.db.Version(ctx)
	if err != nil {
		return doing("ready", err)
	}
	want, err := s.db.Latest(Migrations())
	if err != nil {
		return doing("ready", err)
	}
	if have < want {
		return fmt.Errorf("storage: the database is at migration %d, this program needs %d", have, want)
	}
	return nil
}

// Version returns the number of the last migration that the database has. It
// fails where no migration ever was, and where this program does not know it.
func (s *Store) Version(ctx context.Context) (int64, error) {
	latest, err := s.db.Latest(Migrations())
	if err != nil {
		return 0, err
	}
	have, err := s.db.Version(ctx)
	if err != nil {
		return 0, fmt.Errorf("this is no database of Visnyk: %w", err)
	}
	if have == 0 {
		return 0, errors.New("this is no database of Visnyk: it has no tables")
	}
	if have > latest {
		return 0, fmt.Errorf("the database is at migration %d, this program knows %d: use the newer program", have, latest)
	}
	return have, nil
}
