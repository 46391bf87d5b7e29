package upkeep

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"visnyk/storage"
	"visnyk/storage/db"
)

// Backup writes the database, as it is at one moment, into a new file: a SQLite
// database with the same tables, whatever the database is. The service may run
// meanwhile, and waits for nothing. The file appears only when it is whole and
// safe on disk; one that is there is never written over (fs.ErrExist). Copy
// brings it back, into either kind of database.
func Backup(ctx context.Context, url, file string, o storage.Options) error {
	return doing("backup", backup(ctx, url, file, o))
}

func backup(ctx context.Context, url, file string, o storage.Options) (err error) {
	if err := absent(file); err != nil {
		return err
	}
	o.Exclusive = false
	s, err := storage.OpenExisting(ctx, url, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	version, err := s.Version(ctx)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*.part") // for the owner alone
	if err != nil {
		return err
	}
	part := f.Name()
	defer func() {
		for _, name := range []string{part, part + "-wal", part + "-shm", part + "-journal"} {
			if gone := os.Remove(name); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
				err = errors.Join(err, gone)
			}
		}
	}()
	defer f.Close()
	if s.DB().SQLite() {
		if err = s.DB().VacuumInto(ctx, part); err == nil {
			err = markCopied(ctx, part)
		}
	} else {
		err = dump(ctx, s, version, part, o.Log)
	}
	if err != nil {
		return err
	}
	if err := readable(ctx, part); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return publish(part, file)
}

func absent(file string) error {
	_, err := os.Lstat(file)
	switch {
	case err == nil:
		return &fs.PathError{Op: "create", Path: file, Err: fs.ErrExist}
	case errors.Is(err, fs.ErrNotExist):
		return nil
	}
	return err
}

// dump copies the tables of one moment into the twin schema.
func dump(ctx context.Context, s *storage.Store, version int64, file string, log *slog.Logger) (err error) {
	want, err := schemaThere(ctx, s.DB(), version)
	if err != nil {
		return err
	}
	twin, err := storage.Open(ctx, "sqlite:"+file, storage.Options{Log: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, twin.Close()) }() // the log beside the file goes into it
	if _, err := twin.DB().Migrate(ctx, storage.Migrations(), version); err != nil {
		return err
	}
	return s.DB().Snapshot(ctx, func(from db.Conn) error {
		return twin.DB().Once(ctx, func(into db.Conn) error {
			_, err := fill(ctx, from, into.Plainly(), want.Tables, func(string) {})
			return err
		})
	})
}

// markCopied makes whoever serves the copy ask before anything is announced.
func markCopied(ctx context.Context, file string) (err error) {
	s, err := storage.Open(ctx, "sqlite:"+file, storage.Options{MaxConns: 1})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if there, err := s.DB().Reader().Schema(ctx); err != nil || !slices.ContainsFunc(there.Tables, func(t db.Table) bool { return t.Name == "pulse" }) {
		return err // an older program's
	}
	return s.MarkCopied(ctx)
}

// readable fails when SQLite finds the file broken or incomplete.
func readable(ctx context.Context, file string) (err error) {
	s, err := storage.Open(ctx, "sqlite:"+file, storage.Options{MaxConns: 1})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var said string
	if err := s.DB().Reader().Get(ctx, &said, `PRAGMA quick_check(1)`); err != nil {
		return fmt.Errorf("check the copy: %w", err)
	}
	if said != "ok" {
		return fmt.Errorf("check the copy: %s", said)
	}
	return nil
}

// publish gives the finished file its name, for good, unless somebody took it
// meanwhile.
func publish(part, file string) error {
	err := os.Link(part, file)
	switch {
	case errors.Is(err, fs.ErrExist):
		return err
	case err != nil: // a file system without links
		if err := absent(file); err != nil {
			return err
		}
		if err := os.Rename(part, file); err != nil {
			return err
		}
	}
	dir, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
