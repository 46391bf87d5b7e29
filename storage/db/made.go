package db

import (
	"context"
	"errors"
	"strings"

	"github.com/jmoiron/sqlx"
	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Made are rows whose values are ready for SQLite. A transaction may run again: it only
// reads them.
type Made struct {
	columns int
	values  []any
}

// Make makes as many rows of so many columns, which are put one after the other.
func Make(rows, columns int, put func(*Rows)) Made {
	r := Rows{boxed: make([]any, 0, rows*columns)}
	put(&r)
	return Made{columns, r.boxed}
}

// Len returns how many rows they are.
func (m Made) Len() int { return len(m.values) / m.columns }

// ExecMade runs the statement over all rows within a transaction of SQLite, and tells how
// many it touched. It goes over a few at a time where it holds a marker, as Apart says, else
// over each by itself: then the placeholders are written out, those of head numbered.
func (c Conn) ExecMade(ctx context.Context, query string, head []any, rows Made) (int, error) {
	c, head = c.Apart(), args(head)
	ctx, several := c.forKept(ctx), strings.Contains(query, "{rows ")
	values := make([]any, 0, len(head)+apartRows*rows.columns)
	var s *sqlx.Stmt
	total, size := 0, 0
	for left := rows.values; len(left) > 0; left = left[size*rows.columns:] {
		was, sql := size, ""
		if several {
			size = few(len(left) / rows.columns)
		} else {
			size = 1
		}
		if size != was {
			if sql = c.d.expand(query); several {
				sql = c.d.written(query, len(head), size).sql
			}
			var err error
			if s, err = c.statement(ctx, sql); err != nil {
				return total, err
			}
		}
		values = append(append(values[:0], head...), left[:size*rows.columns]...)
		res, err := s.ExecContext(ctx, values...)
		if err != nil {
			return total, err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return total, err
		}
		total += int(n)
	}
	return total, nil
}

// Exists reports whether SQLite found that a key is there already.
func Exists(err error) bool {
	var l *driver.Error
	return errors.As(err, &l) && (l.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || l.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}
