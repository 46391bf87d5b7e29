package storage

import (
	"context"
	"database/sql"
	"errors"

	"visnyk/storage/db"
)

// conn is a connection as the nouns use it: methods that read the rows of a noun
// are methods of it, and run on a pool or within a transaction alike.
type conn struct{ sql db.Conn }

// exec runs a statement and returns how many rows it touched.
func (c conn) exec(ctx context.Context, query string, values ...any) (int, error) {
	return c.sql.Exec(ctx, query, values...)
}

// get reads exactly one row into dest; sql.ErrNoRows when there is none.
func (c conn) get(ctx context.Context, dest any, query string, values ...any) error {
	return c.sql.Get(ctx, dest, query, values...)
}

// only reads the row that a key has; ErrNotFound when there is none.
func (c conn) only(ctx context.Context, dest any, query string, values ...any) error {
	err := c.sql.Get(ctx, dest, query, values...)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return err
}

// sel reads every row into the slice dest points to.
func (c conn) sel(ctx context.Context, dest any, query string, values ...any) error {
	return c.sql.Select(ctx, dest, query, values...)
}

// eachRow calls f with every row, which is gone after that: see db.Each.
func eachRow[T any](ctx context.Context, c conn, f func(*T), query string, values ...any) error {
	return db.Each(ctx, c.sql, f, query, values...)
}

// execRows runs the statement over all rows and returns how many it touched.
func (c conn) execRows(ctx context.Context, query string, head []any, rows [][]any) (int, error) {
	return c.sql.ExecRows(ctx, query, head, rows)
}

// execMade runs the statement over all rows within a transaction of SQLite, and returns how
// many it touched; see db.Conn.ExecMade.
func (c conn) execMade(ctx context.Context, query string, head []any, rows db.Made) (int, error) {
	return c.sql.ExecMade(ctx, query, head, rows)
}

// apart returns the same transaction for statements whose rows say nothing of each other.
func (c conn) apart() conn { return conn{c.sql.Apart()} }

// selRows runs the statement over all rows and appends what it returns to dest.
func selRows[T any](ctx context.Context, c conn, dest *[]T, query string, head []any, rows [][]any) error {
	return db.SelectRows(ctx, c.sql, dest, query, head, rows)
}

// selSets runs a statement that holds a marker for each set of rows, in order, which a
// function puts.
func selSets[T any](ctx context.Context, c conn, dest *[]T, query string, head []any, sets ...func(*db.Rows)) error {
	return db.SelectSets(ctx, c.sql, dest, query, head, sets...)
}

// again runs f until it does not fail for a passing reason.
func again(ctx context.Context, f func() error) error { return db.Again(ctx, f) }

// full reports whether SQLite found the disk full.
func full(err error) bool { return db.Full(err) }
