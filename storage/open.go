package storage

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"visnyk/storage/db"
)

// Open connects to the database behind the URL: "sqlite:path" or
// "postgres://…". It changes no table; see Migrate. No error shows a password.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	return open(ctx, url, o, db.Options{})
}

// open is Open with what only tests want of a database.
func open(ctx context.Context, url string, o Options, how db.Options) (*Store, error) {
	s := &Store{log: o.Log, secret: o.Secret}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	how.Log, how.Exclusive, how.MaxConns, how.Reserve = s.log, o.Exclusive, o.MaxConns, o.Reserve
	if o.Reserve == 0 {
		reserve, _ := NumberSettingOf(reserveSetting)
		how.Reserve, how.ReserveNow = reserve.Usual<<20, s.reserve
	}
	opened, err := db.Open(ctx, url, how)
	if err != nil {
		return nil, err
	}
	s.db = opened
	s.door, s.w, s.r, s.reading = conn{opened.Door()}, conn{opened.Writer()}, conn{opened.Reader()}, conn{opened.Reading()}
	s.dialect = dialect{arrays: opened.Arrays()}
	return s, nil
}

// OpenExisting opens a database that is there, for whoever only looks at it.
// Open would make an empty SQLite database of a misspelt name.
func OpenExisting(ctx context.Context, url string, o Options) (*Store, error) {
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		if info, err := os.Stat(path); err != nil {
			return nil, doing("open", err)
		} else if info.IsDir() {
			return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("is a directory")}
		}
	}
	return Open(ctx, url, o)
}
