package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Conn speaks SQL to a pool or to a transaction, in one dialect. A statement may
// name fragments of the dialect in braces.
type Conn struct {
	d     *dialect
	pool  *pool
	tx    *sqlx.Tx // nil: each statement is a transaction
	plain bool     // statements are not kept
	apart bool     // rows of a statement say nothing of each other
}

// SQLite reports whether the database is SQLite; otherwise it is PostgreSQL.
func (c Conn) SQLite() bool { return c.d.name == nameSQLite }

// Plainly returns the same connection without keeping statements, for those
// that are rare, or are planned for the moment.
func (c Conn) Plainly() Conn {
	c.plain = true
	return c
}

// Apart returns the same transaction for statements over rows that say nothing of each
// other, and whose order does not matter: SQLite is given a few at a time, for which it
// has a statement already.
func (c Conn) Apart() Conn {
	c.apart = c.tx != nil
	return c
}

// Exec runs a statement and returns how many rows it touched.
func (c Conn) Exec(ctx context.Context, query string, values ...any) (int, error) {
	return c.execute(ctx, c.d.expand(query), args(values))
}

// Get reads exactly one row into dest; sql.ErrNoRows when there is none.
func (c Conn) Get(ctx context.Context, dest any, query string, values ...any) error {
	query, values = c.d.expand(query), args(values)
	return c.settled(ctx, func(c Conn) error {
		return c.inTime(ctx, func(ctx context.Context) error {
			if c.plain {
				return sqlx.GetContext(ctx, c.queryer(), dest, query, values...)
			}
			s, err := c.statement(ctx, query)
			if err != nil {
				return err
			}
			return s.GetContext(c.forKept(ctx), dest, values...)
		})
	})
}

// Select reads every row into the slice dest points to.
func (c Conn) Select(ctx context.Context, dest any, query string, values ...any) error {
	return c.read(ctx, dest, c.d.expand(query), args(values))
}

// Query returns the rows one by one, for more of them than memory should hold.
// They are to be closed.
func (c Conn) Query(ctx context.Context, query string, values ...any) (*sqlx.Rows, error) {
	return c.query(ctx, c.d.expand(query), args(values))
}

// query runs finished SQL.
func (c Conn) query(ctx context.Context, query string, values []any) (*sqlx.Rows, error) {
	c = c.at(ctx)
	rows, err := c.queryer().QueryxContext(ctx, query, values...)
	if err != nil {
		return nil, err
	}
	if err := c.settle(); err != nil {
		rows.Close()
		return nil, err
	}
	return rows, nil
}

// settled has f speak to the connection that a statement with the context goes to. What it
// wrote or read outlives a power cut then; within a transaction that is for its end.
func (c Conn) settled(ctx context.Context, f func(Conn) error) error {
	c = c.at(ctx)
	if d := c.pool.of; c.SQLite() && c.tx == nil && c.pool == d.write {
		return d.lone(ctx, c.plain, f)
	}
	err := f(c)
	if err == nil || errors.Is(err, sql.ErrNoRows) { // that there is none is an answer too
		if e := c.settle(); e != nil {
			return e
		}
	}
	return err
}

// settle returns once what was read outlives a power cut.
func (c Conn) settle() error {
	if !c.SQLite() || c.tx != nil && c.pool == c.pool.of.write {
		return nil
	}
	s := c.pool.of.settler
	return s.settle(s.seen())
}

// execute runs finished SQL and returns how many rows it touched.
func (c Conn) execute(ctx context.Context, query string, values []any) (touched int, err error) {
	err = c.settled(ctx, func(c Conn) error {
		res, err := c.result(ctx, query, values)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		touched = int(n)
		return err
	})
	return touched, err
}

func (c Conn) result(ctx context.Context, query string, values []any) (sql.Result, error) {
	if c.plain {
		return c.queryer().ExecContext(ctx, query, values...)
	}
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(c.forKept(ctx), values...)
}

// read reads what finished SQL returns into the slice dest points to.
func (c Conn) read(ctx context.Context, dest any, query string, values []any) error {
	return c.settled(ctx, func(c Conn) error {
		return c.inTime(ctx, func(ctx context.Context) error {
			rows, err := c.rows(ctx, query, values)
			if err != nil {
				return err
			}
			return appendRows(dest, rows)
		})
	})
}

// rows runs finished SQL, of a statement that is kept where statements are.
func (c Conn) rows(ctx context.Context, query string, values []any) (*sqlx.Rows, error) {
	if c.plain {
		return c.queryer().QueryxContext(ctx, query, values...)
	}
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryxContext(c.forKept(ctx), values...)
}

// inTime ends a reading after the time that the pool gives it, with
// context.DeadlineExceeded.
func (c Conn) inTime(ctx context.Context, read func(context.Context) error) error {
	most := c.pool.timeout
	if most == 0 || c.tx != nil {
		return read(ctx)
	}
	short, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	err := read(short)
	if err != nil && ctx.Err() == nil && (short.Err() != nil || canceled(err)) {
		return fmt.Errorf("it took more than the %s that a reading may take: %w", most, context.DeadlineExceeded)
	}
	return err
}

// canceled reports whether PostgreSQL broke a statement off.
func canceled(err error) bool {
	var p *pq.Error
	return errors.As(err, &p) && p.Code == "57014"
}

func (c Conn) queryer() sqlx.ExtContext {
	if c.tx != nil {
		return c.tx
	}
	return c.pool.db
}
