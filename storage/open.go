package storage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/jmoiron/sqlx"
)

// Open connects to the database behind the URL: "sqlite:path" or
// "postgres://…". It changes no table; see Migrate. No error shows a password.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	s := &Store{log: o.Log, name: NewID(), secret: o.Secret}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var err error
	switch scheme, rest, _ := strings.Cut(url, ":"); scheme {
	case "sqlite":
		err = s.openSQLite(ctx, rest, o)
	case "postgres", "postgresql":
		err = s.openPostgres(ctx, url, o)
	default:
		err = fmt.Errorf("the database URL must begin with sqlite: or postgres://")
	}
	if err != nil {
		return nil, errors.Join(doing("open", err), s.Close())
	}
	return s, nil
}

// pool keeps db as one of the store's pools and closes it with the store.
func (s *Store) pool(db *sqlx.DB, conns int) conn {
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	s.closers = append(s.closers, db)
	return conn{q: db, d: s.dialect, p: newPlans(db)}
}
