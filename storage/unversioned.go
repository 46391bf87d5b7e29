package storage

import (
	"context"
	"fmt"
	"time"
)

// unversioned is a table of what users have written of something and no version holds
// yet: one row for each thing, by its key column, and user.
type unversioned[T any] struct{ table, key string }

// draft is one of its rows.
type draft[T any] struct {
	Of, User  string
	Login     string // of the user
	Version   int    // that it was begun from
	Rev       int    // grows with each time it is kept
	Content   T
	UpdatedAt time.Time
}

func (u unversioned[T]) columns() string {
	return `SELECT d.` + u.key + ` AS thing, d.user_id, COALESCE(u.login, '') AS login, d.version, d.rev, d.content, d.updated_at
FROM ` + u.table + ` d LEFT JOIN users u ON u.id = d.user_id `
}

// of returns the drafts of a thing, the newest first.
func (u unversioned[T]) of(ctx context.Context, c conn, thing string) ([]draft[T], error) {
	return u.sel(ctx, c, `WHERE d.`+u.key+` = $1 ORDER BY d.updated_at DESC, d.user_id`, thing)
}

// idle returns those that nobody has written in for so long, the oldest first.
func (u unversioned[T]) idle(ctx context.Context, c conn, idle time.Duration, limit int) ([]draft[T], error) {
	return u.sel(ctx, c, `WHERE d.updated_at < {now} - $1 ORDER BY d.updated_at, d.`+u.key+`, d.user_id LIMIT $2`, idle, limit)
}

func (u unversioned[T]) sel(ctx context.Context, c conn, which string, values ...any) ([]draft[T], error) {
	var records []struct {
		Thing     string `db:"thing"`
		User      string `db:"user_id"`
		Login     string `db:"login"`
		Version   int    `db:"version"`
		Rev       int    `db:"rev"`
		Content   string `db:"content"`
		UpdatedAt micros `db:"updated_at"`
	}
	if err := c.sel(ctx, &records, u.columns()+which, values...); err != nil {
		return nil, doing(u.table, err)
	}
	all := make([]draft[T], len(records))
	for i, r := range records {
		all[i] = draft[T]{Of: r.Thing, User: r.User, Login: r.Login, Version: r.Version, Rev: r.Rev, UpdatedAt: r.UpdatedAt.time()}
		if err := fromJSON(r.Content, &all[i].Content); err != nil {
			return nil, fmt.Errorf("%s of %s: %w", u.table, r.Thing, err)
		}
	}
	return all, nil
}

// put keeps the draft in place of the user's last one, whose Rev it has: ErrConflict
// where that was kept anew meanwhile.
func (u unversioned[T]) put(ctx context.Context, s *Store, d draft[T]) error {
	return s.InTx(ctx, func(tx *Tx) error {
		n, err := tx.exec(ctx, `
INSERT INTO `+u.table+` (`+u.key+`, user_id, version, rev, content, updated_at)
VALUES ($1, $2, CAST($3 AS BIGINT), CAST($4 AS BIGINT) + 1, $5, {now})
ON CONFLICT (`+u.key+`, user_id) DO UPDATE SET version = excluded.version, rev = excluded.rev, content = excluded.content, updated_at = excluded.updated_at
WHERE `+u.table+`.rev = excluded.rev - 1`, clean(d.Of), d.User, d.Version, d.Rev, toJSON(d.Content))
		if err == nil && n == 0 {
			err = ErrConflict
		}
		return doing("put into "+u.table, err)
	})
}

// drop removes the draft, unless it was kept anew meanwhile.
func (u unversioned[T]) drop(ctx context.Context, s *Store, thing, user string, rev int) error {
	return s.InTx(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, `DELETE FROM `+u.table+` WHERE `+u.key+` = $1 AND user_id = $2 AND rev = $3`, thing, user, rev)
		return doing("drop from "+u.table, err)
	})
}

// mapped returns what f makes of each; nil of none.
func mapped[S, T any](all []S, f func(S) T) (made []T) {
	for _, one := range all {
		made = append(made, f(one))
	}
	return made
}
